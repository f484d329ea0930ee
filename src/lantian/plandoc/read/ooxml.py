"""The package behind a docx: its parts, parsed within limits and without entities; small helpers for its XML."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

from lantian.plandoc.read.builder import limits, refusal
from lantian.plandoc.read.guard import ZIP_ERRORS, broken, locked, refuse_entities

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Strict documents use other namespace names for the same things.
STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
MAIN = "/officeDocument"


class Package:
    """The XML parts of a docx that hold text, styles and numbers; pictures and macros are never unpacked."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except ZIP_ERRORS as error:
            raise broken(name, "压缩结构") from error
        self._names = set(self._archive.namelist())
        self.main = self._main()

    def beside(self, part: str) -> etree._Element | None:
        """Root of a part in the folder of the main one ('numbering.xml'), None when there is none."""
        return self.root(posixpath.join(posixpath.dirname(self.main), part))

    def root(self, part: str) -> etree._Element | None:
        """Root element of a part, None when the package has no such part."""
        if part not in self._names:
            return None
        data = self._bytes(part)
        refuse_entities(data, self._name, part)
        for strict, usual in STRICT:
            data = data.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise broken(self._name, f"{part}: {error}") from error

    def _bytes(self, part: str) -> bytes:
        most = limits().archive.part_bytes
        info = self._archive.getinfo(part)
        if info.flag_bits & 1:
            raise locked(self._name)
        if info.file_size > most:
            raise refusal(
                "bomb",
                self._name,
                f"{part} 解开后有 {info.file_size / 2**20:.0f} MiB，超过上限 {most / 2**20:.0f} MiB，已拒绝读取。"
                "请只保留方案正文和附表。",
                f"{part} unpacks to {info.file_size / 2**20:.0f} MiB, over the limit of {most / 2**20:.0f} MiB; it was "
                "not read. Keep only the plan and its annexes.",
            )
        try:
            with self._archive.open(info) as file:
                return file.read(most)
        except ZIP_ERRORS as error:
            raise broken(self._name, part) from error

    def _main(self) -> str:
        relations = self.root("_rels/.rels")
        for relation in relations if relations is not None else ():
            if str(relation.get("Type", "")).endswith(MAIN):
                target = posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
                if target in self._names:
                    return target
        if "word/document.xml" not in self._names:
            raise broken(self._name, "word/document.xml")
        return "word/document.xml"


def local(x: etree._Element) -> str:
    """Name of an element without its namespace."""
    return x.tag.rpartition("}")[2] if isinstance(x.tag, str) else ""


def attribute(x: etree._Element, name: str) -> str:
    """A `w:` attribute, '' when absent."""
    return x.get(W + name) or ""


def child(x: etree._Element, name: str) -> etree._Element | None:
    """First child of this `w:` name."""
    return x.find(W + name)


def children(x: etree._Element, name: str) -> list[etree._Element]:
    """Children of this `w:` name."""
    found: list[etree._Element] = x.findall(W + name)
    return found


def value(x: etree._Element, name: str) -> str:
    """`w:val` of a child, '' when absent."""
    found = x.find(W + name)
    return "" if found is None else attribute(found, "val")


def on(x: etree._Element | None, name: str) -> bool | None:
    """A switch among properties: True, False, or None where nothing is said."""
    found = None if x is None else x.find(W + name)
    if found is None:
        return None
    return attribute(found, "val") not in ("0", "false", "off")


def integer(text: str, default: int) -> int:
    """A number as Word writes it, the default for anything else."""
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return default
