"""The style sheet and the script travel packed, once an hour at most, from the application process itself."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["lantian.css", "lantian.js", "chart.js", "map.js", "icons.svg"])
def test_a_built_file_travels_packed(site, name):
    where = finders.find(f"lantian/dist/{name}")
    assert where, "the front end is not built: make assets"
    packed = site.get(f"/static/lantian/dist/{name}", headers={"Accept-Encoding": "gzip"})
    assert (packed.status_code, packed["Content-Encoding"], packed["Vary"]) == (200, "gzip", "Accept-Encoding")
    content = Path(where).read_bytes()
    body = b"".join(packed.streaming_content)
    assert gzip.decompress(body) == content
    assert len(body) < len(content) / 2
    assert "max-age=3600" in packed["Cache-Control"]
    plain = site.get(f"/static/lantian/dist/{name}", headers={"Accept-Encoding": ""})
    assert b"".join(plain.streaming_content) == content
