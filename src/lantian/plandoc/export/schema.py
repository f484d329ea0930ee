"""The JSON Schema of the contract, generated from the model: `python -m lantian.plandoc.export.schema` renews it."""

from __future__ import annotations

import json
from pathlib import Path

from lantian.plandoc.export.files import write_whole
from lantian.plandoc.plan import SCHEMA_VERSION, Plan

SCHEMA_FILE = Path(__file__).with_name("plan.schema.json")


def schema_text() -> str:
    """What `plan.schema.json` must hold."""
    schema = Plan.model_json_schema(mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:lantian:plan:{SCHEMA_VERSION}",
    }
    return json.dumps(head | schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    write_whole(SCHEMA_FILE, schema_text().encode())
    print(SCHEMA_FILE)
