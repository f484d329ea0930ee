"""Run the code of the guide's notebook pages: `python scripts/notebook_page.py` writes what it prints into them.

A block of `text` after a block of `python` holds what the code prints; an image after it shows the figure that it drew.
The figures are not kept in the repository: building the handbook draws them (docs/conf.py). The data are the demo's,
written as the files that the repository of the original offers.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib
import polars as pl
from matplotlib import pyplot

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = tuple(DOCS / "guide" / lang / "notebook.md" for lang in ("zh", "en"))
CELL = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<out>.*?)```\n)?(?:\n!\[.*?\]\((?P<image>.*?)\)\n)?", re.M | re.S
)
STATIONS = ("Dongsi", "Guanyuan", "Nongzhanguan", "Wanshouxigong")
POINTS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
DOTS = 110  # an inch


def original_files(folder: Path) -> None:
    """The hours of some stations as their original files have them."""
    with resources.as_file(resources.files("lantian.site.demo.beijing").joinpath("hours.parquet")) as file:
        hours = pl.scan_parquet(file).filter(pl.col("station").is_in(STATIONS)).collect()
    tenths = [name for name in hours.columns if hours[name].dtype == pl.Int16 and name not in ("year", "CO")]
    points = {str(k): point for k, point in enumerate(POINTS)}
    hours = hours.with_columns(pl.col(tenths) / 10, pl.col("wd").cast(pl.String).replace(points))
    for (station,), rows in hours.group_by("station"):
        rows.write_csv(folder / f"PRSA_Data_{station}_20130301-20170228.csv", null_value="NA")


@contextlib.contextmanager
def at_the_files() -> Iterator[None]:
    """A folder with the files, as the current one."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        original_files(Path(name))
        os.chdir(name)
        try:
            yield
        finally:
            os.chdir(before)


def text(page: Path, *, draw: bool = False) -> str:
    """A page as it should be, with what its code prints; `draw` writes its figures beside. Run at the files."""
    names: dict[str, Any] = {}

    def run(found: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(found["code"], f"{page.name}", "exec"), names)
        if found["image"] and not pyplot.get_fignums():
            raise ValueError(f"{page}: {found['image']} is not drawn")
        if draw and found["image"]:
            place = (page.parent / found["image"]).resolve()
            place.parent.mkdir(exist_ok=True)
            pyplot.gcf().savefig(place, dpi=DOTS)
        pyplot.close("all")
        made = found[0]
        return (
            made
            if found["out"] is None
            else made.replace(f"```text\n{found['out']}```", f"```text\n{printed.getvalue()}```")
        )

    matplotlib.use("Agg")
    return CELL.sub(run, page.read_text(encoding="utf-8"))


def draw_all() -> None:
    """The figures of all pages."""
    with at_the_files():
        for page in PAGES:
            text(page, draw=True)


if __name__ == "__main__":
    with at_the_files():
        for page in PAGES:
            page.write_text(text(page), encoding="utf-8")
            sys.stdout.write(f"{page}\n")
