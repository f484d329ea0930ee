"""What holds for every document: spans point at what they say, and hostile bytes end in a message."""

import io
import subprocess
import sys
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lantian.plandoc.document import Document, Line
from lantian.plandoc.read import ReadError, read
from lantian.plandoc.read.builder import Draft, layout
from tests.plandoc.read.making import cell, drawn, level, one_list, para, ruled, table, word
from tests.shared import shared_path

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
CHINESE = st.text("青河区松溪镇一二（）、。，；\t \n\r\f20年底前", max_size=200)


def holds_together(document: Document) -> None:
    """Every line and cell equals the source at its offsets, one after the other, and is found there again."""
    at = 0
    for block in document.blocks:
        pieces = [block.text] if isinstance(block, Line) else [c.text for row in block.rows for c in row if c]
        for piece in pieces:
            assert document.source[at : at + len(piece) + 1] == piece.text + "\n"
            assert list(piece.at) == list(range(at, at + len(piece)))
            at += len(piece) + 1
    assert at == len(document.source)
    for offset, place in document.pieces():
        assert document.place(offset) == place


def ends_well(data: bytes) -> None:
    """A sound document, or the one error that readers may raise."""
    with suppress(ReadError):
        holds_together(read(data, name="x"))


@given(st.one_of(ANY_TEXT, CHINESE), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_every_line_of_a_text_stands_in_the_source(text, encoding):
    ends_well(text.encode(encoding))


@given(CHINESE.filter(str.strip))
def test_nothing_of_a_text_gets_lost(text):
    assert "".join(read(text.encode()).source.split()) == "".join(text.split())


@given(st.lists(st.lists(CHINESE, min_size=1, max_size=4), min_size=1, max_size=4), CHINESE)
def test_every_cell_of_a_word_table_stands_in_the_source(rows, text):
    body = para("题" + text.replace("\f", "")) + table(*[[cell(t.replace("\f", "")) for t in row] for row in rows])
    holds_together(read(word(body)))


def document_bytes() -> dict[str, bytes]:
    numbering = one_list(level(0, "chineseCounting", "%1、"), level(1, "decimal", "（%2）"))
    rows = [[cell(str(k)), cell("改造锅炉")] for k in range(3)]
    page = "<html><meta charset=gbk><body><h1>方案</h1><table><tr><td rowspan=2>1<td>2<tr><td>3</table></body></html>"
    return {
        "docx": word(para("一", list_id=1) + para("二", list_id=1, level=1) + table(*rows), numbering=numbering),
        "pdf": ruled([["序号", "任务"], ["1", "改造锅炉"]]),
        "html": page.encode("gbk"),
        "txt": "青河区\n\t1\n\t改造锅炉\n".encode("gb18030"),
    }


GOOD = document_bytes()


@given(st.binary(max_size=400))
@example(b"PK\x03\x04")
@example(b"%PDF-1.7\n%%EOF")
@example(b"\xff\xfe\x00")
@example(b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n")
def test_any_bytes_give_a_document_or_a_message(data):
    ends_well(data)


@pytest.mark.parametrize("format", GOOD)
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_give_a_document_or_a_message(format, data):
    damaged = bytearray(GOOD[format])
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    ends_well(bytes(damaged[: data.draw(st.integers(len(damaged) // 2, len(damaged)))]))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_xml_in_a_sound_docx_gives_a_document_or_a_message(data):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD["docx"])) as sound, zipfile.ZipFile(out, "w") as damaged:
        for entry in sound.infolist():
            xml = sound.read(entry).decode()
            start = data.draw(st.integers(0, len(xml)))
            cut = data.draw(st.integers(0, 30))
            damaged.writestr(
                entry.filename, xml[:start] + data.draw(st.text('<>/w:&"val=9', max_size=6)) + xml[start + cut :]
            )
    ends_well(out.getvalue())


@given(
    st.lists(
        st.builds(Draft, st.integers(0, 6), st.integers(0, 6), st.just("x"), st.integers(1, 9), st.integers(1, 9)),
        max_size=12,
    )
)
def test_a_table_has_every_place_once_whatever_cells_claim(drafts):
    rows = layout(drafts)
    assert len({len(row) for row in rows}) <= 1
    covered = [
        (r, c)
        for row in rows
        for d in row
        if d
        for r in range(d.row, d.row + d.rowspan)
        for c in range(d.column, d.column + d.colspan)
    ]
    assert sorted(covered) == [(r, c) for r, row in enumerate(rows) for c in range(len(row))]
    assert sum(d.text.count("x") for row in rows for d in row if d) == len(drafts), "no cell's text gets lost"


@pytest.mark.parametrize("plan", ["000_c7e8269a2825e4ec", "002_dc9aeb2cf5ac5543", "003_7637b8c990200eef"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_published_plans_are_read_without_loss(plan, encoding):
    text = shared_path(f"seeds/{plan}.txt").read_text(encoding="utf-8")
    document = read(text.encode(encoding))
    holds_together(document)
    assert document.source.rstrip("\n") == text.rstrip("\n")
    assert [b.number for b in document.blocks] == list(range(1, len(document.blocks) + 1))


def test_published_scans_ask_for_ocr():
    with pytest.raises(ReadError) as caught:
        read(shared_path("standards/HJ633-2026.pdf"))
    assert caught.value.code == "scanned"


def test_reading_text_loads_no_reader_of_other_formats():
    code = (
        "import sys; from lantian.plandoc.read import read; read('青河区'.encode());"
        "print([m for m in ('lxml', 'pypdfium2', 'docx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pdf_of_many_pages_is_read_page_by_page():
    def draw(canvas):
        canvas.drawString(72, 780, "松溪镇")

    document = read(drawn(*[draw] * 40))
    assert document.pages == 40
    holds_together(document)
