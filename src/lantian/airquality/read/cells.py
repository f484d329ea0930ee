"""Cells of one file as numbers in the unit of their factor; what is none, or cannot be, is told with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from lantian.airquality.hours import Single
from lantian.airquality.read.factors import Known, plain_unit
from lantian.airquality.read.report import Code, ReadReport, Skipped

NO_WORDS: Mapping[str, float] = {}


class Cells:
    """Cells of a file. `rows` of a method are the places of its numbers in the file, where they are not all rows."""

    def __init__(self, file: str, lines: np.ndarray, known: Known, report: ReadReport) -> None:
        self.file, self.lines, self.known, self.report = file, lines, known, report

    def numbers(
        self,
        frame: pl.DataFrame,
        names: Sequence[str],
        *,
        words: Mapping[str, float] = NO_WORDS,
        rows: np.ndarray | None = None,
    ) -> np.ndarray:
        """Some columns as numbers [row, column]; NaN where a cell is missing or no number."""
        schema = frame.schema  # made anew each time that it is asked for
        kinds = {schema[name] for name in names}
        if all(kind.is_numeric() for kind in kinds):
            width = pl.Float32 if kinds == {pl.Float32} else pl.Float64
            return np.stack([frame[name].cast(width).to_numpy() for name in names], axis=1)
        text = frame.select(pl.col(names)).cast(pl.String)
        found = text.select(pl.all().cast(pl.Float64, strict=False))
        counts = zip(names, text.null_count().row(0), found.null_count().row(0), strict=True)
        again = [name for name, before, after in counts if before != after]
        return found.with_columns(self._look_again(text[name], name, words, rows) for name in again).to_numpy(
            allow_copy=True
        )

    def _look_again(self, text: pl.Series, name: str, words: Mapping[str, float], rows: np.ndarray | None) -> pl.Series:
        """A column with cells that are no plain numbers: blanks are taken off, words stand for what they mean, the
        rest is told."""
        plain = text.str.strip_chars()
        found = plain.cast(pl.Float64, strict=False)
        lower = plain.str.to_lowercase()
        if words:
            found = found.fill_null(lower.replace_strict(words, default=None, return_dtype=pl.Float64))
        missing = [*self.known.columns.missing, *words]
        wrong = found.is_null() & text.is_not_null() & ~lower.is_in(missing)

        def tell(k: int) -> Skipped:
            zh, en = "不是数字。请填数字，缺测留空。", "is no number; leave missing ones empty."
            row = k if rows is None else int(rows[k])
            return self._skipped("not-a-number", row, name, str(text[k]), f"“{text[k]}”{zh}", f"{text[k]!r} {en}")

        self.report.skip_each("not-a-number", self.file, np.flatnonzero(wrong.to_numpy()), tell)
        return found.fill_nan(None).alias(name)

    def in_unit(
        self, values: np.ndarray, names: Sequence[str], code: str, unit: str, rows: np.ndarray | None = None
    ) -> Single:
        """Numbers in the unit of a factor, without those that cannot be measurements of it. A unit that is not known
        leaves none of them; what is no factor (an index) stays as it is."""
        if code not in self.known.factors:
            return values.astype(np.float32)
        conversion = self.known.conversion(code, unit or self.known.units(code)[0])
        if conversion is None:
            self._unknown_unit(names, code, unit)
            return np.full(values.shape, np.nan, np.float32)
        if (conversion.factor, conversion.offset) != (1.0, 0.0):
            values = values.astype(np.float64) * conversion.factor + conversion.offset
            own = plain_unit(self.known.units(code)[0])
            self.report.note(
                f"{self.file}：{code} 由 {conversion.unit} 换算为 {own}。",
                f"{self.file}: {code} was converted from {conversion.unit} to {own}.",
            )
        return self._believed(values, names, code, rows).astype(np.float32, copy=False)

    def _unknown_unit(self, names: Sequence[str], code: str, unit: str) -> None:
        can = "、".join(self.known.units(code))
        name = names[0] if len(names) == 1 else ""
        self.report.skip(
            Skipped(
                "unknown-unit", self.file, None, name, unit,
                f"不会换算单位“{unit}”，{code} 没有读。可用：{can}。",
                f"The unit {unit!r} cannot be converted, {code} was not read; it can be in {can}.",
            )
        )  # fmt: skip

    def _believed(self, values: np.ndarray, names: Sequence[str], code: str, rows: np.ndarray | None) -> np.ndarray:
        """Without values too high or too low to be measured."""
        low, high = self.known.bounds(code)
        with np.errstate(invalid="ignore"):
            too_high, too_low = values > high, values < low
        zh, en = "请核对单位和仪器。", "check unit and instrument."
        if code == "co":
            zh, en = "可能是 µg/m³：请指明单位 co=ug/m3。", "maybe µg/m³: say --unit co=ug/m3."
        self._tell(
            "too-high", too_high, names, values, rows,
            (f"高于可信上限 {high:g}；{zh}", f"above {high:g}, which no instrument shows; {en}"),
        )  # fmt: skip
        self._tell(
            "too-low", too_low, names, values, rows,
            (f"低于可信下限 {low:g}；{zh}", f"below {low:g}, which no instrument shows; {en}"),
        )  # fmt: skip
        wrong = too_high | too_low
        return np.where(wrong, np.nan, values) if wrong.any() else values

    def _tell(
        self,
        code: Code,
        wrong: np.ndarray,
        names: Sequence[str],
        values: np.ndarray,
        rows: np.ndarray | None,
        said: tuple[str, str],
    ) -> None:
        if not wrong.any():
            return
        places = np.argwhere(wrong)

        def tell(k: int) -> Skipped:
            row, column = (int(part) for part in places[k])
            value = f"{values[row, column]:g}"
            return self._skipped(code, row if rows is None else int(rows[row]), names[column], value, *said)

        self.report.skip_each(code, self.file, range(len(places)), tell)

    def _skipped(self, code: Code, row: int, name: str, value: str, zh: str, en: str) -> Skipped:
        return Skipped(code, self.file, int(self.lines[row]), name, value, zh, en)
