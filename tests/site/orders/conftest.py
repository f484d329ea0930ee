"""Orders of the invented district."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from lantian.site.core import clock
from lantian.site.orders import actions
from lantian.site.orders.models import Order
from lantian.site.org.models import Person
from tests.site.conftest import District, person

THURSDAY = timezone.make_aware(dt.datetime(2017, 9, 28, 10))


def photo(name: str = "photo.jpg", colour: str = "red") -> SimpleUploadedFile:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@dataclass
class World:
    """The district with those who work on orders."""

    district: District
    office: Person
    duty: Person
    town: Person
    grid: Person
    water: Person
    leader: Person

    def make(self, **fields: Any) -> Order:
        """A draft for the town."""
        town = self.district
        told = {
            "kind": "general",
            "area": town.songxi,
            "unit": town.songxi_town,
            "title": "清运渣土",
            "place": "松溪路 1 号",
        }
        return actions.create_order(self.office, **(told | fields))

    def issued(self, **fields: Any) -> Order:
        """One that was handed out."""
        return actions.issue_order(self.office, self.make(**fields))

    def accepted(self, **fields: Any) -> Order:
        """One that the town has accepted."""
        return actions.accept_order(self.town, self.issued(**fields))

    def answered(self, **fields: Any) -> Order:
        """One that the town has answered."""
        return actions.answer_order(self.town, self.accepted(**fields), text="已清运")


@pytest.fixture(autouse=True)
def thursday() -> Iterator[None]:
    """The morning of a working day: the next two are worked, then comes a holiday."""
    with clock.as_of(THURSDAY):
        yield


@pytest.fixture
def world(district: District, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return World(
        district=district,
        office=district.air_office,
        duty=person("duty", "duty_officer"),
        town=district.songxi_liaison,
        grid=person("grid", "grid_officer", district.songxi_town),
        water=district.water_liaison,
        leader=district.leader,
    )
