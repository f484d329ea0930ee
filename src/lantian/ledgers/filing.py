"""Files of evidence brought to the entries of a ledger by their paths: 12 松溪建材厂/烟囱拆除.jpg."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from lantian.ledgers.similar import core_of

__all__ = ["Entry", "Filed", "Filing", "Slot", "folder_of"]

Why = Literal["fits", "no_entry", "many_entries", "no_proof", "many_proofs"]
NUMBER = re.compile(r"^\s*(?:编号|no\.?|#)?\s*0*(\d{1,9})(?![\d年.]*年)", re.IGNORECASE)
LOOSE = re.compile(r"[\W\d_]+")
FILLERS = re.compile(r"照片|图片|材料|证明|已|的|现场照")
HAN = re.compile(r"[\u4e00-\u9fff]")
ENOUGH = 0.6  # of what a file's name says must be in the name of the proof
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True)
class Slot:
    """A proof that a ledger asks for: its key, what it is called, and whether it is a photo."""

    name: str
    label: str
    photo: bool


@dataclass(frozen=True)
class Entry:
    """An entry that evidence may belong to: its number in the system, the source's name, its firm and town, and the
    proofs that may still come."""

    number: int
    name: str
    firm: str = ""
    town: str = ""
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Filed:
    """Where a file belongs, or why that is not clear."""

    why: Why
    entry: Entry | None = None
    slot: Slot | None = None


def folder_of(entry: Entry) -> str:
    """The folder for an entry's evidence, as the export names it.

    >>> folder_of(Entry(12, "松溪建材厂 1/2 号锅炉"))
    '12 松溪建材厂 1_2 号锅炉'
    """
    return f"{entry.number} {UNSAFE.sub('_', entry.name).strip(' .')[:60]}"


@dataclass
class Filing:
    """Entries of a ledger by number and by name."""

    entries: Sequence[Entry]
    _by_number: dict[int, Entry] = field(default_factory=dict)
    _by_name: dict[str, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._by_number[entry.number] = entry
            for name in {_plain(entry.name), core_of(entry.name), _plain(entry.firm), core_of(entry.firm)} - {""}:
                self._by_name.setdefault(name, []).append(entry)

    def place(self, path: str, *, picture: bool) -> Filed:
        """Where the file of such a path belongs. A number counts where the name beside it is the entry's, or where
        there is none; a number of somebody else's list does not."""
        parts = [one for one in unicodedata.normalize("NFKC", path).split("/") if one.strip()]
        stem = parts[-1].rsplit(".", 1)[0] if parts else ""
        folders = parts[:-1]
        found = self._entry([*reversed(folders), stem])
        if isinstance(found, str):
            return Filed(found)
        entry, rest = found
        return _slot(entry, _said(stem, entry) or rest, [_said(one, entry) for one in folders], picture=picture)

    def _entry(self, parts: Sequence[str]) -> tuple[Entry, str] | Why:
        """The entry that a part of the path names, the nearest folder first, with what else that part says."""
        many = False
        for part in parts:
            number = NUMBER.match(part)
            words = part[number.end() :] if number else part
            named = self._named(words)
            numbered = self._by_number.get(int(number[1])) if number else None
            if numbered and (numbered in named or not _plain(words) or _alike(words, numbered)):
                return numbered, ""
            if len(named) == 1:
                return named[0], ""
            many = many or len(named) > 1
        return "many_entries" if many else "no_entry"

    def _named(self, words: str) -> list[Entry]:
        """Entries whose name is all of it, or the first of what it says: 松溪建材厂_烟囱拆除."""
        pieces = [words, *re.split(r"[_\-—+＋，,、\s]+", words.strip())]
        for piece in pieces:
            for name in (_plain(piece), core_of(piece)):
                if len(name) > 1 and name in self._by_name:
                    return list(dict.fromkeys(self._by_name[name]))
        return []


def _alike(words: str, entry: Entry) -> bool:
    told = _plain(words)
    return any(name and (name in told or told in name) for name in (_plain(entry.name), _plain(entry.firm)))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def _said(text: str, entry: Entry) -> str:
    """What a part of a path says beside the entry's name and number."""
    told = LOOSE.sub("", unicodedata.normalize("NFKC", text))
    for name in (entry.name, entry.firm):
        told = told.replace(LOOSE.sub("", name), "") if name else told
    told = FILLERS.sub("", told)
    return told if HAN.search(told) else ""  # IMG_2034 says nothing


def _slot(entry: Entry, said: str, folders: Iterable[str], *, picture: bool) -> Filed:
    """The proof that the file's name says, else a folder's, else the only one that takes such a file."""
    for words in (said, *folders):
        ranked = sorted(((_shared(words, one.label), one) for one in entry.slots), key=lambda one: -one[0])
        fitting = [(share, one) for share, one in ranked if share >= ENOUGH]
        if fitting and (len(fitting) == 1 or fitting[0][0] > fitting[1][0]):
            return Filed("fits", entry, fitting[0][1])
        if fitting:
            return Filed("many_proofs", entry)
    taking = [one for one in entry.slots if picture or not one.photo]
    if len(taking) == 1 and not said:
        return Filed("fits", entry, taking[0])
    return Filed("no_proof", entry)


def _shared(words: str, label: str) -> float:
    """How much of what a name says stands in a proof's name (0 to 1), in runs of two signs and more."""
    told, asked = FILLERS.sub("", words), FILLERS.sub("", LOOSE.sub("", label))
    if len(told) < 2 or len(asked) < 2:
        return 0.0
    blocks = SequenceMatcher(None, told, asked, autojunk=False).get_matching_blocks()
    shared = sum(block.size for block in blocks if block.size > 1)
    return shared / len(told)
