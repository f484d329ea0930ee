"""The JSON contract and its schema."""

import json
import subprocess
import sys
from datetime import date

import jsonschema
from hypothesis import HealthCheck, given, settings

from lantian.plandoc.export import export
from lantian.plandoc.export.schema import SCHEMA_FILE, schema_text
from lantian.plandoc.plan import SCHEMA_VERSION, Plan, Task
from tests.plandoc.export.plans import plans

CONTRACT = ["title", "issuer", "doc_number", "issued_on", "district", "period_start", "period_end", "goals", "tasks",
            "findings"]  # fmt: skip


def test_the_shipped_schema_is_that_of_the_model():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run: python -m lantian.plandoc.export.schema"


def test_the_keys_of_the_contract_stand_in_fixed_order():
    held = json.loads(export(Plan(title="青河区方案", issued_on=date(2020, 3, 1)), "json"))
    assert next(iter(held)) == "schema_version"
    assert held["schema_version"] == SCHEMA_VERSION
    assert [key for key in held if key in CONTRACT] == CONTRACT
    assert held["issued_on"] == "2020-03-01"


def test_chinese_stands_as_it_is():
    assert "青河区方案" in export(Plan(title="青河区方案"), "json").decode()


@given(plans)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_plan_keeps_to_the_schema_and_comes_back(plan):
    content = export(plan, "json")
    jsonschema.validate(json.loads(content), json.loads(schema_text()))
    assert Plan.model_validate_json(content) == plan


def test_json_does_not_load_the_spreadsheet_library():
    code = (
        "import sys; from lantian.plandoc.export import export; from lantian.plandoc.plan import Plan;"
        "export(Plan(), 'json'); sys.exit('openpyxl' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_number_keeps_its_value():
    task = Task.model_validate({"text": "…", "quantities": [{"text": "5.412吨", "value": 5.412, "unit": "吨"}]})
    held = json.loads(export(Plan(tasks=[task]), "json"))
    assert held["tasks"][0]["quantities"][0]["value"] == 5.412
