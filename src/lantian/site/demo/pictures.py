"""Simulated photos: drawn and marked as such, with the time and the place that a phone would note in them."""

from __future__ import annotations

import datetime as dt
import io
from functools import lru_cache

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags, Image, ImageDraw

COLOURS = ("#dfe7ee", "#e7e2d8", "#dfeadf", "#ebdfe6", "#e6e6f0")
CAMERA = "SIMULATED"
Picture = SimpleUploadedFile
NOTE, LONGEST = b"\xff\xe1", 65_533  # the segment of a JPEG that holds what a camera notes


def photo(k: int, *, at: dt.datetime | None, place: tuple[float, float] | None = None) -> Picture:
    """A picture that nobody takes for a photo, as taken at a time and a place.

    Parameters
    ----------
    k : which of the colours it has
    at : what the camera's clock said; without it the file tells nothing, like one that a chat has passed on
    place : longitude and latitude, degrees
    """
    if at is None:
        return plain(k)
    drawn = _drawn(k % len(COLOURS))
    return _file(drawn[:2] + _note(at, place) + drawn[2:])


def plain(k: int = 0) -> Picture:
    """The same without time and place: one for each colour, as a file is looked over once."""
    return _plain(k % len(COLOURS))


@lru_cache(maxsize=len(COLOURS))
def _plain(k: int) -> Picture:
    return _file(_drawn(k))


def forget() -> None:
    """Look plain pictures over anew: files lie in the place of another platform now."""
    _plain.cache_clear()


def _file(content: bytes) -> Picture:
    return SimpleUploadedFile("simulated.jpg", content, "image/jpeg")


@lru_cache(maxsize=len(COLOURS))
def _drawn(k: int) -> bytes:
    """Drawn once for each colour; a note is laid into the file beside the picture."""
    picture = Image.new("RGB", (320, 240), COLOURS[k])
    pen = ImageDraw.Draw(picture)
    pen.line((0, 0, 320, 240), fill="#9aa7b4", width=2)
    pen.line((0, 240, 320, 0), fill="#9aa7b4", width=2)
    pen.text((118, 112), "SIMULATED", fill="#3b4754")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def _note(at: dt.datetime, place: tuple[float, float] | None) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = CAMERA
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{timezone.localtime(at):%Y:%m:%d %H:%M:%S}"
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
        gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLatitude] = (_parts(one) for one in place)
    told = exif.tobytes()[:LONGEST]
    return NOTE + (len(told) + 2).to_bytes(2, "big") + told


def _parts(degrees: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    minutes, seconds = divmod(round(degrees * 3600, 2), 60)
    return (*divmod(minutes, 60), seconds)
