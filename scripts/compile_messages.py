"""Compile every locale/*/LC_MESSAGES/*.po below src/ into the .mo file that Django loads."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

SOURCES = Path(__file__).parents[1] / "src"


def compile_all() -> list[str]:
    """Write all catalogues; gives one line for each that cannot be read."""
    faults = []
    for source in sorted(SOURCES.rglob("locale/*/LC_MESSAGES/*.po")):
        try:
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        except PoFileError as error:
            faults.append(f"{source.relative_to(SOURCES.parent)}: {error}")
            continue
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
    return faults


if __name__ == "__main__":
    sys.exit("\n".join(compile_all()) or None)
