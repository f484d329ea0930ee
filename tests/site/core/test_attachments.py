"""What may be handed in, and what becomes of it: every upload is taken for hostile."""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from lantian.site.core import attachments, audit, clock, policy
from lantian.site.core.attachments import images, keeping, kinds, links, serving
from lantian.site.core.attachments.links import Carrier, carriers
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Attachment, AttachmentLink, AttachmentMeta, Ref
from lantian.site.core.policy import System
from lantian.site.org.models import Unit

pytestmark = pytest.mark.django_db
HERE = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Uploads in a directory of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


# Files as they come


def docx_file() -> bytes:
    out = io.BytesIO()
    document = Document()
    document.add_paragraph("松溪镇整治情况（演示）")
    document.save(out)
    return out.getvalue()


def xlsx_file() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def with_exif(place: tuple[float, ...] | None = (31, 14, 6), **tags: str) -> bytes:
    exif = Image.Exif()
    exif[271], exif[272] = "Demo", "M\x001"
    inner = exif.get_ifd(0x8769)
    inner[36867] = tags.get("taken", "2026:01:15 10:20:30")
    if "offset" in tags:
        inner[36881] = tags["offset"]
    if place is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", place, "E", (121.0, 28.0, 30.0)
    return picture(exif=exif)


def zipped(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def ole(*names: str) -> bytes:
    """A small compound file with streams of these names."""
    entry = b""
    for name in ("Root Entry", *names):
        raw = name.encode("utf-16-le")
        entry += raw.ljust(64, b"\0") + struct.pack("<HB", len(raw) + 2, 5 if name == "Root Entry" else 2) + b"\0" * 61
    directory = entry.ljust(512, b"\0")
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIII", 0, 1, 1, 0, 4096) + struct.pack("<IIII", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + table + directory


MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\0" * 64
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


def take(content: bytes, name: str, **options: Any) -> Attachment:
    return attachments.take(SimpleUploadedFile("x", content), name, System(), **options)


GOOD = [
    ("方案.docx", docx_file(), "wordprocessingml"),
    ("台账.XLSX", xlsx_file(), "spreadsheetml"),
    ("报告.pdf", b"%PDF-1.7\n%\xe2\xe3\n", "application/pdf"),
    ("版式.ofd", zipped({"OFD.xml": b"<ofd/>"}), "application/ofd"),
    ("旧文.doc", ole("WordDocument"), "application/msword"),
    ("旧文.wps", ole("WordDocument"), "application/msword"),
    ("旧表.xls", ole("Workbook"), "application/vnd.ms-excel"),
    ("现场.jpg", picture(), "image/jpeg"),
    ("现场.png", picture("PNG"), "image/png"),
    ("现场.webp", picture("WEBP"), "image/webp"),
    ("录像.mp4", MP4, "video/mp4"),
    ("说明.txt", "完成整治".encode(), "text/plain"),
    ("说明.txt", "完成整治".encode("gb18030"), "text/plain"),
    ("表.csv", "镇,数量\n松溪镇,3\n".encode("utf-8-sig"), "text/csv"),
]


@pytest.mark.parametrize(("name", "content", "media_type"), GOOD, ids=[f"{n}-{k}" for k, (n, _, _) in enumerate(GOOD)])
def test_kinds_of_an_office_are_taken(name: str, content: bytes, media_type: str) -> None:
    made = take(content, name)
    assert media_type in made.media_type
    assert attachments.path_of(made).read_bytes() == content


BAD = [
    ("网页改名", "照片.jpg", b"<html><script>alert(1)</script></html>", "不是可以上传"),
    ("svg", "图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "不是可以上传"),
    ("svg 改名", "图.txt", b"\xef\xbb\xbf  <svg onload='alert(1)'/>", "不是可以上传"),
    ("html 改名 txt", "说明.txt", b"<!DOCTYPE html><p>", "不是可以上传"),
    ("mhtml", "说明.txt", b"MIME-Version: 1.0\n", "不是可以上传"),
    ("程序", "照片.jpg", b"MZ\x90\0", "程序"),
    ("脚本", "说明.txt", b"#!/bin/sh\nrm -rf /\n", "程序"),
    ("GIF 与脚本", "图.gif", b"GIF89a=1;alert(1)//", "GIF"),
    ("压缩包", "资料.zip", zipped({"a.txt": b"a"}), "不是可以上传"),
    ("压缩包改名", "资料.docx", zipped({"a.txt": b"a"}), "不是可以上传"),
    ("RAR", "资料.rar", b"Rar!\x1a\x07\x00", "RAR"),
    ("HEIC", "IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    ("HEIC 改名", "IMG_1.jpg", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
    ("MOV", "录像.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "QuickTime"),
    ("PDF 之前有网页", "报告.pdf", b"<script>alert(1)</script>%PDF-1.7\n", "不是可以上传"),
    ("PDF 改名", "报告.jpg", b"%PDF-1.7\n", "结尾"),
    ("照片改名", "照片.pdf", picture(), "结尾"),
    ("没有后缀", "照片", picture(), "结尾"),
    ("两个后缀", "照片.jpg.html", picture(), "结尾"),
    ("宏", "方案.docx", zipped(WORD | {"word/vbaProject.bin": b"x"}), "宏"),
    ("旧宏", "旧文.doc", ole("WordDocument", "_VBA_PROJECT"), "宏"),
    ("加密", "方案.docx", ole("EncryptedPackage", "EncryptionInfo"), "密码"),
    ("路径", "方案.docx", zipped(WORD | {"../../etc/cron.d/x": b"x"}), "结构异常"),
    ("绝对路径", "方案.docx", zipped(WORD | {"/etc/passwd": b"x"}), "结构异常"),
    ("前置内容", "方案.docx", b"PK\x03\x04junk" + docx_file(), "异常|损坏"),
    ("末尾注释", "方案.docx", zipped(WORD, b"<script>alert(1)</script>"), "多余"),
    ("截断", "方案.docx", docx_file()[:-200], "损坏"),
    ("截断照片", "现场.jpg", picture()[:600], "损坏"),
    ("只有头", "现场.png", b"\x89PNG\r\n\x1a\n", "损坏"),
    ("只有头的旧文", "旧文.doc", bytes.fromhex("d0cf11e0a1b11ae1"), "损坏"),
    ("二进制", "说明.txt", b"abc\0def", "不是可以上传"),
    ("空", "说明.txt", b"", "空"),
]


@pytest.mark.parametrize(("name", "content", "why"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_what_is_not_taken_is_refused_with_a_remedy_and_leaves_nothing(
    name: str, content: bytes, why: str, media: Path
) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        take(content, name)
    assert refused.value.remedy
    assert str(refused.value).startswith(f"“{name}”：")
    assert refused.value.fields == {"file": refused.value.message}
    assert not Attachment.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file() and "thumbnails" not in path.parts] == []


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Invalid, match="压缩方式异常"):
        take(zipped(WORD | {"word/media/a.bin": b"\0" * 30_000_000}), "方案.docx")


def test_a_zip_of_too_many_parts_is_refused() -> None:
    with pytest.raises(Invalid, match="过大"):
        take(zipped(WORD | {f"word/{number}.xml": b"" for number in range(5001)}), "方案.docx")


def test_parts_that_lie_about_their_size_are_refused() -> None:
    content = bytearray(zipped(WORD | {"word/media/a.bin": b"a" * 100}))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 20, 900_000)  # packed size in the directory, more than the whole file
    with pytest.raises(Invalid, match=r"异常|损坏"):
        take(bytes(content), "方案.docx")


def huge_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(9000, 9000), (100_000, 100_000), (2**31 - 1, 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_head(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match="像素"):
        take(huge_png(*size), "图.png")


def test_limits_hold_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = kinds.rules()
    tight = tuple(kind.model_copy(update={"max_mb": 0.001}) for kind in rule.kind)
    monkeypatch.setattr(kinds, "rules", lambda: rule.model_copy(update={"kind": tight}))
    with pytest.raises(Invalid, match=r"不能超过 0\.001 MB"):
        take(picture(), "现场.jpg")


def test_a_place_may_take_only_some_kinds() -> None:
    with pytest.raises(Invalid, match=r"不能用在这里.*PDF"):
        take(picture(), "现场.jpg", allowed=("pdf",))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\用户\\说明.txt", "说明.txt"),
        ("说\0明\r\n.txt", "说明.txt"),
        ("\u202etxt.exe.txt", "txt.exe.txt"),
        ("a" * 400 + ".txt", "a" * 180 + ".txt"),
    ],
)
def test_names_are_only_names(given: str, kept: str) -> None:
    made = take(b"abc", given)
    assert made.name == kept
    assert attachments.path_of(made).name == made.sha256


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([content[:400] for _name, content, _type in GOOD] + [b""]),
    rest=st.binary(max_size=300),
    name=st.sampled_from([name for name, _content, _type in GOOD]),
)
def test_whatever_comes_is_taken_or_refused_in_words(start: bytes, rest: bytes, name: str) -> None:
    told = ""
    try:
        told = take(start + rest, name).media_type
    except Invalid as refused:
        told = str(refused)
    assert told


# Pictures


def test_time_place_and_camera_of_a_photo_are_kept_as_data() -> None:
    meta = take(with_exif(), "现场.jpg").meta
    assert (meta.latitude, meta.longitude) == (31.235, 121.475)
    assert meta.taken_at == dt.datetime(2026, 1, 15, 10, 20, 30, tzinfo=HERE)
    assert meta.camera == "Demo M 1"
    assert (meta.width, meta.height) == (640, 480)


def test_an_offset_in_the_photo_counts() -> None:
    meta = take(with_exif(offset="+00:00"), "现场.jpg").meta
    assert meta.taken_at == dt.datetime(2026, 1, 15, 10, 20, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("place", [(95.0, 0.0, 0.0), (31.0,), (31.0, 14.0, 999_999.0), None])
def test_a_place_that_cannot_be_is_no_place(place: tuple[float, ...] | None) -> None:
    assert not take(with_exif(place), "现场.jpg").meta.has_place


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "gestern", "2026:13:40 99:99:99", ""])
def test_a_time_that_cannot_be_is_no_time(taken: str) -> None:
    assert take(with_exif(taken=taken), "现场.jpg").meta.taken_at is None


def test_a_thumbnail_is_small_and_carries_nothing_of_the_original() -> None:
    made = take(with_exif() + b"<script>alert(1)</script>", "现场.jpg")
    content = b"".join(serving.thumbnail(made))
    with Image.open(io.BytesIO(content)) as small:
        assert max(small.size) == kinds.rules().image.thumbnail
        assert not small.getexif()
    assert b"script" not in content
    assert b"Demo" not in content


def test_a_photo_held_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[274] = 6
    made = take(picture(exif=exif), "现场.jpg")
    with Image.open(io.BytesIO(b"".join(serving.thumbnail(made)))) as small:
        assert small.height > small.width


def test_a_lost_thumbnail_is_made_anew() -> None:
    made = take(picture("PNG"), "现场.png")
    images.thumbnail_place(made.sha256).unlink()
    assert serving.thumbnail(made).status_code == 200


# Serving


@pytest.mark.parametrize(("name", "content", "_type"), GOOD[:8])
@pytest.mark.parametrize("inline", [False, True])
def test_no_file_is_ever_served_as_something_that_acts(name: str, content: bytes, _type: str, inline: bool) -> None:
    answer = serving.download(take(content, name), inline=inline)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    shown = answer["Content-Type"] in {"image/jpeg", "image/png", "image/webp", "application/pdf"}
    assert shown or answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream" or (shown and inline)


def test_a_row_that_claims_an_active_type_is_downloaded() -> None:
    made = take(b"abc", "a.txt")
    made.media_type = "text/html"
    answer = serving.download(made, inline=True)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


# The antivirus hook: a real script


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> None:
    script = tmp_path / "scan.sh"
    script.write_text('#!/bin/sh\nif grep -q "EICAR" "$1"; then echo "found a virus"; exit 1; fi\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    settings.LANTIAN_ANTIVIRUS = [str(script), "{file}"]
    settings.LANTIAN_ANTIVIRUS_TIMEOUT = 5


@pytest.mark.usefixtures("scanner")
def test_a_file_that_the_scanner_refuses_is_not_kept(media: Path) -> None:
    assert take(b"clean", "a.txt").size == 5
    with pytest.raises(Invalid, match="杀毒检查没有通过"):
        take(b"EICAR test", "b.txt")
    with pytest.raises(Invalid, match="杀毒检查没有通过"):
        attachments.store(SimpleUploadedFile("x", b"EICAR test"), "b.txt", System())
    assert Attachment.objects.count() == 1
    assert [path.name for path in media.iterdir() if path.name.startswith("incoming")] == []


def test_a_scanner_that_does_not_answer_refuses(settings: Any) -> None:
    settings.LANTIAN_ANTIVIRUS, settings.LANTIAN_ANTIVIRUS_TIMEOUT = ["sh", "-c", "sleep 30", "{file}"], 0.2
    with pytest.raises(Invalid, match="没有应答"):
        take(b"abc", "a.txt")


def test_a_scanner_that_is_not_there_refuses(settings: Any) -> None:
    settings.LANTIAN_ANTIVIRUS, settings.LANTIAN_ANTIVIRUS_TIMEOUT = ["/nowhere/scan", "{file}"], 1
    with pytest.raises(Invalid, match="没有应答"):
        take(b"abc", "a.txt")


# Files on things


@pytest.fixture
def carried() -> Iterator[None]:
    """Units carry files: seen by those who see the unit, changed by its administrator."""

    def find(actor: Any, ident: str) -> Unit | None:
        unit = Unit.objects.filter(pk=ident).first() if ident.isdigit() else None
        own = isinstance(actor, System) or actor.username == "office" or actor.unit_id == getattr(unit, "pk", 0)
        return unit if own else None

    carrier = Carrier(find=find, add="test.fill", remove="test.fill", open_to_change=lambda unit: unit.valid_to is None)
    policy.POLICIES["test.fill"] = policy.when(lambda actor, unit: actor.username == "office", "演示")
    carriers._entries["org.unit"] = carrier
    yield
    del carriers._entries["org.unit"], policy.POLICIES["test.fill"]


@pytest.fixture
def keeper(district: Any) -> Any:
    """Who may add files to units and remove them."""
    return district.air_office


@pytest.mark.usefixtures("carried")
def test_a_file_hangs_on_a_thing_and_the_trail_tells(district: Any, keeper: Any) -> None:
    upload = SimpleUploadedFile("x", picture())
    link = links.attach(keeper, district.songxi_town, upload, "现场.jpg", caption="整治后")
    assert list(links.links_of(district.songxi_town)) == [link]
    event = audit.events_of(link).get()
    assert (event.action, event.facts["file_name"]) == ("core.attach", "现场.jpg")


@pytest.mark.usefixtures("carried")
def test_who_may_not_change_the_thing_may_not_attach(district: Any) -> None:
    with pytest.raises(Refused):
        links.attach(district.songxi_liaison, district.songxi_town, SimpleUploadedFile("x", b"abc"), "a.txt")
    assert Attachment.objects.count() == AttachmentLink.objects.count() == 0


@pytest.mark.usefixtures("carried")
def test_a_thing_that_is_closed_takes_no_more(district: Any, keeper: Any) -> None:
    district.songxi_town.valid_to = clock.today()
    with pytest.raises(WrongState):
        links.attach(keeper, district.songxi_town, SimpleUploadedFile("x", b"abc"), "a.txt")


@pytest.mark.usefixtures("carried")
def test_who_does_not_see_the_thing_does_not_see_its_files(district: Any, keeper: Any) -> None:
    upload = SimpleUploadedFile("x", b"abc")
    link = links.attach(keeper, district.liuwan_town, upload, "a.txt")
    assert links.visible_link(keeper, link.pk) == link
    assert links.visible_link(district.songxi_liaison, link.pk) is None
    assert links.visible_link(district.nobody, link.pk) is None


@pytest.mark.usefixtures("carried")
def test_a_bad_file_does_not_take_good_ones_with_it(district: Any, keeper: Any) -> None:
    uploads = [(SimpleUploadedFile("x", b"abc"), "a.txt"), (SimpleUploadedFile("x", b"MZ"), "b.jpg")]
    uploads.append((SimpleUploadedFile("x", b"abc"), "again.txt"))
    outcomes = links.attach_all(keeper, district.songxi_town, uploads)
    assert [outcome.fault is None for outcome in outcomes] == [True, False, False]
    assert "已经上传过" in str(outcomes[2].fault)
    assert links.links_of(district.songxi_town).count() == 1


@pytest.mark.usefixtures("carried")
def test_a_removal_needs_a_reason_and_keeps_file_and_record(district: Any, keeper: Any) -> None:
    upload = SimpleUploadedFile("x", b"abc")
    link = links.attach(keeper, district.songxi_town, upload, "a.txt")
    with pytest.raises(Invalid, match="理由"):
        links.remove(keeper, link, reason=" ")
    with pytest.raises(Refused):
        links.remove(district.songxi_liaison, link, reason="传错了")
    removed = links.remove(keeper, link, reason="传错了")
    assert (removed.removed_because, removed.removed_by) == ("传错了", keeper)
    assert not links.links_of(district.songxi_town).exists()
    assert attachments.path_of(removed.attachment).exists()
    assert links.visible_link(keeper, link.pk) is None
    assert links.visible_link(System(), link.pk) is not None  # sees the trail
    with pytest.raises(WrongState):
        links.remove(keeper, removed, reason="再来")


@pytest.mark.usefixtures("carried")
def test_a_thing_carries_only_so_much(district: Any, keeper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = kinds.rules()
    small = rule.model_copy(update={"per_object": rule.per_object.model_copy(update={"max_files": 1})})
    monkeypatch.setattr(kinds, "rules", lambda: small)
    links.attach(keeper, district.songxi_town, SimpleUploadedFile("x", b"a"), "a.txt")
    with pytest.raises(Invalid, match="最多 1 个"):
        links.attach(keeper, district.songxi_town, SimpleUploadedFile("x", b"b"), "b.txt")


# Rows and files held against each other


def test_missing_and_changed_files_are_told() -> None:
    whole, gone, touched = (take(name.encode(), f"{name}.txt") for name in ("whole", "gone", "touched"))
    attachments.path_of(gone).unlink()
    os.chmod(attachments.path_of(touched), 0o640)
    attachments.path_of(touched).write_bytes(b"TOUCHED")
    report = keeping.check()
    assert (report.files, report.whole) == (3, False)
    assert report.missing[0].startswith("gone.txt")
    assert report.changed[0].startswith("touched.txt")
    assert keeping.check(seconds=0).hashed == 0
    assert whole.sha256 not in str(report)


@pytest.mark.usefixtures("carried")
def test_only_what_nobody_refers_to_is_cleaned_away(district: Any, keeper: Any, media: Path) -> None:
    kept = links.attach(keeper, district.songxi_town, SimpleUploadedFile("x", b"abc"), "a.txt")
    links.remove(keeper, kept, reason="传错了")
    orphan = take(picture(), "现场.jpg")
    stray = media / "ab" / "cd" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"left by a crash")
    assert keeping.clean() == keeping.Cleaned(), "what is young may still be in use"
    done = keeping.clean(older_than=dt.timedelta(seconds=-1))
    assert (done.rows, done.files) == (1, 3)  # the picture, its thumbnail, the stray file
    assert not AttachmentMeta.objects.exists()
    assert not Attachment.objects.filter(pk=orphan.pk).exists()
    assert attachments.path_of(kept.attachment).exists()
    assert keeping.check().whole


def test_the_rule_of_attachments_can_be_read_and_its_limits_lie_below_the_servers() -> None:
    assert all(kind.max_mb <= 50 for kind in kinds.rules().kind)
    assert Ref.objects.count() == 0
