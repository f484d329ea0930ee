"""What `lantian doctor` and the start of `serve` say of the certificate."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lantian.cli.check_result import Result
from lantian.cli.language import t

if TYPE_CHECKING:
    from lantian.site.environment import Tls

AHEAD = timedelta(days=30)


def certificate(secured: Tls) -> Result:
    """Whether the certificate holds today and for a while, belongs to its key, and nobody else reads the key."""
    from lantian.cli import tls

    name = t("https 证书", "certificate")
    anew = "lantian init --renew-certificate" if secured.own else "lantian init --certificate … --key …"
    remedy = t(f"{anew}，再重新启动 lantian serve", f"{anew}, then start `lantian serve` anew")
    try:
        found = tls.read(secured.certificate)
        fits = tls.belongs(found, secured.key)
    except (OSError, ValueError, IndexError) as error:
        return Result(name, "fault", t(f"无法读取：{error}", f"cannot be read: {error}"), remedy)
    if not fits:
        return Result(name, "fault", t("私钥不是这张证书的", "the key is not that of the certificate"), remedy)
    for key in (secured.key, secured.directory / "ca.key"):
        if os.name == "posix" and key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
            return Result(name, "fault", t(f"{key} 可被他人读取", f"{key} can be read by others"), f"chmod 600 {key}")
    left, last = found.not_valid_after_utc - datetime.now(UTC), tls.day(found)
    if left <= timedelta(0):
        return Result(name, "fault", t(f"已于 {last} 过期", f"ended on {last}"), remedy)
    if left < AHEAD:
        return Result(name, "warn", t(f"{left.days} 天后（{last}）到期", f"ends in {left.days} days, {last}"), remedy)
    return Result(name, "ok", t(f"有效期至 {last}：", f"to {last}: ") + "、".join(secured.names))


def plain() -> Result:
    """What http costs."""
    if os.environ.get("LANTIAN_HTTPS"):
        return Result("https", "ok", t("由前置代理提供（LANTIAN_HTTPS）", "by the proxy in front (LANTIAN_HTTPS)"))
    message = t(
        "未启用：口令明文传输，手机上不能定位、不能离线办理",
        "off: passwords travel in the clear, phones give no place and do not work offline",
    )
    return Result("https", "warn", message, t("lantian init --address 域名或IP", "lantian init --address HOST-OR-IP"))
