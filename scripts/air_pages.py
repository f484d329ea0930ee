"""Fill the pages of docs/reference/air with what rulebook and docstrings say: `python scripts/air_pages.py`.

A page is written by hand; what stands between `<!-- NAME words -->` and `<!-- end -->` is made here anew, so that no
number of a rule is written twice. A test keeps the pages current and runs their examples.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from lantian import rulebook
from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.rulebook.entry import Entry

PAGES = Path(__file__).parents[1] / "docs" / "reference" / "air"
BLOCK = re.compile(r"(<!-- (?P<what>[a-z]+)(?P<words>(?: [^ >]+)*) -->\n)(?:.*?)(<!-- end -->)", re.DOTALL)
RULES = (
    *("air-edition", "gb3095", "hj633", "hj663", "sand-dust", "dustfall", "air-suspicions"),
    *("air-completeness", "air-diary", "air-review", "goal-outlook"),
)
SURE = ("sure", "part_sure", "about_sure")
# Keys of rules, said so that a reader knows what the number is.
WORDS = {
    "flat.above": "from this value on",
    "sand-dust.above": "and above µg/m³",
    "about": "左右 allows, as a share of the number",
    "around": "hours before and after",
    "back_days": "days that hours are looked back at most",
    "context": "hours shown before and after",
    "different_person": "the second look is another person's",
    "first_days": "working days until the first look",
    "late_hours": "hours until an hour's values are owed",
    "least_points": "points of a mean at least",
    "lock_days_before": "working days from the lock to that day",
    "look_back": "days back that hours raise suspicions by themselves",
    "mouth": "mouth of the usual jar [cm²]",
    "office_only": "shown to second reviewers only",
    "poor": "red below this share",
    "reached": "share that plans ask for",
    "second": "second look by",
    "second_days": "working days until the second look",
    "air-review.first": "first look by",
    "upload_day": "day of the next month until which the city takes it",
    "weights": "points of an hour",
    "back": "ends when PM10 is back within this share of the mean before",
    "before": "hours before that are looked at",
    "below": "ratio below",
    "day": "values of days",
    "day_hours": "hours of a day",
    "days": "days",
    "decimals": "decimals",
    "deviations": "scaled deviations from the median",
    "factor": "factor",
    "february_days": "days of February",
    "fewest_years": "years that a chance needs",
    "first": "first window ends at",
    "follows": "no spike where the neighbours move by this share of it",
    "high": "high",
    "hours": "hours",
    "index": "composite index",
    "last": "last window ends at",
    "inversion.least": "µg/m³",
    "least": "at least",
    "mda8.hours": "hours of a window",
    "mda8.least": "windows of a day",
    "sand-dust.least": "valid hours of these",
    "neighbour.hours": "hours in a row",
    "least_hours": "hours at least",
    "likely": "green from this chance on",
    "low": "low",
    "month_days": "days of a month",
    "most_years": "years looked back at most",
    "multiple": "multiples over a limit",
    "night": "hours of the night, by their ends",
    "night_hours": "hours of a night at least",
    "night_points": "points of a night",
    "night_share": "below this share of the neighbours' median",
    "night_spread": "spread below this share of the own median",
    "part_share": "share of the other days of any span",
    "pm10": "PM10 at least",
    "pollutants": "pollutants",
    "r2": "r² at least",
    "rate": "rates",
    "ratio": "or PM2.5/PM10 falls to this share of its mean before",
    "removes": "takes out",
    "share": "share",
    "slope": "slope",
    "span": "results of spans",
    "spread": "smallest spread between years",
    "stations": "stations",
    "step_calm": "while the neighbours' median moves by less than",
    "step_drop": "falls by this share",
    "step_hours": "hours before and after a step",
    "step_points": "points of a step",
    "times": "PM10 at least so many times the mean before",
    "unless_exceeding": "fewer do where the maximum exceeds the limit",
    "unlikely": "red below this chance",
    "valid_share": "share of valid days of a past year",
    "within_km": "within km",
    "year_days": "days of a year",
}


def text(page: Path) -> str:
    """A page as it should be."""
    return BLOCK.sub(
        lambda found: f"{found[1]}\n{MAKERS[found['what']](*found['words'].split()).strip()}\n\n{found[4]}",
        page.read_text(encoding="utf-8"),
    )


def pages() -> list[Path]:
    """Pages of this folder."""
    return sorted(PAGES.glob("*.md"))


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _sure(word: str) -> str:
    """What was not read in the standard stands out."""
    return word if word == "read" else f"**{word}**"


def _entries(id: str) -> list[Entry]:
    return sorted((one.entry for one in rulebook.editions(id)), key=lambda entry: entry.edition)


def _name(entry: Entry) -> str:
    return f"`{entry.id}` {entry.edition}" if len(_entries(entry.id)) > 1 else f"`{entry.id}`"


def _named(entry: Entry) -> str:
    return entry.edition if len(_entries(entry.id)) > 1 else "value"


def _days(entry: Entry) -> str:
    if not entry.valid_from and not entry.valid_to:
        return "always"
    until = f" to {entry.valid_to}" if entry.valid_to else ""
    return f"{entry.valid_from}{until}" if until else f"from {entry.valid_from}"


def rule(*ids: str) -> str:
    """The editions of rules: when each holds, its clause, how sure it is."""
    rows = [
        [_name(entry), entry.title, _days(entry), entry.clause, _sure(entry.sure)]
        for id in ids
        for entry in _entries(id)
    ]
    return _table(["rule", "title", "in force", "clause", "how sure"], rows)


def sets() -> str:
    """The named sets."""
    rows = [
        [
            f"`{one.edition}`",
            _days(one),
            one.gb3095,
            one.hj633,
            one.hj663,
            f"{one.temperature:g} K",
            one.clause,
            _sure(one.sure),
        ]
        for one in _entries("air-edition")
    ]
    return _table(["set", "in force", "GB 3095", "HJ 633", "HJ 663", "gases at", "clause", "how sure"], rows)


def numbers(id: str, *parts: str) -> str:
    """Keys of a rule by edition; what is given by pollutant as a table of its own."""
    entries = _entries(id)
    plain: dict[str, list[str]] = {}
    wide: list[list[str]] = []
    for place, entry in enumerate(entries):
        for where, key, value in _values(entry, parts):
            if _by_pollutant(value):
                edition = f" ({entry.edition})" if len(entries) > 1 else ""
                wide.append([_word(where, key) + edition, *(_shown(value.get(p)) for p in POLLUTANTS)])
            else:
                sure = _sure(str(value)) if key in SURE else _shown(value)
                plain.setdefault("how sure" if key in SURE else _word(where, key), [""] * len(entries))[place] = sure
    made = []
    if plain:
        made.append(_table(["", *map(_named, entries)], [[name, *cells] for name, cells in plain.items()]))
    if wide:
        made.append(_table(["", *(LABELS[p] for p in POLLUTANTS)], wide))
    return "\n\n".join(made)


def _values(entry: Entry, parts: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
    """The keys of some parts of a rule with the part that each is in, its own where no part is named."""
    for part in parts or (None,):
        found = entry if part is None else getattr(entry, part)
        if isinstance(found, BaseModel):
            head = set(Entry.model_fields)
            for key in type(found).model_fields:
                value = getattr(found, key)
                if (found is not entry or key not in head) and not isinstance(value, BaseModel):
                    yield part or entry.id, key, value
        else:
            yield entry.id, str(part), found


def _by_pollutant(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= set(POLLUTANTS)


def _word(where: str, key: str) -> str:
    return WORDS.get(f"{where}.{key}", WORDS.get(key, key))


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, dict):
        return ", ".join(f"{LABELS.get(k, k)} {_shown(v)}" for k, v in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(LABELS.get(str(one), _shown(one)) for one in value)
    return str(value)


def limits() -> str:
    """GB 3095: limits of level 1 and 2 by edition."""
    entries: list[Any] = _entries("gb3095")
    periods = ("year", "quarter", "day", "hour")
    rows = []
    for p in entries[0].limits:
        for period in periods:
            pairs = [getattr(one.limits[p], period) for one in entries]
            if any(pairs):
                cells = ["—" if pair is None else f"{pair[0]:g} / {pair[1]:g}" for pair in pairs]
                mean = "MDA8" if (p, period) == ("o3", "day") else period
                rows.append([LABELS.get(p, {"pb": "Pb", "bap": "BaP"}.get(p, p)), mean, *cells])
    return _table(["", "mean of", *(one.edition for one in entries)], rows)


def breakpoints() -> str:
    """HJ 633: concentrations at the index values, by item; one row where the editions agree."""
    entries: list[Any] = _entries("hj633")
    rows = []
    for item in entries[0].breakpoints | entries[-1].breakpoints:
        held = {one.edition: _points(one, item) for one in entries if item in one.breakpoints}
        alike = len(held) == len(entries) and len({tuple(cells) for cells in held.values()}) == 1
        for edition, cells in list(held.items())[: 1 if alike else None]:
            rows.append([_item(item), "both" if alike else edition, *cells])
    return _table(["item", "edition", *map(str, entries[0].at), "above", "how sure"], rows)


def _points(entry: Any, item: str) -> list[str]:
    row = entry.breakpoints[item]
    sure = _sure(row.sure or entry.sure)
    at = entry.breakpoints[row.like].at if row.like else row.at
    missing = len(entry.at) - len(at)
    above = "500" if not missing else str(row.beyond) if row.beyond else f"{_item(row.instead)} speaks"
    return [*(f"{value:g}" for value in at), *["—"] * missing, above, sure]


def _item(item: str) -> str:
    pollutant, averaging = item.rsplit("_", 1)
    return f"{LABELS[pollutant]} {averaging.replace('h', ' h')}"


def reports() -> str:
    """HJ 633: which items the index of a report counts."""
    entries: list[Any] = _entries("hj633")
    rows = [[report, *(", ".join(map(_item, one.reports[report])) for one in entries)] for report in entries[0].reports]
    return _table(["report", *(one.edition for one in entries)], rows)


def categories() -> str:
    """HJ 633: levels of the index with their colours."""
    entry: Any = _entries("hj633")[-1]
    starts = [one.from_ for one in entry.category]
    ends = [str(start - 1) for start in starts[1:]]
    rows = [
        [
            f"{one.from_}–{end}" if end else f"from {one.from_}",
            *(f"{words.zh} {words.en}" for words in (one.level, one.name, one.colour)),
            f"`#{bytes(one.rgb).hex()}`",
        ]
        for one, end in zip(entry.category, [*ends, ""], strict=True)
    ]
    return _table(["index", "level", "category", "colour", "RGB"], rows)


def terms() -> str:
    """HJ 663: the terms of the composite index with the limits that divide them."""
    rows = []
    for term in _entries("hj663")[-1].index:
        held = [getattr(one.limits[term.pollutant], term.limit) for one in _entries("gb3095")]
        percent = _entries("hj663")[-1].percentile[term.pollutant]
        what = "mean" if term.statistic == "mean" else f"percentile {percent:g}"
        rows.append([LABELS[term.pollutant], what, term.limit, *(f"{pair[1]:g}" for pair in held), f"{term.weight:g}"])
    editions = [f"limit {one.edition}" for one in _entries("gb3095")]
    return _table(["", "statistic", "limit of", *editions, "weight"], rows)


def checks() -> str:
    """Checks of instruments with their bounds."""
    rows = []
    for one in _entries("air-diary")[-1].check:
        bound = f"{one.tolerance:g} {one.unit}" if one.share is None else f"{one.share:.0%} of the reference"
        reference = "—" if one.reference is None else f"{one.reference:g} {one.unit}"
        rows.append([f"{one.label.zh} {one.label.en}", _shown(one.factors), reference, bound, f"{one.every_days} days"])
    return _table(["check", "of", "reference", "may be off by", "every"], rows)


def unsure() -> str:
    """Everything in the rules of air that was not read in its source."""
    rows = []
    for id in RULES:
        for entry in _entries(id):
            name = _name(entry)
            if entry.sure != "read":
                rows.append([name, "all, where not said otherwise", _sure(entry.sure), entry.clause])
            rows += [[name, f"`{where}`", _sure(sure), ""] for where, sure in _inner(entry) if sure != "read"]
    return _table(["rule", "part", "how sure", "clause"], rows)


def _inner(part: BaseModel, where: str = "") -> Iterator[tuple[str, str]]:
    """How sure the parts of a rule are, where they say so themselves."""
    for key in type(part).model_fields:
        value = getattr(part, key)
        if key in SURE and value and (where or key != "sure"):
            yield (where if key == "sure" else f"{where}.{key.removesuffix('_sure')}".strip(".")), value
        elif isinstance(value, BaseModel):
            yield from _inner(value, f"{where}.{key}".strip("."))
        elif isinstance(value, dict):
            for name, one in value.items():
                if isinstance(one, BaseModel):
                    yield from _inner(one, f"{where}.{key}.{name}".strip("."))


def function(path: str) -> str:
    """What a function's docstring says: in one line, the formula, examples with what they give."""
    module_name, name = path.rsplit(".", 1)
    module = importlib.import_module(f"lantian.airquality.{module_name}")
    made = getattr(module, name)
    doc = inspect.getdoc(made) or ""
    parts = re.split(r"^(\w+)\n-{3,}\n", doc, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    lines = [f"**`lantian.airquality.{module_name}.{name}`**`{_arguments(made)}`", "", parts[0].split(">>>")[0].strip()]
    if notes := sections.get("Notes", "").split(">>>")[0].strip():
        lines += ["", notes]
    if examples := doctest.DocTestParser().get_examples(doc):
        shown = "".join(_shown_example(one) for one in examples)
        lines += ["", "```pycon", *_imports(module, examples), shown.rstrip(), "```"]
    return "\n".join(lines)


def _arguments(made: Callable[..., Any]) -> str:
    plain = [one.replace(annotation=inspect.Parameter.empty) for one in inspect.signature(made).parameters.values()]
    return str(inspect.Signature(plain))


def _shown_example(one: doctest.Example) -> str:
    first, *more = one.source.rstrip("\n").split("\n")
    return "".join([f">>> {first}\n", *(f"... {line}\n" for line in more), one.want])


def _imports(module: ModuleType, examples: list[doctest.Example]) -> list[str]:
    """What an example needs of its module's names."""
    trees = [ast.parse(one.source) for one in examples]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    made_here = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    brought = {name.asname or name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}
    used = {node.id for node in nodes if isinstance(node, ast.Name)} - made_here - brought
    lines = []
    for name in sorted(used & set(vars(module))):
        value = vars(module)[name]
        if isinstance(value, ModuleType):
            lines.append(f">>> import {value.__name__} as {name}")
        else:
            home = getattr(value, "__module__", module.__name__)
            lines.append(f">>> from {home} import {name}")
    return sorted(lines)


MAKERS: dict[str, Callable[..., str]] = {
    made.__name__: made
    for made in (rule, sets, numbers, limits, breakpoints, reports, categories, terms, checks, unsure, function)
}


if __name__ == "__main__":
    for file in pages():
        file.write_text(text(file), encoding="utf-8")
    sys.stdout.write(f"{PAGES}: {len(pages())} pages, {date.today()}\n")
