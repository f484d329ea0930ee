"""Shape of the rule that says which files may be handed in."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema

Container = Literal["pdf", "ooxml", "ofd", "ole", "jpeg", "png", "webp", "mp4", "text"]


class FileKind(BaseModel):
    """One kind of file: how its content is known, which endings it may have, how large it may be.

    `container` names the check of the content; `inside` what must lie within it (a part of a zip file, a stream of an
    OLE file). `inline` kinds cannot act when a browser shows them; all others are only ever downloaded.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    container: Container
    inside: tuple[str, ...] = ()
    extensions: tuple[str, ...] = Field(min_length=1)
    media_type: str
    max_mb: float = Field(gt=0)
    inline: bool = False


class RefusedKind(BaseModel):
    """A kind that is recognised only to tell the person what to do instead. `magic` in hex, at `offset`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    magic: tuple[str, ...]
    offset: int = 0
    remedy: str


class ImageLimits(BaseModel):
    """How large a picture may be (pixels), and how large its thumbnail is made (longer side, pixels)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_megapixels: float = Field(gt=0)
    max_megapixels_jpeg: float = Field(gt=0)
    thumbnail: int = Field(gt=0)


class ArchiveLimits(BaseModel):
    """Bounds of office files, which are zip files: number of parts, unpacked size, and how far one may be packed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_parts: int = Field(gt=0)
    max_unpacked_mb: float = Field(gt=0)
    max_ratio: float = Field(gt=1)


class ObjectLimits(BaseModel):
    """What one thing (a report, an order) may carry altogether."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_files: int = Field(gt=0)
    max_mb: float = Field(gt=0)


@schema("attachments")
class AttachmentRules(Entry):
    """Kinds of files that are taken, in the order in which they are tried. `archive` bounds office files, `batch` zip
    files of evidence."""

    kind: tuple[FileKind, ...]
    refused: tuple[RefusedKind, ...]
    image: ImageLimits
    archive: ArchiveLimits
    batch: ArchiveLimits
    per_object: ObjectLimits
