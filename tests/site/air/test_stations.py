"""Stations in the register, and days that follow from their hours."""

import datetime as dt

import numpy as np
import pytest

from lantian.airquality.daily import mda8
from lantian.site.air import actions
from lantian.site.air.models import Station
from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from lantian.site.series.models import Owner
from lantian.site.series.queries import read
from tests.site.series.conftest import hours


def test_a_station_has_an_owner_of_its_series(stations, district):
    first = stations[0]
    assert (first.owner.kind, first.owner.code, first.owner.area) == ("station", first.code, district.songxi)
    assert audit.events_of(first)[0].action == "air.station.add"
    changed = actions.change_station(district.air_office, first, name="松溪新站", valid_to=dt.date(2026, 1, 1))
    assert changed.owner.name == "松溪新站"


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_only_the_office_keeps_the_register(stations, district, who):
    with pytest.raises(Refused):
        actions.add_station(getattr(district, who), code="X", name="甲", kind="micro", area=district.area)
    with pytest.raises(Refused):
        actions.change_station(getattr(district, who), stations[0], name="甲")
    assert Station.objects.count() == Owner.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"code": "990101A"}, "编码"),
        ({"factors": ["pm25", "smell"]}, "smell"),
        ({"longitude": 116.0}, "经度"),
        ({"longitude": 200.0, "latitude": 39.0}, "140"),
        ({"valid_from": dt.date(2026, 1, 2), "valid_to": dt.date(2026, 1, 1)}, "停用"),
    ],
)
def test_what_does_not_fit_leaves_nothing(stations, district, fields, what):
    with pytest.raises(Invalid) as caught:
        actions.add_station(
            district.air_office, **{"code": "X", "name": "甲", "kind": "town", "area": district.songxi} | fields
        )
    assert what in f"{caught.value} {caught.value.fields}"
    assert Station.objects.count() == Owner.objects.count() == 2


def test_days_follow_from_hours_under_the_edition_of_the_day(stations, district):
    owner = stations[0].owner
    rng = np.random.default_rng(3)
    pm25, o3 = rng.integers(5, 200, 72).astype(float), rng.integers(5, 200, 72).astype(float)
    pm25[30:36] = np.nan  # the second day has 18 hours
    batch = Batch.of_owner(owner.pk, "1h", hours("2026-02-27T01:00", 72), ["pm25", "o3"], np.stack([pm25, o3], 1))
    series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    first, last = np.datetime64("2026-02-27", "s"), np.datetime64("2026-03-01", "s")
    days = read([owner.pk], ["pm25", "o3", "o3_1h"], first, last, interval="1d")
    assert days.counts["pm25"][0].tolist() == [24, 18, 24]
    assert np.isnan(days.values["pm25"][0, 1])
    assert abs(days.values["pm25"][0, 0] - pm25[:24].mean()) <= 0.5
    assert days.values["o3_1h"][0].tolist() == [o3[:24].max(), o3[24:48].max(), o3[48:].max()]
    night = np.concatenate([np.full(24, np.nan), o3])
    expected = [mda8(night, edition=edition).value[k] for k, edition in ((1, "2018"), (2, "2018"), (3, "2026"))]
    assert np.abs(days.values["o3"][0] - expected).max() <= 0.5, "but for the digits that each edition keeps"


def test_a_town_sees_its_own_station(stations, district):
    assert list(Station.objects.visible_to(district.songxi_liaison)) == [stations[0]]
    assert Station.objects.visible_to(district.air_office).count() == 2
