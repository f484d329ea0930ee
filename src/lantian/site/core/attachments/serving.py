"""Handing files out: never under a type that a browser would run, and shut into a sandbox of its own."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404

from lantian.site.core.attachments import images, kinds
from lantian.site.core.attachments.storing import path_of
from lantian.site.core.models import Attachment

# Nothing loads, nothing runs, no form is sent, no window opens; pictures may be drawn, and the browser's own
# viewer of PDF may style itself.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
DAY = 24 * 3600


def download(attachment: Attachment, *, inline: bool = False) -> FileResponse:
    """The file as it was handed in.

    Parameters
    ----------
    inline : show it in the browser, where its kind cannot act there (pictures, PDF); else it is saved

    Raises
    ------
    Http404 : the file is gone from the disk (`lantian doctor` tells of it)
    """
    shown = inline and any(kind.inline and kind.media_type == attachment.media_type for kind in kinds.rules().kind)
    media_type = attachment.media_type if shown else "application/octet-stream"
    return _answer(path_of(attachment), attachment.name, media_type, shown=shown)


def thumbnail(attachment: Attachment) -> FileResponse:
    """A small picture without what its maker wrote into the original; made anew when it is gone."""
    kind = next((one for one in kinds.rules().kind if one.media_type == attachment.media_type), None)
    if kind is None or kind.id not in images.FORMATS:
        raise Http404
    place = images.thumbnail_place(attachment.sha256)
    if not place.exists():
        if not path_of(attachment).exists():
            raise Http404
        images.make_thumbnail(path_of(attachment), kind.id, place)
    answer = _answer(place, "thumbnail.jpg", "image/jpeg", shown=True)
    # The content of a hash never changes, but who may see it can: kept by this browser alone, for a day.
    answer["Cache-Control"] = f"private, max-age={DAY}"
    return answer


def _answer(path: Path, name: str, media_type: str, *, shown: bool) -> FileResponse:
    try:
        opened = path.open("rb")
    except OSError as error:
        raise Http404 from error
    answer = FileResponse(opened, as_attachment=not shown, filename=name, content_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
