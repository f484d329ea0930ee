"""The JSON contract."""

from __future__ import annotations

from lantian.plandoc.plan import Plan


def write(plan: Plan) -> bytes:
    """The whole plan, keys in the order of the model, dates as ISO text, Chinese as it is."""
    return plan.model_dump_json(indent=2).encode() + b"\n"
