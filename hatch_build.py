"""Refuses to build a wheel that lacks what the sources do not carry: the built front end and the catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompleteWheel(BuildHookInterface[Any]):
    """Looks before the wheel is written; an editable install may come first and be completed later."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        site = Path(self.root) / "src" / "lantian" / "site"
        missing = [po for po in site.rglob("*.po") if not po.with_suffix(".mo").exists()]
        if missing or not any((site / "core" / "static" / "lantian" / "dist").glob("*.css")):
            raise RuntimeError("the front end or the catalogues are not built yet: run `make wheel`")
