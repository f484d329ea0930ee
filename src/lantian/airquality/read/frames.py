"""Files of measurements as frames of text, with the line that each row stands in."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
import polars as pl

from lantian.airquality.faults import AirError

MAX_BYTES = 1 << 30  # of one file, unpacked
MAX_ROWS = 1_100_000  # of a sheet
MAX_COLUMNS = 5_000
MAX_CELLS = 40_000_000  # of a sheet, whatever its file says of its size
LINE = "__line__"


def frame_of(path: Path) -> pl.DataFrame:
    """All rows of a CSV (also .gz), Excel or Parquet file, with a column LINE; empty cells are null.

    Cells are text, but numbers and times of a Parquet file stay what they are.

    Raises
    ------
    AirError
        where the file is of no such kind, too large, or not well-formed.
    """
    name = path.name.lower()
    try:
        if name.endswith((".csv", ".csv.gz", ".txt", ".tsv")):
            return _of_csv(path)
        if name.endswith((".xlsx", ".xlsm")):
            return _of_sheet(path)
        if name.endswith((".parquet", ".pq")):
            return _of_parquet(path)
    except (pl.exceptions.PolarsError, ValueError, KeyError, EOFError, OSError, BadZipFile) as error:
        if isinstance(error, AirError):
            raise
        raise AirError(
            f"{path.name}：无法读取（{_short(error)}）。请确认文件完整、格式与扩展名一致。",
            f"{path.name} cannot be read ({_short(error)}); is it whole, and what its name says?",
        ) from error
    raise AirError(
        f"{path.name}：不认识的文件类型。可用 csv、csv.gz、xlsx、parquet。",
        f"{path.name}: unknown kind of file; csv, csv.gz, xlsx and parquet can be read.",
    )


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def _of_csv(path: Path) -> pl.DataFrame:
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise AirError(f"{path.name}：超过 1 GB。请按月拆分。", f"{path.name}: over 1 GB; split it by month.")
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raw = raw.decode("gb18030", errors="replace").encode()
    head = raw.split(b"\n", 1)[0]
    separator = max((b",", b"\t", b";"), key=head[:4096].count).decode()
    if head.count(separator.encode()) >= MAX_COLUMNS:
        raise AirError(f"{path.name}：列过多。请拆分后再导入。", f"{path.name}: too many columns; split it.")
    frame = pl.read_csv(
        io.BytesIO(raw.removeprefix(b"\xef\xbb\xbf")),
        infer_schema=False,
        separator=separator,
        truncate_ragged_lines=True,
    )
    return frame.with_row_index(LINE, offset=2)


def _of_sheet(path: Path) -> pl.DataFrame:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is not to be believed
        rows: Iterator[tuple[object, ...]] = sheet.iter_rows(values_only=True)
        first = next(rows, ())
        header = [str(cell).strip() if cell is not None else f"column_{k}" for k, cell in enumerate(first, 1)]
        most = min(MAX_ROWS, MAX_CELLS // max(len(header), 1))
        body = [[None if c is None else str(c) for c in row[: len(header)]] for row in islice(rows, most + 1)]
    finally:
        book.close()
    if not header:
        raise AirError(f"{path.name}：第一张表是空的。", f"{path.name}: its first sheet is empty.")
    if len(header) > MAX_COLUMNS or len(body) > most:
        raise AirError(
            f"{path.name}：行或列过多。请拆分后再导入。", f"{path.name}: too many rows or columns; split it."
        )
    columns = {name: [row[k] if k < len(row) else None for row in body] for k, name in enumerate(header)}
    return pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)).with_row_index(LINE, offset=2)


def _of_parquet(path: Path) -> pl.DataFrame:
    return typed(pl.read_parquet(path)).with_row_index(LINE, offset=1)


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers and times stay what they are, all else becomes text: a lake is not written out as text first."""
    text = [name for name, kind in frame.schema.items() if not kind.is_numeric() and kind != pl.Datetime]
    return frame.with_columns(pl.col(text).cast(pl.String))
