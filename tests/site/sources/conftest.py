"""Sources of the invented district."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lantian.site.sources import actions, reading
from lantian.site.sources.actions import Shown
from lantian.site.sources.models import Listing, StepTaken


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    """Uploads in a directory of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"


def photo(name: str = "现场.jpg", colour: str = "teal", *, taken: str = "2026:01:15 10:20:30") -> SimpleUploadedFile:
    """A photo as a phone makes it, with its time and a place near the district."""
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[36867] = taken
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", (39.0, 54.0, 0.0), "E", (116.0, 18.0, 3.6)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def paper(name: str = "证明.pdf") -> SimpleUploadedFile:
    """A document."""
    return SimpleUploadedFile(name, b"%PDF-1.4\n%demo\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")


@pytest.fixture
def boiler(district) -> Listing:
    """A coal boiler in 松溪镇, kept by the town."""
    return actions.add_listing(
        district.songxi_liaison,
        "coal_boiler",
        source={"name": "松溪建材厂1号锅炉", "area": district.songxi, "longitude": 116.3, "latitude": 39.9},
        attributes={"capacity": "4 蒸吨", "use": "采暖", "person": "赵某某"},
    )


@pytest.fixture
def polluter(district) -> Listing:
    """A scattered polluter in 松溪镇."""
    return actions.add_listing(
        district.songxi_liaison,
        "scattered_polluter",
        source={"name": "松溪石材加工点", "area": district.songxi},
        attributes={"class": "关停取缔", "trade": "石材"},
    )


def walk(actor: Any, listing: Listing, *steps: str, reason: str = "演示") -> StepTaken:
    """Take steps one after the other, each with all that it asks for."""
    for step in steps:
        shown = [
            Shown(one.name, photo(colour=colour) if one.kind == "photo" else paper())
            for one, colour in zip(
                reading.proofs_of(reading.ledger_of(listing.ledger), step), ("red", "blue", "green"), strict=False
            )
        ]
        taken = actions.take_step(actor, listing, step, reason=reason, shown=shown)
        listing.refresh_from_db()
    return taken
