"""Every vector of the rules that this room implements."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lantian.airquality import aqi, gbt8170, iaqi
from tests.shared import shared_path

Vectors = dict[str, list[dict[str, Any]]]
EDITIONS = {"HJ633-2012": "2018", "HJ633-2026": "2026"}


def test_the_vectors_are_those_beside_the_standards(vectors: Vectors):
    outside = json.loads(shared_path("standards/vectors.json").read_text("utf-8"))
    for group, rows in vectors.items():
        assert [{key: row[key] for key in ("input", "expected")} for row in outside[group]] == rows


def test_gbt8170(vectors: Vectors):
    for vector in vectors["gbt8170"]:
        text, decimals = vector["input"]
        assert gbt8170(text, decimals) == Decimal(vector["expected"])
        assert gbt8170(float(text), decimals) == float(vector["expected"])
        assert gbt8170(np.array([float(text)], np.float32), decimals)[0] == np.float32(vector["expected"])


@pytest.mark.parametrize(("group", "pollutant"), [("iaqi_pm25_daily", "pm25"), ("iaqi_pm10_daily", "pm10")])
def test_iaqi_of_particles(vectors: Vectors, group: str, pollutant: str):
    for vector in vectors[group]:
        for standard, expected in vector["expected"].items():
            assert iaqi(pollutant, vector["input"]["C"], edition=EDITIONS[standard]) == expected


def test_iaqi_of_gases(vectors: Vectors):
    for vector in vectors["iaqi_other_2026"]:
        pollutant, averaging = vector["input"]["item"].split("_")
        assert iaqi(pollutant, float(vector["input"]["C"]), averaging, edition="2026") == vector["expected"]


def test_aqi_of_a_day(vectors: Vectors):
    for vector in vectors["aqi_daily"]:
        values = {name: float(value) for name, value in vector["input"].items()}
        for standard, expected in vector["expected"].items():
            found = aqi(values, edition=EDITIONS[standard])
            assert found.aqi == expected["AQI"]
            assert [item.removesuffix("_24h") for item in found.primary_at()] == [
                name.lower().replace(".", "") for name in expected["primary"]
            ]
            for name, index in expected["IAQI"].items():
                item = name.lower().replace(".", "")
                assert found.iaqi[item if item == "o3_8h" else f"{item}_24h"] == index
