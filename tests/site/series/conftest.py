"""Two stations in two towns of the invented district."""

from __future__ import annotations

import numpy as np
import pytest

from lantian.site.series import actions
from lantian.site.series.batch import Batch
from lantian.site.series.models import Owner


@pytest.fixture
def stations(district) -> list[Owner]:
    return [
        actions.add_owner(kind="station", code=f"S{k}", name=f"{town.name}站", area=town)
        for k, town in enumerate((district.songxi, district.liuwan), 1)
    ]


def hours(first: str, count: int):
    return np.datetime64(first, "s") + np.arange(count) * np.timedelta64(1, "h")


def batch(owner: Owner, first: str, values, factors=("pm25", "pm10")) -> Batch:
    """Rows of one station from an hour on; a flat list is one factor."""
    rows = np.array(values, dtype=float)
    if rows.ndim == 1:
        rows, factors = rows[:, None], factors[:1]
    return Batch.of_owner(owner.pk, "1h", hours(first, len(rows)), factors, rows)
