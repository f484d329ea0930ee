"""Old months in files: read back bit by bit, never lost between file and database, brought back by late data."""

import datetime as dt

import numpy as np
import pytest

from lantian.site.core import audit
from lantian.site.core.faults import Refused, WrongState
from lantian.site.core.models import ScheduleRun
from lantian.site.core.policy import System
from lantian.site.series import actions, archive, queries
from lantian.site.series.actions import archiving
from lantian.site.series.models import Archive, Block, Stage
from lantian.site.series.queries import read
from tests.site.series.conftest import batch, hours

MONTH = dt.date(2023, 1, 1)


@pytest.fixture(autouse=True)
def directory(settings, tmp_path):
    settings.LANTIAN_SERIES_ARCHIVE = tmp_path / "series"
    return tmp_path / "series"


@pytest.fixture
def january(stations):
    """Three days of two stations in January, one hour in February."""
    rng = np.random.default_rng(1)
    for owner in stations:
        actions.take_in(batch(owner, "2023-01-30T01:00", rng.random((49, 2)) * 100), source="x")
    return stations


def everything(stations):
    cube = read(
        [one.pk for one in stations], ["pm25", "pm10"], np.datetime64("2023-01-29T01:00"), np.datetime64("2023-02-02")
    )
    return [cube.raw["pm25"].tobytes(), cube.raw["pm10"].tobytes(), cube.flags["pm25"].tobytes(), cube.stages.tobytes()]


def test_an_archived_month_reads_as_before(january, district):
    before = everything(january)
    done = actions.archive_month(district.air_office, "1h", MONTH)
    assert Block.objects.count() == 2  # of February
    assert everything(january) == before
    assert done.blocks == 4
    event = audit.events_of(done)[0]
    assert (event.action, event.facts["done"]["sha256"]) == ("series.archive", done.sha256)
    assert actions.broken_archives() == []
    assert actions.archive_month(System(), "1h", MONTH) is None


def test_only_the_office_archives(january, district):
    with pytest.raises(Refused):
        actions.archive_month(district.leader, "1h", MONTH)
    assert Block.objects.count() == 6


def test_broken_off_after_the_file_nothing_is_lost_or_doubled(january, monkeypatch):
    before = everything(january)

    def killed(*_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(archiving, "_remove", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.archive_month(System(), "1h", MONTH)
    assert archive.place("1h", MONTH).exists()
    assert (Block.objects.count(), Archive.objects.count()) == (6, 0)
    assert everything(january) == before
    actions.take_in(batch(january[0], "2023-01-30T01:00", [7]), source="x")  # the database counts, not the file
    changed = everything(january)
    assert changed != before
    actions.archive_month(System(), "1h", MONTH)
    assert everything(january) == changed


def test_a_file_that_reads_back_otherwise_stops_it(january, monkeypatch):
    monkeypatch.setattr(archive.pl, "read_parquet", lambda _path: archive.pl.DataFrame())
    with pytest.raises(OSError, match="does not hold"):
        actions.archive_month(System(), "1h", MONTH)
    assert not archive.place("1h", MONTH).exists()
    assert Block.objects.count() == 6


def test_what_is_written_meanwhile_stays_in_the_database(january, monkeypatch):
    write = archive.write

    def late(path, rows):
        digest = write(path, rows)
        actions.take_in(batch(january[0], "2023-01-30T01:00", [7]), source="late")
        return digest

    monkeypatch.setattr(archive, "write", late)
    actions.archive_month(System(), "1h", MONTH)
    assert Block.objects.filter(owner=january[0], start__lt="2023-01-31T00:00+08:00").count() == 1
    cube = read([january[0].pk], ["pm25"], hours("2023-01-30T01:00", 1)[0], hours("2023-01-30T02:00", 1)[0])
    assert cube.raw["pm25"][0, 0] == 7
    assert not np.isnan(cube.raw["pm25"][0, 1])


def test_late_data_bring_a_block_back(january, district):
    actions.archive_month(System(), "1h", MONTH)
    written = actions.take_in(batch(january[0], "2023-01-30T01:00", [[7, 8]]), source="late")
    assert (written.replaced, written.new) == (2, 0)  # it knows what is in the file
    assert Block.objects.count() == 3
    assert Block.objects.filter(corrections__isnull=False).count() == 1
    cube = read([january[0].pk], ["pm25"], hours("2023-01-30T01:00", 1)[0], hours("2023-01-31T02:00", 1)[0])
    assert cube.raw["pm25"][0, 0] == 7
    assert not np.isnan(cube.raw["pm25"]).any()


def test_an_archived_month_can_still_be_reviewed(january, district):
    actions.archive_month(System(), "1h", MONTH)
    zone = dt.timezone(dt.timedelta(hours=8))
    since, until = dt.datetime(2023, 1, 30, tzinfo=zone), dt.datetime(2023, 1, 31, tzinfo=zone)
    assert actions.review(district.air_office, january[0], "1h", since, until, stage=Stage.REVIEWED) == 24
    cube = read([january[0].pk], ["pm25"], hours("2023-01-30T01:00", 1)[0], hours("2023-01-31T00:00", 1)[0])
    assert set(cube.stages[0].tolist()) == {int(Stage.REVIEWED)}


def test_months_beyond_the_setting_go_and_a_changed_file_is_noticed(january, settings):
    assert actions.archive_old(System()) == []
    settings.LANTIAN_SERIES_MONTHS = 12
    assert [str(one) for one in actions.archive_old(System())] == ["2023-01 1h", "2023-02 1h"]
    assert not Block.objects.exists()
    path = archive.place("1h", MONTH)
    path.write_bytes(path.read_bytes()[:-1])
    assert actions.broken_archives() == ["2023-01 1h"]


def test_the_page_shows_where_months_lie(january, district, site, settings, django_assert_max_num_queries):
    site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = site.get("/series/archive").content.decode()
    assert "没有开启归档" in page
    assert "2023-02" in page
    with pytest.raises(WrongState, match="没有开启"):
        actions.start_archiving(district.air_office)
    settings.LANTIAN_SERIES_MONTHS = 12
    settings.LANTIAN_JOBS = "inline"
    before = everything(january)
    assert site.post("/series/archive/run").status_code == 302
    assert not Block.objects.exists()
    assert everything(january) == before
    first = queries.months()[-1]
    assert (first.month, first.blocks, first.file.blocks) == (MONTH, 0, 4)
    page = site.get("/series/archive").content.decode()
    assert "最近 12 个月" in page
    assert "手动" in page
    ScheduleRun.objects.get().job.__class__.objects.update(state="queued")
    assert site.post("/series/archive/run").status_code == 409
    assert site.log_in(district.leader).get("/series/archive").status_code == 403
    with pytest.raises(Refused):
        actions.start_archiving(district.leader)
