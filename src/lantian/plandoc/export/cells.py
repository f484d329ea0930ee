"""Values as cells of a workbook and back, without loss.

Excel cells cannot hold everything a text can: no control characters, no more than 32,767 characters, no difference
between an empty text and none. What does not fit is written with a backslash, the backslash itself doubled, so that
ordinary text looks as it is and every text comes back the same.
"""

from __future__ import annotations

import re
from datetime import date, datetime

LONGEST = 32_767
FIRST_DAY = date(1900, 3, 1)  # Excel counts a day that never was, 29 February 1900
JOIN = "、"
EMPTY = "\\-"
# not allowed in XML 1.0, changed by its readers (CR), or read by Excel as an escape of its own (_x000D_)
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))", re.DOTALL)

Cell = str | float | date | None


class CellTooLong(ValueError):
    """A text that no Excel cell can hold; names the place."""


def text_cell(text: str | None, *, where: str) -> str | None:
    """A text as a cell: None stays empty, '' becomes a mark, unfit characters are escaped.

    Raises
    ------
    CellTooLong
        when the text exceeds Excel's limit; it is never cut off.
    """
    if text is None:
        return None
    return _fitting(_escaped(text) if text else EMPTY, where)


def list_cell(texts: list[str], *, where: str) -> str | None:
    """Texts joined by 、 as offices write them; a 、 inside one is escaped."""
    if not texts:
        return None
    return _fitting(JOIN.join(_escaped(t).replace(JOIN, "\\" + JOIN) if t else EMPTY for t in texts), where)


def read_text(cell: object) -> str | None:
    """What `text_cell` wrote, or what a person typed since (a number, a date)."""
    return None if cell is None else _unescaped(_typed(cell))


def read_list(cell: object) -> list[str]:
    """What `list_cell` wrote."""
    if cell is None:
        return []
    # split at every 、 that no backslash stands before; doubled backslashes are pairs of their own
    pieces = re.findall(r"((?:\\.|[^、\\])*)(?:、|$)", _typed(cell), re.DOTALL)
    return [_unescaped(piece) for piece in pieces[: -1 if len(pieces) > 1 and not pieces[-1] else None]]


def date_cell(day: date | None) -> date | str | None:
    """A day; as ISO text where Excel's calendar cannot hold it."""
    return day.isoformat() if day and day < FIRST_DAY else day


def read_date(cell: object) -> date | None:
    """A day from a date cell, or from ISO text; ValueError for anything else."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else date.fromisoformat(str(cell).strip())


def number_cell(value: float | None) -> float | str | None:
    """A number; as text where the 15 digits that Excel keeps are not enough."""
    return value if value is None or float(f"{value:.15g}") == value else repr(value)


def read_number(cell: object) -> float | None:
    """A number from a cell; ValueError for anything else."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    return float(cell) if isinstance(cell, int | float) else float(str(cell).strip())


def _escaped(text: str) -> str:
    return UNFIT.sub(lambda m: f"\\u{ord(m[0]):04x}", text.replace("\\", "\\\\"))


def _unescaped(text: str) -> str:
    if text == EMPTY:
        return ""
    return ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)


def _fitting(text: str, where: str) -> str:
    if len(text) > LONGEST or len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
        raise CellTooLong(
            f"{where}有 {len(text)} 个字符，超过 Excel 单元格上限 {LONGEST}；请改用 JSON 导出。 "
            f"{where}: {len(text)} characters do not fit into an Excel cell; export JSON instead."
        )
    return text


def _typed(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)
