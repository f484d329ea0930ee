"""The demo's measured air: real hours, said to be so, up to the time that the clock shows."""

import datetime as dt
import hashlib
import os
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from lantian.site.air.models import Station
from lantian.site.core import clock
from lantian.site.core.faults import WrongState
from lantian.site.core.models import ReplayClock
from lantian.site.core.policy import System
from lantian.site.core.replay import start_replay
from lantian.site.demo import air
from lantian.site.demo.load import _district, _units
from lantian.site.series.queries import read

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("LANTIAN_SHARED", ROOT.parent / "shared"))


def test_the_file_is_the_one_that_its_readme_names():
    place = resources.files(air.PACKAGE)
    digest = hashlib.sha256(place.joinpath("hours.parquet").read_bytes()).hexdigest()
    assert digest in place.joinpath("README.md").read_text("utf-8")


def test_the_file_holds_what_the_originals_hold():
    originals = SHARED / "data" / "prsa"
    if not originals.is_dir():
        pytest.skip("the original files are not there: LANTIAN_SHARED")
    command = [sys.executable, str(ROOT / "scripts" / "demo_air.py"), str(originals), "--check"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_the_clock_is_set_once_and_runs_on(db):
    start_replay(System(), air.start())
    assert clock.today() == dt.date(2016, 12, 20)
    with pytest.raises(WrongState):
        start_replay(System(), air.start())
    assert ReplayClock.objects.count() == 1


@pytest.fixture
def streets(db):
    """The demo's areas and units."""
    setting = tomllib.loads(resources.files("lantian.site.demo").joinpath("people.toml").read_text("utf-8"))
    _units(setting, _district(setting))


def at(hour):
    return clock.as_of(timezone.make_aware(dt.datetime(2013, 3, 2, hour, 5)))


def test_hours_end_where_the_clock_stands_and_go_on_from_there(streets):
    with at(9):
        assert air.load() == 12 * 34
        assert air.load() == 0
    with at(12):
        assert air.load() == 12 * 3
    first = Station.objects.get(code="1006A")
    cube = read([first.owner_id], air.FACTORS, np.datetime64("2013-03-01T00"), np.datetime64("2013-03-02T18"))
    assert np.flatnonzero(cube.stages[0])[[0, -1]].tolist() == [0, 36]
    row = {code: round(float(values[0, 0]), 1) for code, values in cube.values.items()}
    assert (row["pm25"], row["co"], row["wind_direction"], row["temperature"]) == (4, 0.3, 337.5, -0.7)
    days = read([first.owner_id], ["pm25"], np.datetime64("2013-03-01"), np.datetime64("2013-03-01"), interval="1d")
    assert days.counts["pm25"][0, 0] >= 20


def test_stations_say_whose_they_really_are(streets):
    with at(1):
        air.load()
    assert Station.objects.filter(source__contains="CC BY 4.0", source__startswith="借自北京市真实站点").count() == 12
    assert Station.objects.filter(kind="national", area__kind="district").count() == 2
    assert Station.objects.filter(background=True, counts=False).count() == 1
