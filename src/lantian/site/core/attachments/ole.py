"""Names inside an OLE compound file (Office 97–2003): [MS-CFB], 2.2 header, 2.3 FAT, 2.6 directory."""

from __future__ import annotations

import struct
from pathlib import Path

END = 0xFFFFFFFA  # from here on numbers of sectors mean "no sector"
MOST_SECTORS = 4096  # of a directory: 16,384 entries and more


class OleError(ValueError):
    """The file does not hold what its header says."""


def stream_names(file: Path) -> set[str]:
    """Names of all streams and storages.

    Raises
    ------
    OleError : the file is cut, or its tables lead nowhere or in circles
    """
    content = file.read_bytes()
    if len(content) < 512:
        raise OleError("no header")
    shift, first = struct.unpack_from("<H", content, 30)[0], struct.unpack_from("<I", content, 48)[0]
    if shift not in (9, 12):
        raise OleError("no such sector size")
    size = 1 << shift
    table = _table(content, size)
    names: set[str] = set()
    seen: set[int] = set()
    sector = first
    while sector < END:
        if sector in seen or len(seen) > MOST_SECTORS:
            raise OleError("the directory runs in circles")
        seen.add(sector)
        names |= _names(_sector(content, sector, size))
        sector = _next(content, table, sector, size)
    return names


def _sector(content: bytes, number: int, size: int) -> bytes:
    start = (number + 1) * size
    found = content[start : start + size]
    if len(found) < 128:
        raise OleError("a sector lies beyond the end")
    return found


def _table(content: bytes, size: int) -> list[int]:
    """Numbers of the sectors that hold the allocation table: 109 in the header, the rest in a chain of their own."""
    table = [one for one in struct.unpack_from("<109I", content, 76) if one < END]
    sector, each = struct.unpack_from("<I", content, 68)[0], size // 4
    seen: set[int] = set()
    while sector < END:
        if sector in seen:
            raise OleError("the table runs in circles")
        seen.add(sector)
        raw = _sector(content, sector, size)
        if len(raw) < size:
            raise OleError("the table is cut")
        *more, sector = struct.unpack(f"<{each}I", raw)
        table += [one for one in more if one < END]
    return table


def _next(content: bytes, table: list[int], sector: int, size: int) -> int:
    each = size // 4
    if sector // each >= len(table):
        raise OleError("a sector is in no table")
    raw = _sector(content, table[sector // each], size)
    try:
        return int(struct.unpack_from("<I", raw, 4 * (sector % each))[0])
    except struct.error as error:
        raise OleError("the table is cut") from error


def _names(sector: bytes) -> set[str]:
    names = set()
    for at in range(0, len(sector) - 127, 128):
        length, kind = struct.unpack_from("<HB", sector, at + 64)
        if kind and 2 <= length <= 64:
            names.add(sector[at : at + length - 2].decode("utf-16-le", "replace"))
    return names
