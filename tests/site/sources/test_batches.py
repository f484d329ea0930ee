"""Evidence in bulk: each file where its path says, hostile archives refused, used by the step that asks for it."""

from __future__ import annotations

import datetime as dt
import io
import random
import stat
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.attachments import archives
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Attachment, AuditEvent
from lantian.site.sources import actions
from lantian.site.sources.models import ProofBatch, ProofFile, ProofShown
from tests.site.sources.conftest import paper, photo, walk


def packed(files, *, raw=(), name="材料.zip"):
    """An archive with these files, `raw` ones by their directory entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files.items():
            made.writestr(path, content)
        for info, content in raw:
            made.writestr(info, content)
    return SimpleUploadedFile(name, out.getvalue())


def shot(colour="teal", **given):
    return photo(colour=colour, **given).read()


def batch(who, files, **given):
    made = actions.add_batch(who, "coal_boiler", packed(files), "材料.zip", **given)
    return made, {one.path: (one.kind, one.name, one.listing_id) for one in made.files.all()}


def test_files_go_where_their_paths_say_and_lie_ready_for_the_step(district, boiler):
    liaison = district.songxi_liaison
    made, found = batch(
        liaison,
        {
            f"{boiler.pk} {boiler.source.name}/烟囱拆除.jpg": shot("red"),
            "松溪建材厂1号锅炉/停用的照片.jpg": shot("blue"),
            "松溪建材厂1号锅炉/注销证明.pdf": paper().read(),
            "松溪建材厂1号锅炉/烟囱拆除2.jpg": shot("red"),
            "没有的厂/烟囱拆除.jpg": shot("green"),
            "松溪建材厂1号锅炉/停用.jpg": b"MZ\x90 not a picture",
            "__MACOSX/._烟囱.jpg": b"litter",
            "材料/.DS_Store": b"litter",
        },
    )
    assert made.state == "preview"
    assert found == {
        f"{boiler.pk} {boiler.source.name}/烟囱拆除.jpg": ("fits", "chimney", boiler.pk),
        "松溪建材厂1号锅炉/停用的照片.jpg": ("fits", "cold", boiler.pk),
        "松溪建材厂1号锅炉/注销证明.pdf": ("fits", "deregistered", boiler.pk),
        "松溪建材厂1号锅炉/烟囱拆除2.jpg": ("double", "chimney", boiler.pk),
        "没有的厂/烟囱拆除.jpg": ("nowhere", "", None),
        "松溪建材厂1号锅炉/停用.jpg": ("bad", "cold", boiler.pk),
    }
    made = actions.file_batch(liaison, made)
    assert made.state == "done"
    assert AuditEvent.objects.filter(action="sources.batch.file").count() == 1
    walk(liaison, boiler, "list")
    taken = actions.take_step(liaison, boiler, "take_down", reason="演示")
    (shown,) = ProofShown.objects.filter(taken=taken)
    assert (shown.name, shown.told, shown.at is not None) == ("chimney", False, True)
    assert ProofFile.objects.get(name="chimney", kind="fits").used_by == taken
    _again, found = batch(liaison, {"松溪建材厂1号锅炉/烟囱拆除.jpg": shot("red")})
    assert {kind for kind, _name, _listing in found.values()} == {"double"}


def test_a_photo_without_a_time_needs_the_persons(district, boiler):
    files = {"松溪建材厂1号锅炉/烟囱拆除.jpg": shot(taken="")}
    _made, found = batch(district.songxi_liaison, files)
    assert [kind for kind, _name, _listing in found.values()] == ["bad"]
    at = boiler.since
    made, found = batch(district.songxi_liaison, files, taken_at=at)
    assert [kind for kind, _name, _listing in found.values()] == ["fits"]
    actions.file_batch(district.songxi_liaison, made)
    walk(district.songxi_liaison, boiler, "list")
    taken = actions.take_step(district.songxi_liaison, boiler, "take_down", reason="演示")
    assert [(one.at, one.told) for one in taken.proofs.all()] == [(at, True)]


def test_names_of_old_tools_are_read_and_those_that_lead_elsewhere_are_not_taken(district, boiler):
    gbk = "松溪建材厂1号锅炉/烟囱拆除.jpg".encode("gbk")
    stand_in = "A" * len(gbk)  # as zipfile itself writes no name in GBK
    link = zipfile.ZipInfo("松溪建材厂1号锅炉/停用的照片.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    nested = packed({"a.jpg": shot()}).read()
    file = packed(
        {"../../松溪建材厂1号锅炉/烟道切断.jpg": shot("blue"), "松溪建材厂1号锅炉/注销证明.zip": nested},
        raw=[(zipfile.ZipInfo(stand_in), shot("red")), (link, b"/etc/passwd")],
    )
    file = SimpleUploadedFile("材料.zip", file.read().replace(stand_in.encode(), gbk))
    made = actions.add_batch(district.songxi_liaison, "coal_boiler", file, "材料.zip")
    found = {one.path: one.kind for one in made.files.all()}
    assert found.pop("松溪建材厂1号锅炉/烟囱拆除.jpg") == "fits"
    assert len(found) == 3
    assert set(found.values()) == {"bad"}


def test_hostile_and_broken_archives_end_the_batch(district, boiler):
    swollen = packed({"松溪建材厂1号锅炉/烟囱拆除.jpg": b"\0" * 60_000_000})
    broken = SimpleUploadedFile("a.zip", b"PK\3\4 broken")
    for file, says in ((swollen, "恶意"), (broken, "损坏"), (packed({}), "没有文件")):
        made = actions.add_batch(district.songxi_liaison, "coal_boiler", file, "材料.zip")
        assert made.state == "failed"
        assert says in made.fault["zh-hans"]
        assert made.archive is None
    assert not Attachment.objects.exists()


def test_a_batch_is_its_makers_own_and_reaches_only_what_the_maker_works_on(district, boiler, site):
    files = {"松溪建材厂1号锅炉/烟囱拆除.jpg": shot()}
    with pytest.raises(Refused):
        batch(district.nobody, files)
    _made, found = batch(district.water_liaison, files)
    assert [kind for kind, _name, _listing in found.values()] == ["nowhere"]
    made, _found = batch(district.songxi_liaison, files)
    with pytest.raises(Refused):
        actions.file_batch(district.air_office, made)
    assert site.log_in(district.air_office).get(made.get_absolute_url()).status_code == 404
    with pytest.raises(Refused):
        actions.discard_batch(district.air_office, made)
    kept = made.files.get().attachment
    discarded = actions.discard_batch(district.songxi_liaison, made)
    assert not Attachment.objects.filter(pk=kept.pk).exists()
    with pytest.raises(WrongState):
        actions.file_batch(district.songxi_liaison, discarded)
    nothing, _found = batch(district.songxi_liaison, {"没有的厂/烟囱.jpg": shot()})
    with pytest.raises(Invalid):
        actions.file_batch(district.songxi_liaison, nothing)


def test_the_pages(district, boiler, site, django_assert_max_num_queries):
    browser = site.log_in(district.songxi_liaison)
    content = browser.get("/sources/ledgers/coal_boiler/batches/folders").content
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert f"{boiler.pk} 松溪建材厂1号锅炉/" in names
    files = {f"{boiler.pk} 松溪建材厂1号锅炉/烟囱拆除.jpg": shot()}
    answer = browser.post("/sources/ledgers/coal_boiler/batches", {"file": packed(files)})
    made = ProofBatch.objects.get()
    assert answer.url == f"/sources/batches/{made.pk}"
    for address, words in {
        "/sources/ledgers/coal_boiler/batches": "烟囱已拆除的照片",
        answer.url: "对上了",
        f"/sources/listings/{boiler.pk}": boiler.source.name,
    }.items():
        with django_assert_max_num_queries(15 if "batches" in address else 30):
            page = browser.get(address).content.decode()
        assert words in page, address
    one = made.files.get()
    assert site.log_in(district.water_liaison).get(f"/sources/batches/files/{one.pk}").status_code == 404
    browser = site.log_in(district.songxi_liaison)
    browser.post(f"{answer.url}/file")
    walk(district.songxi_liaison, boiler, "list")
    page = browser.get(f"/sources/listings/{boiler.pk}/steps/take_down").content.decode()
    assert "批量上传时已有这些材料" in page
    assert browser.get(f"/sources/batches/files/{one.pk}").status_code == 200
    assert browser.get("/sources/ledgers/nothing/batches").status_code == 404


def test_an_archive_may_be_larger_than_other_uploads_for_those_who_may_hand_it_in(district, boiler, site, settings):
    settings.LANTIAN_UPLOAD_MAX = 10_000
    files = {
        f"{boiler.pk} 松溪建材厂1号锅炉/注销证明.pdf": paper().read(),
        "多余.bin": random.Random(1).randbytes(1_500_000),
    }
    address = "/sources/ledgers/coal_boiler/batches"
    assert site.log_in(district.songxi_liaison).post(address, {"file": packed(files)}).status_code == 302
    assert ProofBatch.objects.get().state == "preview"
    settings.LANTIAN_BATCH_MAX = 20_000
    assert site.log_in(district.songxi_liaison).post(address, {"file": packed(files)}).status_code == 413
    settings.LANTIAN_BATCH_MAX = 2_000_000_000
    assert site.log_in(district.nobody).post(address, {"file": packed(files)}).status_code == 413
    other = f"/sources/listings/{boiler.pk}/steps/list"
    assert site.log_in(district.songxi_liaison).post(other, {"file": packed(files)}).status_code == 413


def test_a_directory_made_to_fill_the_memory_is_refused_before_it_is_read(district, tmp_path):
    line = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    lines = line * 400_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(lines), 0, 0)
    hostile = tmp_path / "a.zip"
    hostile.write_bytes(lines + end)
    with pytest.raises(Invalid, match="损坏"), archives.opened(hostile):
        raise AssertionError


def test_what_nobody_confirmed_goes_after_its_days(district, boiler):
    made, _found = batch(district.songxi_liaison, {"松溪建材厂1号锅炉/烟囱拆除.jpg": shot()})
    assert actions.sweep_batches() == 0
    ProofBatch.objects.filter(pk=made.pk).update(made_at=clock.now() - dt.timedelta(days=30))
    assert actions.sweep_batches() == 1
    made.refresh_from_db()
    assert made.state == "discarded"
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xd8\xff photo", packed({"[Content_Types].xml": b"<Types/>"}).read()])
def test_a_single_file_is_told_from_a_broken_archive(district, boiler, content):
    made = actions.add_batch(district.songxi_liaison, "coal_boiler", SimpleUploadedFile("x", content), "现场.jpg")
    assert (made.state, made.files.count()) == ("failed", 0)
    assert "单个文件" in str(made.fault)
