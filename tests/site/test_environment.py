"""Settings as the environment gives them."""

from __future__ import annotations

from pathlib import Path

from lantian.site.environment import database

ADDRESS = "postgresql://office:secret@127.0.0.1:5432/lantian"


def test_postgresql_compiles_no_query_unless_the_address_says_so():
    assert database(Path(), {"LANTIAN_DATABASE": ADDRESS})["OPTIONS"] == {"options": "-c jit=off"}
    asked = f"{ADDRESS}?sslmode=require&options=-c%20work_mem%3D16MB"
    found = database(Path(), {"LANTIAN_DATABASE": asked})["OPTIONS"]
    assert found == {"sslmode": "require", "options": "-c work_mem=16MB"}
