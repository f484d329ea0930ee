"""What tests of letters ask for: a signed copy, a letter handed out, one signed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.plans import actions
from lantian.site.plans.models import Letter
from tests.site.plans.progress.world import ZONE

NOW = dt.datetime(2026, 4, 20, 9, 0, tzinfo=ZONE)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def pdf(name: str = "签字件.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def handed_out(world: Any, **given: Any) -> Letter:
    """A letter of the street, or of whom is given."""
    units = given.pop("units", [world.street])
    batch = actions.create_letters(world.office, world.plan, given.pop("template", "letter-unit"), units=units, **given)
    return batch.letters.get(unit=units[0])


def signed(world: Any) -> Letter:
    return actions.hand_in_letter(world.liaison, handed_out(world), [pdf()])
