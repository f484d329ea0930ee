"""Bad input: a clear message in Chinese and English that names the file and the remedy, and nothing left behind."""

import io
import os
import stat
import struct
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from lantian import rulebook
from lantian.plandoc.read import ReadError, read
from lantian.plandoc.read.guard import OLE
from tests.plandoc.read.making import RELATIONS, TYPES, drawn, lines, packed, para, table, word
from tests.plandoc.read.test_pdf import one_pixel

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
LAUGHING_PAGE = LAUGHS.replace("DOCTYPE x", "DOCTYPE html") + "<html><body>&i;</body></html>"


def text(canvas):
    canvas.drawString(72, 780, "青河区行动计划")


def picture(canvas):
    canvas.drawInlineImage(one_pixel(), 0, 0, 500, 700)


def compound(*streams: str) -> bytes:
    """The directory of an OLE compound file with these streams."""
    entries = b"".join((name + "\0").encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return OLE + bytes(504) + entries.ljust(4096, b"\0")


def locked_zip() -> bytes:
    """A docx whose main part says that it is encrypted."""
    data = bytearray(word(para("正文")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        offset = archive.getinfo("word/document.xml").header_offset
    central = data.rindex(b"PK\x01\x02")
    for at in (offset + 6, central + 8):
        data[at : at + 2] = struct.pack("<H", 1)
    return bytes(data)


def swelling() -> bytes:
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": "<a/>", "word/media/x": "0" * 60_000_000})


def many_entries() -> bytes:
    return packed({"[Content_Types].xml": TYPES} | {f"word/{k}": "" for k in range(6000)})


def huge_part() -> bytes:
    """A main part over the limit that is not suspicious by its ratio."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/media/x.bin", os.urandom(1_000_000))
        archive.writestr("word/document.xml", "<a>" + " " * 51_000_000 + "</a>")
    return out.getvalue()


BAD = {
    "nothing in it": (b"", "empty"),
    "blanks alone": (b" \n\t\r\n", "empty"),
    "a docx without text": (word(para()), "empty"),
    "a page without text": (b"<html><body><script>x</script></body></html>", "empty"),
    "an empty PDF page": (drawn(lambda canvas: None), "empty"),
    "a zip renamed": (packed({"readme.txt": "x"}), "broken"),
    "an empty zip": (packed({}), "broken"),
    "half a docx": (word(table([para()] * 50))[:400], "broken"),
    "a docx of broken XML": (packed({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document"}), "broken"),
    "a docx without a main part": (packed({"[Content_Types].xml": TYPES, "word/styles.xml": "<a/>"}), "broken"),
    "half a PDF": (drawn(text)[:700], "broken"),
    "a PDF in name": (b"%PDF-1.4 nothing %%EOF", "broken"),
    "a workbook": (packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<a/>"}), "unknown"),
    "an OFD": (packed({"OFD.xml": "<a/>"}), "unknown"),
    "an old workbook": (compound("Workbook"), "unknown"),
    "a RAR": (b"Rar!\x1a\x07\x00" + bytes(100), "unknown"),
    "a program": (b"\x7fELF" + bytes(range(256)) * 4, "unknown"),
    "binary data": (bytes(range(256)) * 8 + bytes(300), "unknown"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "scanned"),
    "a scan": (drawn(picture, picture), "scanned"),
    "a locked PDF": (drawn(text, encrypt=StandardEncryption("geheim", canPrint=0)), "password"),
    "a locked docx": (compound("EncryptionInfo", "EncryptedPackage"), "password"),
    "a locked doc": (OLE + bytes(504) + b"\xec\xa5" + bytes(9) + b"\x01" + bytes(4000), "password"),
    "a docx of locked parts": (locked_zip(), "password"),
    "no Chinese encoding": ("Größe, Länge, Höhe, Äpfel".encode("latin-1"), "encoding"),
    "a page in no encoding": ("<html><p>Größe, Länge, Höhe</p></html>".encode("latin-1"), "encoding"),
    "laughs in a docx": (word(para("&i;"), doctype=LAUGHS).replace(b"&amp;", b"&"), "bomb"),
    "laughs in a page": (LAUGHING_PAGE.encode(), "bomb"),
    "laughs in UTF-16": (LAUGHING_PAGE.encode("utf-16"), "bomb"),
    "a zip that swells": (swelling(), "bomb"),
    "a zip of thousands": (many_entries(), "bomb"),
    "a part that swells": (huge_part(), "bomb"),
    "headers without end": (b"a:\r\n" * 1500 + b"\xff", "encoding"),
    "a page nested without end": (b"<html><body>" + b"<div>" * 5000 + b"x", "bomb"),
}


@pytest.fixture
def nothing_left(monkeypatch, tmp_path):
    """A temporary directory of its own, which must be empty afterwards."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield scratch
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name_in_both_languages(case, nothing_left):
    data, code = BAD[case]
    with pytest.raises(ReadError) as caught:
        read(data, name="方案.docx")
    error = caught.value
    assert error.code == code, error
    assert error.zh.startswith("“方案.docx”：")
    assert error.en.startswith("方案.docx: ")
    assert "请" in error.zh, "the message must say what to do"


def test_scanned_pages_are_numbered_and_ocr_is_named():
    with pytest.raises(ReadError) as caught:
        read(drawn(picture, picture, picture))
    assert "第 1、2、3 页" in caught.value.zh
    assert "OCR" in caught.value.zh
    assert "OCR" in caught.value.en


def test_a_scan_with_page_numbers_is_still_a_scan():
    def stamped(canvas):
        picture(canvas)
        canvas.drawString(280, 40, "- 1 -")

    with pytest.raises(ReadError) as caught:
        read(drawn(stamped, stamped))
    assert caught.value.code == "scanned"


def test_a_short_page_with_a_seal_is_no_scan():
    def sealed(canvas):
        text(canvas)
        picture(canvas)

    def body(canvas):
        canvas.drawString(72, 780, "全区要加快燃煤锅炉清洁能源改造，加强监督检查，确保完成。")

    document = read(drawn(sealed, body))
    assert len(lines(document)) == 2
    assert document.warnings == ()


def test_a_pdf_locked_against_printing_alone_opens():
    assert lines(read(drawn(text, encrypt=StandardEncryption("", ownerPassword="x", canPrint=0)))) == ["青河区行动计划"]


def test_the_size_limit_is_a_parameter():
    with pytest.raises(ReadError, match="MiB") as caught:
        read(b"0123456789", most_bytes=9)
    assert caught.value.code == "too-large"
    assert read(b"0123456789", most_bytes=10).source == "0123456789\n"


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.code == "too-large"
    assert "big.txt" in caught.value.zh


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "nowhere.docx", tmp_path):
        with pytest.raises(ReadError, match=path.name) as caught:
            read(path)
        assert caught.value.code == "missing"


def test_the_content_says_what_a_file_is_not_its_name(tmp_path):
    for content, format in [(word(para("甲")), "docx"), (drawn(text), "pdf"), ("甲".encode("gbk"), "txt")]:
        path = tmp_path / "plan.html"
        path.write_bytes(content)
        assert read(str(path)).format == format


# Old Word files

OLD = compound("WordDocument")


def office(folder: Path, script: str) -> None:
    """A program named soffice that takes the same arguments."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\nwhile [ $# -gt 1 ]; do [ $1 = --outdir ] && out=$2; shift; done\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize("data", [OLD, compound("wpsdata"), rb"{\rtf1\ansi hello}"])
def test_an_old_file_is_refused_with_the_way_to_convert_it(data, monkeypatch, tmp_path, nothing_left):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError, match=r"另存为 \.docx.*save it as \.docx") as caught:
        read(data, name="方案.wps")
    assert caught.value.code == "old-office"
    assert "LibreOffice" in caught.value.en


def test_an_old_file_goes_through_the_converter(monkeypatch, tmp_path, nothing_left):
    made = tmp_path / "made.docx"
    made.write_bytes(word(para("一、目标")))
    office(tmp_path, f'mkdir -p "$out" && cp {made} "$out/plan.docx"')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    document = read(OLD, name="方案.doc")
    assert lines(document) == ["一、目标"]
    assert "Converted from an old format" in document.warnings[-1]


@pytest.mark.parametrize("script", ["exit 1", "exit 0", 'mkdir -p "$out"; echo x > "$out/plan.docx"'])
def test_a_converter_that_fails_is_told_of(script, monkeypatch, tmp_path, nothing_left):
    office(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ReadError) as caught:
        read(OLD)
    assert caught.value.code == "old-office"


def gone(process: int, seconds: float = 5) -> bool:
    """Whether a process ends within some seconds (a zombie nobody waits for has ended)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_a_converter_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path, nothing_left):
    shipped = Path(rulebook.__file__).parent / "data/plandoc/reading.toml"
    overlay = tmp_path / "rules"
    overlay.mkdir()
    (overlay / "reading.toml").write_text(shipped.read_text("utf-8").replace("seconds = 120", "seconds = 1"), "utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(overlay))
    started = tmp_path / "started"
    office(tmp_path, f"sleep 600 & echo $! > {started}; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ReadError, match="more than 1 seconds"):
        read(OLD)
    child = int(started.read_text())
    assert gone(child), "the converter's child process still runs"


def test_thousands_of_comments_before_no_page_take_no_time():
    assert read(b"<!---->" * 1160 + "纯文字".encode()).format == "txt"


def test_a_table_of_many_columns_is_cut_not_believed():
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>'
    assert read(word(table([wide, wide], [wide]))).source.strip() == "甲\n甲"
