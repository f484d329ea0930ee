"""Pictures: what their makers wrote into them (time, place, camera), and thumbnails without any of it."""

from __future__ import annotations

import datetime as dt
import io
import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from lantian.site.core.attachments.kinds import rules
from lantian.site.core.audit.files import write_whole
from lantian.site.core.faults import Invalid

FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
# What a hostile or torn picture makes its decoder raise.
BROKEN: tuple[type[Exception], ...] = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    AttributeError,
)
TEXT = 100
MEGA = 1_000_000


@dataclass(frozen=True)
class Told:
    """What a picture says of itself: size in pixels, when and where it was taken (WGS 84, degrees), by what."""

    width: int
    height: int
    taken_at: dt.datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""


def read(file: Path, kind: str) -> Told:
    """Look a picture over; it is decoded whole, at reduced size, so that a torn one is found now and not by a viewer.

    Raises
    ------
    Invalid : it cannot be decoded, or has more pixels than the rule allows
    """
    with _opened(file, kind) as image:
        width, height = image.size
        thumbnail_of(image)
        try:
            exif = image.getexif()
        except BROKEN:
            return Told(width, height)
        latitude, longitude = _place(exif)
        return Told(width, height, _taken_at(exif), latitude, longitude, _camera(exif))


def make_thumbnail(file: Path, kind: str, place: Path) -> None:
    """Write a small JPEG of a picture, upright and with nothing of what its maker wrote into it."""
    with _opened(file, kind) as image:
        small = thumbnail_of(image)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=80, optimize=True)
    write_whole(place, out.getvalue())


def thumbnail_of(image: Image.Image) -> Image.Image:
    """A small upright copy on white."""
    side = rules().image.thumbnail
    image.draft("RGB", (side * 2, side * 2))  # a JPEG is decoded at an eighth where that is enough
    small = ImageOps.exif_transpose(image) if _turned(image) else image.copy()
    small.thumbnail((side, side))
    flat = Image.new("RGB", small.size, "white")
    clear = small.convert("RGBA")
    flat.paste(clear, mask=clear.getchannel("A"))
    return flat


def _turned(image: Image.Image) -> bool:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
    except BROKEN:
        return False


@contextmanager
def _opened(file: Path, kind: str) -> Iterator[Image.Image]:
    limit = rules().image.max_megapixels_jpeg if kind == "jpeg" else rules().image.max_megapixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=[FORMATS[kind]]) as image:
                if image.width * image.height > limit * MEGA:
                    raise Invalid(
                        _("图片有 {pixels} 万像素，超过上限 {limit} 万。").format(
                            pixels=image.width * image.height // 10_000, limit=round(limit * 100)
                        ),
                        fields={"file": _("图片像素过多。")},
                        remedy=_("请缩小后再上传。"),
                    )
                yield image
    except Image.DecompressionBombError as error:
        raise Invalid(_("图片像素过多。"), remedy=_("请缩小后再上传。")) from error
    except BROKEN as error:
        raise Invalid(
            _("图片损坏，无法打开。"),
            fields={"file": _("图片损坏，无法打开。")},
            remedy=_("请重新拍照或另存后再上传。"),
        ) from error


def _taken_at(exif: Image.Exif) -> dt.datetime | None:
    """When the picture was taken; without an offset the clock of the camera is taken to show the site's time."""
    try:
        tags = exif.get_ifd(ExifTags.IFD.Exif)
        said = str(tags.get(ExifTags.Base.DateTimeOriginal) or "").strip("\0 ")
        taken = dt.datetime.strptime(said, "%Y:%m:%d %H:%M:%S")
        offset = str(tags.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
        if offset:
            return dt.datetime.strptime(f"{said} {offset}", "%Y:%m:%d %H:%M:%S %z")
        return taken.replace(tzinfo=timezone.get_default_timezone()) if taken.year > 1970 else None
    except BROKEN:
        return None


def _place(exif: Image.Exif) -> tuple[float | None, float | None]:
    try:
        tags = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(tags, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, 90)
        longitude = _degrees(tags, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, 180)
    except BROKEN:
        return None, None
    # 0, 0 is what phones without a fix write, and no place on land.
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    return latitude, longitude


def _degrees(tags: dict[int, Any], value: int, ref: int, most: int) -> float | None:
    degrees, minutes, seconds = (float(part) for part in tags[value])
    angle = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(angle) or not 0 <= angle <= most:
        return None
    return round(-angle if str(tags.get(ref, "")).strip("\0 ").upper() in {"S", "W"} else angle, 6)


def _camera(exif: Image.Exif) -> str:
    words = [str(exif.get(tag) or "") for tag in (ExifTags.Base.Make, ExifTags.Base.Model)]
    text = " ".join("".join(char if char.isprintable() else " " for char in word) for word in words)
    return " ".join(text.split())[:TEXT]


def thumbnail_place(sha256: str) -> Path:
    """Where the thumbnail of a picture lies; it can be made anew at any time."""
    return Path(settings.MEDIA_ROOT) / "thumbnails" / sha256[:2] / f"{sha256}.jpg"
