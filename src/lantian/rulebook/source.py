"""Rule files as they lie on disk: found by id without parsing, parsed on demand, errors with file and line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

MAX_BYTES = 4 << 20
_ID = re.compile(r"""^id[ \t]*=[ \t]*["']([^"'\n]{1,100})["']""", re.MULTILINE)
_FIRST_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
Loc = Sequence[int | str]


class RuleError(LookupError):
    """A rule that is missing, ambiguous or not well-formed: names file, line or field, and the remedy.

    Attributes
    ----------
    zh, en : one sentence each for the reader; `en` may be empty
    """

    def __init__(self, zh: str, en: str = "") -> None:
        super().__init__(f"{zh} {en}".strip())
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class RuleFile:
    """A rule file and its text. `overlay` says that it belongs to the district, not to the package."""

    path: Path
    text: str
    id: str
    overlay: bool


def read_text(path: Path) -> str:
    """The text of a rule file or table; UTF-8, as Excel and editors write it.

    Raises
    ------
    RuleError
        where the file is missing, too large or in another encoding.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RuleError(f"{path}：超过 4 MB，不是规则文件。", f"{path}: over 4 MB, this is no rule file.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(
            f"{path}：不是 UTF-8 编码（第 {error.start + 1} 个字节）。请另存为 UTF-8。",
            f"{path}: not UTF-8 (byte {error.start + 1}); save it as UTF-8.",
        ) from error
    except OSError as error:
        raise RuleError(
            f"{path}：无法读取（{error.strerror}）。请检查路径和权限。",
            f"{path}: cannot be read ({error.strerror}); check path and permissions.",
        ) from error


def rule_files(directory: Path, *, overlay: bool) -> list[RuleFile]:
    """Every rule file below a directory. Files are read, not parsed: the id stands in the head.

    Raises
    ------
    RuleError
        where the directory or the id of a file is missing.
    """
    if not directory.is_dir():
        raise RuleError(
            f"规则目录不存在：{directory}。请更正 LANTIAN_RULES 或建立该目录。",
            f"The rule directory does not exist: {directory}; correct LANTIAN_RULES or create it.",
        )
    found = []
    for path in sorted(directory.rglob("*.toml")):
        if any(part.startswith(".") for part in path.relative_to(directory).parts):
            continue
        text = read_text(path)
        table = _FIRST_TABLE.search(text)
        head = _ID.search(text, 0, table.start() if table else len(text))
        if not head:
            raise RuleError(
                f'{path}：开头缺少规则编号。请在第一个方括号之前写一行 id = "…"。',
                f'{path}: no id in its head; write a line id = "…" before the first table.',
            )
        found.append(RuleFile(path, text, head[1], overlay))
    return found


def parse(file: RuleFile) -> dict[str, Any]:
    """The content of a rule file, with its CSV tables (`key = { table = "rows.csv" }`) read in as lists of rows.

    Raises
    ------
    RuleError
        where TOML or CSV is not well-formed.
    """
    try:
        raw = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        zh = f"第 {place[1]} 行第 {place[2]} 列" if place else "末尾"
        raise RuleError(
            f"{file.path}：{zh}不符合 TOML 写法。请检查引号、逗号和方括号。",
            f"{file.path}: not TOML: {error}; check quotes, commas and brackets.",
        ) from error
    return {key: _with_tables(value, file.path) for key, value in raw.items()}


def _with_tables(value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {"table"} and isinstance(value["table"], str):
        return _rows(path, value["table"])
    return {key: _with_tables(inner, path) for key, inner in value.items()}


def _rows(path: Path, name: str) -> list[dict[str, str]]:
    if Path(name).name != name or not name.lower().endswith(".csv"):
        raise RuleError(
            f"{path}：表“{name}”必须是同一目录下的 .csv 文件名。",
            f"{path}: the table {name!r} must be the name of a .csv file beside it.",
        )
    table = path.with_name(name)
    reader = csv.DictReader(io.StringIO(read_text(table), newline=""), restkey="")
    rows = []
    for row in reader:
        if "" in row:
            raise RuleError(
                f"{table}：第 {reader.line_num} 行的列数多于表头。请检查多余的逗号或补引号。",
                f"{table}: line {reader.line_num} has more columns than the header; check commas and quotes.",
            )
        filled = {key: cell.strip() for key, cell in row.items() if cell and cell.strip()}
        if filled:
            rows.append(filled)
    return rows


def laid_over(
    base: Mapping[str, Any], over: Mapping[str, Any], named: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """`over` laid on `base` key by key: tables are merged, all else (also a list) is replaced.

    Parameters
    ----------
    named : lists of tables that are merged one by one, and the key that names their tables: a table of the same name
        is laid over, one with `drop = true` is taken out, a new one comes last

    >>> laid_over({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": [2]})
    {'a': {'x': 1, 'y': 3}, 'b': [2]}
    >>> base = {"field": [{"name": "a", "unit": "t"}, {"name": "b"}]}
    >>> laid_over(base, {"field": [{"name": "a", "unit": "kg"}, {"name": "b", "drop": True}]}, {"field": "name"})
    {'field': [{'name': 'a', 'unit': 'kg'}]}
    """
    merged: dict[str, Any] = dict(base)
    for key, value in over.items():
        below: Any = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = laid_over(below, value)
        elif named and key in named and _tables(below) and _tables(value):
            merged[key] = _one_by_one(below, value, named[key])
        else:
            merged[key] = value
    return merged


def _tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _one_by_one(base: list[dict[str, Any]], over: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    merged = list(base)
    for table in over:
        at = next((i for i, one in enumerate(merged) if name in table and one.get(name) == table[name]), None)
        if table.get("drop") is True and at is not None:
            del merged[at]
        elif at is not None:
            merged[at] = laid_over(merged[at], table)
        else:
            merged.append(table)
    return merged


_REMEDY = {
    "missing": ("缺少这一项，请补上", "is missing; add it"),
    "extra_forbidden": ("没有这一项，请检查拼写或删去", "is unknown; check its spelling or remove it"),
}


def not_well_formed(file: RuleFile, error: ValidationError) -> RuleError:
    """The first faults of a rule file, each with its line and field."""
    faults = error.errors(include_url=False)
    zh, en = [], []
    for fault in faults[:3]:
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"]) or "?"
        line = line_of(file.text, fault["loc"])
        at_zh, at_en = (f"第 {line} 行", f"line {line}, ") if line else ("", "")
        remedy = _REMEDY.get(fault["type"], (f"的值不对（{fault['msg']}）", f"is wrong: {fault['msg']}"))
        zh.append(f"{at_zh}“{field}”{remedy[0]}")
        en.append(f"{at_en}{field!r} {remedy[1]}")
    more = len(faults) - len(zh)
    if more:
        zh.append(f"另有 {more} 处")
        en.append(f"{more} more")
    return RuleError(f"{file.path}：{'；'.join(zh)}。", f"{file.path}: {'; '.join(en)}.")


def line_of(text: str, loc: Loc) -> int | None:
    """The line, from 1, in which a field of a TOML text stands, as near as can be told; None where it is not there.

    >>> line_of('id = "x"\\n[[city]]\\nname = "a"\\n[[city]]\\nname = 1', ("city", 1, "name"))
    5
    """
    names: list[str] = []
    item: list[int] = []  # for each name, which element of its list is meant
    for part in loc:
        if isinstance(part, str):
            names.append(part)
            item.append(0)
        elif item:
            item[-1] = part
    seen: dict[str, int] = {}
    best: tuple[int, int | None] = (0, None)
    inside, depth = True, 0
    for n, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?([^\]\[]{1,200})\]", line)
        if header:
            path = [p.strip().strip("\"'") for p in header[1].split(".")]
            name = ".".join(path)
            seen[name] = seen.get(name, -1) + line.lstrip().startswith("[[")
            inside = bool(names) and path == names[: len(path)] and item[len(path) - 1] == max(seen[name], 0)
            depth = len(path)
            if inside and depth > best[0]:
                best = (depth, n)
            continue
        key = re.match(r"\s*[\"']?([\w\-.]{1,100})[\"']?\s*=", line)
        if inside and key and depth < len(names) and key[1] == names[depth] and depth + 1 > best[0]:
            best = (depth + 1, n)
    return best[1]
