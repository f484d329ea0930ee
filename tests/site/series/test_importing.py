"""Files of measured values: previewed, refused row by row, written as deliveries, taken back."""

import gzip
import io
import zipfile

import numpy as np
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import audit, clock, jobs
from lantian.site.core.faults import Fault, Invalid, Refused, WrongState
from lantian.site.core.models import Job
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.series import actions
from lantian.site.series.intake import reading
from lantian.site.series.models import Block, Correction, Delivery, Intake, Owner, Stage
from lantian.site.series.queries import read
from tests.site.conftest import person
from tests.site.series.conftest import batch, hours

LONG = "站点编码,时间,PM2.5,CO(mg/m3)\n"
GOOD = LONG + "S1,2024-01-01 01:00,35,0.8\nS1,2024-01-01 02:00,36,0.9\n柳湾镇站,2024-01-01 01:00,40,1.0\n"


def upload(who, *files, **said) -> Intake:
    given = [SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    return actions.upload_files(who, given, source="演示来源", **said)


def written(who, *files, **said) -> Intake:
    intake = upload(who, *files, **said)
    actions.confirm_intake(who, intake, revision=intake.revision)
    intake.refresh_from_db()
    return intake


def stored(owner, factor="pm25", day="2024-01-01"):
    cube = read([owner.pk], [factor], np.datetime64(f"{day}T01:00"), np.datetime64(f"{day}T05:00"))
    return [None if np.isnan(one) else round(float(one), 3) for one in cube.raw[factor][0]]


@pytest.fixture(autouse=True)
def at_once(settings):
    settings.LANTIAN_JOBS = "inline"


def test_a_file_is_previewed_then_written(stations, district):
    intake = upload(district.air_office, ("a.csv", GOOD))
    assert intake.state == "preview"
    assert intake.preview["total"] == {"new": 6, "same": 0, "changed": 0, "kept": 0, "locked": 0}
    assert [one["how"] for one in intake.preview["stations"]] == ["code", "name"]
    assert not Block.objects.exists()
    actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    intake.refresh_from_db()
    made = Delivery.objects.get()
    assert (intake.state, made.new, made.owners, made.intake) == ("done", 6, 2, intake)
    assert stored(stations[0])[:2] == [35, 36]
    assert stored(stations[1], "co")[0] == 1.0
    assert [event.action for event in audit.events_of(made)] == ["series.deliver"]


def test_what_is_wrong_is_named_and_the_rest_is_kept(stations, district):
    text = (
        LONG
        + "S1,2024-01-01 01:00,约三十,0.8\n"  # text in a number
        + "S1,2024-01-01 02:00,36,900\n"  # CO in µg/m³
        + "S1,2024-01-01 02:00,37,\n"  # the hour twice
        + "S1,2024-01-01 24:00,38,0.7\n"  # midnight at the day's end
        + "S1,2099-01-01 01:00,39,0.7\n"  # still to come
        + "S1,昨天,39,0.7\n"
        + "S9,2024-01-01 01:00,39,0.7\n"  # not in the register
    )
    intake = upload(district.air_office, ("a.csv", text))
    flaws = {(one.code, one.row) for one in intake.flaws.all()}
    assert flaws == {("not-a-number", 2), ("too-high", 3), ("duplicate", 4), ("future", 6), ("bad-time", 7)}
    assert "co=ug/m3" in intake.flaws.get(code="too-high").zh
    assert intake.preview["total"]["new"] == 4  # 36, 0.8, and both of midnight
    assert intake.preview["stations"][1] | {"how": "unknown"} == intake.preview["stations"][1]
    actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    assert stored(stations[0])[:2] == [None, 36]


def test_unit_columns_and_stations_can_be_said(stations, district):
    text = "点号,采样,细颗粒,CO\nA7,2024-01-01 01:00,35,800\n"
    intake = upload(district.air_office, ("a.csv", text))
    assert intake.preview["fault"]
    assert intake.preview["headers"] == ["点号", "采样", "细颗粒", "CO"]
    with pytest.raises(Invalid):
        actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    layout = {"columns": {"station": "点号", "time": "采样", "pm25": "细颗粒"}, "units": {"co": "ug/m3"}}
    intake = actions.set_reading(district.air_office, intake, layout=layout, mapping={"A7": stations[1].pk})
    assert intake.preview["total"]["new"] == 2
    actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    assert stored(stations[1], "co")[0] == 0.8
    with pytest.raises(WrongState):
        actions.confirm_intake(district.air_office, intake, revision=intake.revision)


def test_two_names_do_not_fill_one_station(stations, district):
    intake = upload(district.air_office, ("a.csv", LONG + "S1,2024-01-01 01:00,1,\n松溪镇站,2024-01-01 02:00,2,\n"))
    assert [one["how"] for one in intake.preview["stations"]] == ["code", "twice"]
    assert intake.preview["total"]["new"] == 1


def test_new_same_changed_kept_and_locked_are_told_before_writing(stations, district):
    owner = stations[0]
    actions.take_in(batch(owner, "2024-01-01T01:00", [35, 30, 50]), source="x")
    actions.deliver(
        district.air_office, [batch(owner, "2024-01-01T03:00", [50])], title="t", source="x", area=district.area,
        stage=Stage.REVIEWED,
    )  # fmt: skip
    text = LONG + "".join(f"S1,2024-01-01 0{hour}:00,{value},\n" for hour, value in enumerate([35, 36, 51, 9], 1))
    intake = upload(district.air_office, ("a.csv", text))
    assert intake.preview["total"] == {"new": 1, "same": 1, "changed": 1, "kept": 1, "locked": 0}
    actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    made = Delivery.objects.get(intake=intake)
    assert (made.new, made.same, made.replaced, made.kept) == (1, 1, 1, 1)


def _zip(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return out.getvalue()


def _parquet() -> bytes:
    out = io.BytesIO()
    frame = pl.DataFrame({"station": ["S1"], "time": ["2024-01-01 03:00"], "pm25": [37.0]})
    frame.write_parquet(out)
    return out.getvalue()


def test_several_files_and_a_zip_make_one_series(stations, district):
    wide = "date,hour,type,S1,S2\n20240101,4,PM2.5,38,\n20240101,4,AQI,50,60\n"
    pack = _zip(**{"../../evil__csv": wide, "notes__docx": b"x", "b__parquet": _parquet(), "broken__xlsx": b"no"})
    intake = written(
        district.air_office, ("a.csv", GOOD), ("d.zip", pack),
        ("c.csv.gz", gzip.compress((LONG + "S1,2024-01-01 05:00,39,\n").encode())),
    )  # fmt: skip
    assert stored(stations[0]) == [35, 36, 37, 38, 39]
    assert [flaw.file for flaw in intake.flaws.filter(code="unreadable-file")] == ["d.zip/broken.xlsx"]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.exe", b"MZ", "不是可以导入"),
        ("a.csv", b"\0\0\0", "不是文本"),
        ("a.parquet", b"nothing", "Parquet"),
        ("a.zip", b"PK\x03\x04no", "损坏"),
        ("a.zip", _zip(a__csv="0" * 9_000_000), "异常"),
        ("a.csv", b"", "空"),
    ],
)
def test_hostile_files_are_refused_and_leave_nothing(stations, district, name, content, what):
    with pytest.raises(Fault) as caught:
        upload(district.air_office, (name, content))
    assert what in str(caught.value)
    assert not Intake.objects.exists()


def test_a_gzip_bomb_is_counted_as_it_unpacks(stations, district, monkeypatch):
    monkeypatch.setattr("lantian.site.series.intake.opening.MB", 1024)
    bomb = gzip.compress(LONG.encode() + b"0" * 2_000_000)
    intake = upload(district.air_office, ("a.csv.gz", bomb))
    assert intake.preview["fault"]
    assert "过大" in intake.flaws.get().zh


def test_who_runs_a_station_brings_in_its_values_and_no_others(stations, district):
    firm = org.add_unit(System(), name="演示运维单位", kind="firm", area=district.songxi)
    runs = person("runs", "station_operator", firm)
    Owner.objects.filter(pk=stations[0].pk).update(unit=firm)
    intake = written(runs, ("a.csv", GOOD))
    assert intake.unit == firm
    assert [one["how"] for one in intake.preview["stations"]] == ["code", "unknown"]
    assert (Delivery.objects.get().new, stored(stations[1])[0]) == (4, None)
    with pytest.raises(Refused):
        upload(runs, ("a.csv", GOOD), stage=Stage.ABOVE)


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "administrator", "nobody"])
def test_others_bring_nothing_in(stations, district, who):
    with pytest.raises(Refused):
        upload(getattr(district, who), ("a.csv", GOOD))
    intake = upload(district.air_office, ("a.csv", GOOD))
    for act in (
        lambda: actions.confirm_intake(getattr(district, who), intake, revision=1),
        lambda: actions.discard_intake(getattr(district, who), intake),
        lambda: actions.set_reading(getattr(district, who), intake, layout={}, mapping={}),
    ):
        with pytest.raises(Refused):
            act()
    assert not Delivery.objects.exists()


def test_many_values_are_written_month_by_month(stations, district, monkeypatch):
    known = reading.rules()
    monkeypatch.setattr(reading, "rules", lambda: known.model_copy(update={"part_values": 800 * 2}))
    rows = [f"S1,2024-{month:02}-{day:02} 01:00,{month},\n" for month in (1, 2, 3) for day in (1, 28)]
    intake = written(district.air_office, ("a.csv", "站点编码,时间,PM2.5,x\n" + "".join(rows)))
    assert [one.new for one in intake.deliveries.order_by("since")] == [4, 2]


def test_a_discarded_import_lets_go_of_its_files(stations, district):
    intake = upload(district.air_office, ("a.csv", GOOD))
    actions.discard_intake(district.air_office, intake)
    assert not intake.files.exists()
    with pytest.raises(WrongState):
        actions.discard_intake(district.air_office, intake)


def test_taking_a_delivery_back_restores_what_was_there(stations, district):
    owner = stations[0]
    actions.take_in(batch(owner, "2024-01-01T01:00", [30, 36]), source="x")
    intake = written(district.air_office, ("a.csv", LONG + "S1,2024-01-01 01:00,35,\nS1,2024-01-01 02:00,36,\n"
                                           "S1,2024-01-01 03:00,37,\nS1,2024-01-01 04:00,38,\n"))  # fmt: skip
    made = intake.deliveries.get()
    cell = actions.Cell(hours("2024-01-01T04:00", 1)[0], "pm25", 99.0)
    actions.correct(district.air_office, owner, "1h", [cell], reason="r")
    with pytest.raises(Refused):
        actions.undo_delivery(district.leader, made, reason="r")
    with pytest.raises(Invalid):
        actions.undo_delivery(district.air_office, made, reason=" ")
    done = actions.undo_delivery(district.air_office, made, reason="传错了")
    assert stored(owner) == [30, 36, None, 99, None]
    assert done.undone == 2
    assert "传错了" in Correction.objects.first().reason
    with pytest.raises(WrongState):
        actions.undo_delivery(district.air_office, made, reason="r")
    assert next(event.action for event in audit.events_of(made)) == "series.undo"


def test_taking_back_is_begun_once_and_can_be_tried_again(stations, district, site, monkeypatch):
    made = written(district.air_office, ("a.csv", GOOD)).deliveries.get()
    url = made.get_absolute_url()
    site.log_in(district.air_office)
    made.undo_job = Job.objects.create(kind="series.undo_delivery", title="撤销", created_by=district.air_office)
    made.save()
    with pytest.raises(WrongState, match="正在撤销"):
        actions.start_undo(district.air_office, made, reason="r")
    shown = site.get(url).content.decode()
    assert f'id="job-{made.undo_job.pk}"' in shown
    assert f"{url}/undo" not in shown, "not begun twice"
    now = clock.real_now()
    Job.objects.update(state="running", started_at=now, heartbeat_at=now - 2 * jobs.STALE)
    shown = site.get(url).content.decode()
    assert "没有撤销，数据没有改动" in shown
    assert f"{url}/undo" in shown
    with monkeypatch.context() as patched:
        patched.setattr("lantian.site.series.actions.undoing.settle", lambda *told, **more: 1 / 0)
        actions.start_undo(district.air_office, made, reason="r")
    made.refresh_from_db()
    assert (made.undo_job.state, made.undone_at) == ("failed", None)
    assert stored(stations[0])[0] is not None, "what broke off left everything as it was"
    with pytest.raises(Refused):
        actions.start_undo(district.leader, made, reason="r")
    assert actions.start_undo(district.air_office, made, reason="r").undone == 6


def test_pages(stations, district, site, django_assert_max_num_queries):
    site.log_in(district.air_office)
    answer = site.post("/series/import", {"files": [SimpleUploadedFile("a.csv", GOOD.encode())], "source": "演示"})
    intake = Intake.objects.get()
    assert answer.headers["Location"] == intake.get_absolute_url()
    with django_assert_max_num_queries(15):
        shown = site.get(intake.get_absolute_url()).content.decode()
    assert "确认，写入 6 个值" in shown
    assert "松溪镇站" in shown
    assert site.post(intake.get_absolute_url(), {"map_0": "", "map_1": "S2", "unit_co": "mg/m3"}).status_code == 302
    intake.refresh_from_db()
    assert [one["how"] for one in intake.preview["stations"]] == ["skipped", "name"]
    assert "没有这些站点编码" in site.post(intake.get_absolute_url(), {"map_1": "ZZ"}).content.decode()
    site.post(f"{intake.get_absolute_url()}/confirm", {"revision": intake.revision})
    made = Delivery.objects.get()
    file = intake.files.get()
    assert b"".join(site.get(f"/series/import/{intake.pk}/files/{file.pk}").streaming_content) == GOOD.encode()
    for at in ("/series/import", "/series/deliveries", made.get_absolute_url(), intake.get_absolute_url()):
        with django_assert_max_num_queries(15):
            assert site.get(at).status_code == 200
    assert site.post(f"{made.get_absolute_url()}/undo", {"reason": ""}).status_code == 200
    assert site.post(f"{made.get_absolute_url()}/undo", {"reason": "错"}).status_code == 302
    made.refresh_from_db()
    assert made.undone == 2
    shown = site.get(made.get_absolute_url()).content.decode()
    assert "已撤销：2 个值恢复为导入前的状态" in shown
    assert made.undo_job.state == "done"
    site.log_in(district.nobody)
    assert site.get(made.get_absolute_url()).status_code == 403


def test_open_factors_and_weather_come_in_from_files(stations, district):
    text = (
        "站点,时间,TSP(mg/m3),气温,道路尘负荷,NO2(ppb)\nS1,2024-01-01 01:00,0.2,-3,0.3,9\nS1,2024-01-01 02:00,x,-4,,9\n"
    )
    intake = upload(district.air_office, ("a.csv", text))
    assert {code: one["new"] for code, one in intake.preview["factors"].items()} == {
        "tsp": 1, "temperature": 2, "road_dust_load": 1, "no2": 0,
    }  # fmt: skip
    assert {(one.code, one.row) for one in intake.flaws.all()} == {("not-a-number", 3), ("unknown-unit", None)}
    actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    assert stored(stations[0], "tsp")[:2] == [200, None]
    assert stored(stations[0], "temperature")[:2] == [-3, -4]


def test_months_are_imported_as_months(stations, district):
    text = "镇街,月份,道路积尘负荷\n松溪镇站,2024-01,0.31\n柳湾镇站,2024-01,0.28\n"
    intake = upload(district.air_office, ("a.csv", text))
    assert (intake.preview["interval"], intake.preview["total"]["new"]) == ("1mo", 2)
    actions.confirm_intake(district.air_office, intake, revision=intake.revision)
    month = np.datetime64("2024-01-01", "s")
    cube = read([one.pk for one in stations], ["road_dust_load"], month, month, interval="1mo")
    assert cube.values["road_dust_load"][:, 0].round(2).tolist() == [np.float32(0.31), np.float32(0.28)]
    assert Delivery.objects.get().interval == "1mo"
    again = upload(district.air_office, ("a.csv", text.replace("镇街", "站点").replace("月份", "时间")))
    assert again.preview["total"]["same"] == 2
