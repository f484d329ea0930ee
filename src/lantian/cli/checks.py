"""What `lantian doctor` looks at: each check is one function that never raises and names its remedy."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from lantian.cli.check_result import Result, State
from lantian.cli.language import t

ROOM_WARN, ROOM_FAULT = 2 * 1024**3, 200 * 1024**2  # bytes free: a year of uploads, a day's work
UNANCHORED = timedelta(days=2)
READING = 10.0  # seconds in which contents of uploads are read
BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no right clock shows an earlier day than this program's own
# Where Chinese fonts lie when there is no fontconfig to ask.
FONT_DIRECTORIES = ("/usr/share/fonts", "/System/Library/Fonts", r"C:\Windows\Fonts")
FONT_NAMES = re.compile(r"noto.*cjk|sourcehan|wqy|simsun|simhei|msyh|pingfang|fangsong|songti", re.IGNORECASE)


def examine() -> list[Result]:
    """All checks, library first; those of the platform only where it is installed."""
    results = [python(), rulebook(), fonts(), office(), clock()]
    if not find_spec("django"):
        remedy = t("需要平台时：pip install 'lantian[site]'", "for the platform: pip install 'lantian[site]'")
        return [*results, Result(t("平台", "platform"), "warn", t("未安装", "not installed"), remedy)]
    results.append(assets())
    place = settings()
    results.append(place)
    if place.state == "fault":
        return results
    results += [permissions(), secured(), disk(), database()]
    return [*results, files(), trail()] if results[-1].state != "fault" else results


def _guarded(name: str, look: Callable[[], Result]) -> Result:
    """A check that cannot look is at fault itself, not the doctor."""
    try:
        return look()
    except Exception as error:
        return Result(name, "fault", " ".join(str(error).split()) or type(error).__name__)


def python() -> Result:
    """The interpreter and this package."""
    from lantian import __version__

    return Result("Python", "ok", f"{sys.version.split()[0]}, lantian {__version__}, {sys.platform}")


def rulebook() -> Result:
    """Whether every rule file, shipped or laid over, is well-formed."""
    name = t("规则库", "rulebook")

    def look() -> Result:
        from lantian.rulebook import all_entries
        from lantian.rulebook.loader import OVERLAY

        overlay = os.environ.get(OVERLAY)
        if overlay and not Path(overlay).is_dir():
            return Result(name, "fault", t(f"{OVERLAY} 不是目录：{overlay}", f"{OVERLAY} is no directory: {overlay}"))
        count = len(all_entries())
        return Result(name, "ok", t(f"{count} 条规则", f"{count} rules") + (f"（{overlay}）" if overlay else ""))

    return _guarded(name, look)


def fonts() -> Result:
    """A font with Chinese characters, for PDF output and screenshots on this machine."""
    name = t("中文字体", "Chinese font")
    found = _font()
    if found:
        return Result(name, "ok", found)
    remedy = "apt-get install -y fonts-noto-cjk"
    return Result(name, "warn", t("没有找到", "none found"), remedy)


def _font() -> str | None:
    if shutil.which("fc-list"):
        asked = ["fc-list", ":lang=zh", "family"]
        listed = subprocess.run(asked, capture_output=True, text=True, check=False, errors="replace").stdout
        return next(iter(sorted(listed.splitlines())), None)
    files = (file for directory in FONT_DIRECTORIES for file in Path(directory).rglob("*") if file.is_file())
    return next((file.name for file in files if FONT_NAMES.match(file.name)), None)


def office() -> Result:
    """LibreOffice, which turns .doc and .wps into something readable."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Result("LibreOffice", "ok", found)
    return Result(
        "LibreOffice",
        "warn",
        t("未安装：.doc、.wps 文件需先另存为 .docx", "not installed: .doc and .wps must be saved as .docx first"),
        "apt-get install -y libreoffice-writer-nogui",
    )


def clock() -> Result:
    """A plausible clock, and the time zone data of the state."""
    name = t("时钟", "clock")

    def look() -> Result:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            now = datetime.now(ZoneInfo("Asia/Shanghai"))
        except ZoneInfoNotFoundError:
            return Result(name, "fault", t("缺少时区数据", "no time zone data"), "pip install tzdata")
        shown = f"{now:%Y-%m-%d %H:%M:%S} Asia/Shanghai"
        if now < BUILT:
            return Result(name, "fault", shown, t("系统时间不对，请校时（timedatectl）", "set the clock (timedatectl)"))
        return Result(name, "ok", shown)

    return _guarded(name, look)


def assets() -> Result:
    """The built front end and the English catalogues."""
    name = t("网页资源", "front end")

    def look() -> Result:
        from lantian import site

        home = Path(next(iter(site.__path__)))
        built = list((home / "core/static/lantian/dist").glob("*.css"))
        if not built:
            return Result(name, "fault", t("没有构建", "not built"), "make assets")
        sources = list(home.rglob("locale/*/LC_MESSAGES/*.po"))
        stale = [source for source in sources if not source.with_suffix(".mo").exists()]
        if stale:
            return Result(name, "warn", t("英文界面没有编译", "the English pages are not compiled"), "make messages")
        return Result(name, "ok", t("齐全", "complete"))

    return _guarded(name, look)


def settings() -> Result:
    """Whether the settings can be used at all."""
    name = t("设置", "settings")

    def look() -> Result:
        from lantian.cli.site import open_site

        open_site()
        return Result(name, "ok", f"LANTIAN_VAR={_var()}")

    return _guarded(name, look)


def _var() -> Path:
    from lantian.site.environment import var_directory

    return var_directory()


def permissions() -> Result:
    """The var directory can be written, and nobody else reads the key."""
    name = t("目录权限", "permissions")

    def look() -> Result:
        var = _var()
        if not os.access(var, os.W_OK | os.X_OK):
            return Result(name, "fault", t(f"{var} 不可写", f"{var} cannot be written"), f"chown -R $(id -un) {var}")
        key = var / "secret-key"
        if os.name == "posix" and key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
            return Result(name, "fault", t(f"{key} 可被他人读取", f"{key} can be read by others"), f"chmod 600 {key}")
        return Result(name, "ok", str(var))

    return _guarded(name, look)


def secured() -> Result:
    """Certificate and key, where the platform serves https by itself."""

    def look() -> Result:
        from lantian.cli import checks_tls
        from lantian.site.environment import tls

        found = tls(_var())
        return checks_tls.plain() if found is None else checks_tls.certificate(found)

    return _guarded("https", look)


def disk() -> Result:
    """Room for uploads and the database."""
    name = t("磁盘", "disk")

    def look() -> Result:
        free = shutil.disk_usage(_var()).free
        shown = t(f"剩余 {free / 1024**3:.1f} GB", f"{free / 1024**3:.1f} GB free")
        state: State = "fault" if free < ROOM_FAULT else "warn" if free < ROOM_WARN else "ok"
        remedy = "" if state == "ok" else t("请清理磁盘或把 LANTIAN_VAR 移到更大的盘", "free some, or move LANTIAN_VAR")
        return Result(name, state, shown, remedy)

    return _guarded(name, look)


def database() -> Result:
    """The database answers, and is of this version."""
    name = t("数据库", "database")

    def look() -> Result:
        from django.db import connection
        from django.db.utils import OperationalError

        from lantian.cli.site import missing_migrations

        file = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite" and not Path(file).exists():  # looking must not create it
            return Result(name, "fault", t(f"{file} 还没有建立", f"{file} is not there yet"), "lantian init")
        try:
            missing = missing_migrations()
        except OperationalError as error:
            remedy = t("检查 LANTIAN_DATABASE 和数据库服务", "check LANTIAN_DATABASE and the database server")
            return Result(name, "fault", " ".join(str(error).split()), remedy)
        if missing:
            message = t(f"{len(missing)} 项升级未执行", f"{len(missing)} migrations to run")
            return Result(name, "fault", message, "lantian init")
        return Result(name, "ok", f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}")

    return _guarded(name, look)


def files() -> Result:
    """Uploads are where their rows say, with the content they came with; read for some seconds, newest first."""
    name = t("附件", "uploads")

    def look() -> Result:
        from lantian.site.core.attachments import keeping

        report = keeping.check(seconds=READING)
        if report.whole:
            shown = (f"{report.files} 个齐全，已核对内容 {report.hashed} 个", f"{report.files}, {report.hashed} read")
            return Result(name, "ok", t(*shown))
        lost = "、".join([*report.missing, *report.changed][:5])
        message = t(
            f"缺失 {len(report.missing)} 个，内容不符 {len(report.changed)} 个：{lost}",
            f"{len(report.missing)} missing, {len(report.changed)} changed: {lost}",
        )
        remedy = t("请从备份恢复 LANTIAN_VAR/media", "restore LANTIAN_VAR/media from a backup")
        return Result(name, "fault", message, remedy)

    return _guarded(name, look)


def trail() -> Result:
    """The audit trail is protected and anchored; walking it is for `lantian audit verify`."""
    name = t("操作记录", "audit trail")

    def look() -> Result:
        from django.db import connection

        from lantian.site.core import triggers
        from lantian.site.core.audit import anchors
        from lantian.site.core.clock import real_now
        from lantian.site.core.models import AuditEvent

        if gone := triggers.missing(connection):
            message = t("数据库中缺少防改动触发器：", "triggers are missing: ") + "、".join(gone)
            return Result(name, "fault", message, "lantian init; lantian audit verify")
        found, unfit = anchors.examine()
        if unfit is not None:
            return Result(name, "fault", unfit.why, "lantian audit verify")
        since = found[-1].seq if found else 0
        waiting = AuditEvent.objects.filter(seq__gt=since + 1).order_by("seq").first()
        if waiting is not None and waiting.at < real_now() - UNANCHORED:
            message = t(f"第 {waiting.seq} 条起还没有锚定", f"not anchored from event {waiting.seq} on")
            return Result(name, "warn", message, t("lantian serve 每天锚定", "`lantian serve` anchors every day"))
        if not found:
            return Result(name, "ok", t("还没有锚定", "not anchored yet"))
        last = found[-1]
        return Result(
            name, "ok", t(f"锚定至第 {last.seq} 条（{last.date[:10]}）", f"anchored to {last.seq}, {last.date[:10]}")
        )

    return _guarded(name, look)
