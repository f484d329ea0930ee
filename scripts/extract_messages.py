"""Bring the catalogues of the platform's rooms up to date with their sources: `python scripts/extract_messages.py`.

Texts stand in the sources in Chinese. Each room keeps `locale/en/LC_MESSAGES/django.po`; new texts come in without a
translation, texts that no source has any longer are dropped. `make messages` compiles what stands there.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

SITE = Path(__file__).parents[1] / "src" / "lantian" / "site"
CHANGING = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Generated-By:', '"Report-Msgid-Bugs-To:')
# All rooms share one space of texts: of two rooms with the same Chinese, one's English is shown by both. Where the
# English has to differ, the text is given a context: `pgettext_lazy("menu", "方案")`.
KEYWORDS = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def rooms() -> list[Path]:
    """Directories of the rooms."""
    return sorted(path.parent for path in SITE.glob("*/apps.py"))


def catalogue(room: Path) -> Path:
    """A room's English catalogue."""
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


class Text(NamedTuple):
    """A text of the sources: its Chinese (with its plural, where it has one) and its context."""

    id: str | tuple[str, ...]
    context: str | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """What it is found by in a catalogue."""
        return (self.id if isinstance(self.id, str) else self.id[0]), self.context


def texts(room: Path) -> Iterator[Text]:
    """Every text of a room's Python and templates, in the order of the sources."""
    from django.utils.translation.template import templatize

    for file in sorted([*room.rglob("*.py"), *room.rglob("*.html")]):
        if "migrations" in file.parts:
            continue
        source = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            source = templatize(source, origin=str(file))
        for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            yield Text(text, context)


def update(room: Path) -> Catalog:
    """The room's catalogue with exactly the texts of its sources, keeping their translations."""
    found = Catalog(
        locale="en",
        domain="django",
        fuzzy=False,
        project="Lantian",
        version="1",
        copyright_holder="The Lantian developers",
        last_translator="The Lantian developers",
        language_team="English",
    )
    path = catalogue(room)
    kept = Catalog(locale="en")
    if path.exists():
        with path.open("rb") as file:
            kept = read_po(file, locale="en")
    for text in texts(room):
        known = kept.get(*text.key)
        found.add(text.id, string=_kept(text.id, known.string if known else ""), context=text.context)
    found.header_comment = "# English texts of the platform."
    return found


def _kept(text: str | tuple[str, ...], string: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """The translation in the shape that the text has now: one that became plural, or is no longer, keeps its words."""
    if isinstance(text, str):
        return string if isinstance(string, str) else string[-1]
    return (string,) * len(text) if isinstance(string, str) else string


def write(room: Path) -> int:
    """Write the room's catalogue; gives the number of texts without a translation."""
    found, path = update(room), catalogue(room)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, found, width=110, no_location=True, omit_header=False, sort_output=True)
    # Dates of extraction would change the file each time and tell nothing.
    lines = [
        line for line in out.getvalue().decode().splitlines() if "-Date:" not in line and "Generated-By" not in line
    ]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return sum(1 for message in found if message.id and not all(_strings(message.string)))


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def main() -> None:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    for room in rooms():
        print(f"{room.name}: {write(room)} without translation")


if __name__ == "__main__":
    main()
