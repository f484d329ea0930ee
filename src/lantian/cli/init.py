"""`lantian init`: from nothing to a platform that the first administrator can log in to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import t
from lantian.cli.screen import console, facts, tell, working
from lantian.cli.site import migrate, open_site

if TYPE_CHECKING:
    from lantian.site.environment import Tls
    from lantian.site.org.models import Area, Person


class RootKind(StrEnum):
    """What the one root area of an installation may be."""

    district = "district"
    city = "city"


def init(
    district: Annotated[
        str | None, typer.Option(help=t("本区（或本市）名称，首次必填。", "Name of the district or city; needed once."))
    ] = None,
    kind: Annotated[
        RootKind, typer.Option(help=t("district 区县，city 市。", "district or city."))
    ] = RootKind.district,
    code: Annotated[str, typer.Option(help=t("行政区划代码。", "Administrative division code."))] = "",
    username: Annotated[
        str, typer.Option(help=t("首位系统管理员的用户名。", "User name of the first system administrator."))
    ] = "admin",
    address: Annotated[
        list[str] | None,
        typer.Option(
            help=t(
                "人员打开平台用的域名或 IP，可写多次：自建证书，启用 https。",
                "Host name or IP under which people reach it, may be repeated: makes a certificate, serves https.",
            )
        ),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=t("已有的证书（PEM）。", "A given certificate."))
    ] = None,
    key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=t("它的私钥（PEM）。", "Its key (PEM)."))
    ] = None,
    renew_certificate: Annotated[
        bool, typer.Option("--renew-certificate", help=t("给自建证书续期。", "Renew our own certificate."))
    ] = False,
) -> None:
    """Make or update the database; once: the root area and the three administrators with one-time passwords.

    With addresses or a certificate it lays down what `serve` needs for https.
    """
    _need_one_way(address, certificate, key, renew_certificate)
    open_site()
    _need_name(district)
    with working(t("正在准备数据库 …", "Preparing the database …")):
        migrate()
    from django.db import transaction

    with transaction.atomic():
        area = _root_area(district, kind, code)
        first = _first_administrators(username)
    from django.conf import settings

    rows: dict[str, object] = {t("行政区", "Area"): area.name, t("数据目录", "Data directory"): settings.VAR}
    for person, password in first:
        rows[person.name] = f"{person.username}  {password}"
    if address or certificate or renew_certificate:
        rows |= _told(_secured(settings.VAR, area.name, address, certificate, key))
    console().print(facts(rows))
    if first:
        tell(
            t(
                "口令只显示这一次，首次登录须修改。三类管理员请交给三个人。",
                "Shown once, to be changed at the first login. Give the three roles to three people.",
            )
        )
    if address or certificate or renew_certificate:
        tell(t("重新启动 lantian serve 后生效。", "Start `lantian serve` anew to use it."))
    tell(t("下一步：lantian serve", "Next: lantian serve"))


def _need_one_way(address: list[str] | None, certificate: Path | None, key: Path | None, renew: bool) -> None:
    """Stop where the options for https do not fit together."""
    if (certificate is None) != (key is None):
        raise Stop(Exit.USAGE, "--certificate 和 --key 要一起用。", "--certificate and --key go together.")
    if bool(address) + bool(certificate) + renew > 1:
        raise Stop(
            Exit.USAGE,
            "--address（自建）、--certificate（外来）、--renew-certificate（续期）只能用一种。",
            "Use one of --address (our own), --certificate (given), --renew-certificate.",
        )


def _need_name(name: str | None) -> None:
    """Stop before anything is made where there is no root area yet and none is named."""
    from django.db import connection

    from lantian.site.org.models import Area

    there = Area._meta.db_table in connection.introspection.table_names()
    if not (name or "").strip() and not (there and Area.objects.exists()):
        raise Stop(
            Exit.USAGE,
            "首次使用请写明本区名称：lantian init --district 名称。",
            "Name the district the first time: lantian init --district NAME.",
        )


def _secured(var: Path, district: str, address: list[str] | None, certificate: Path | None, key: Path | None) -> Tls:
    """Certificate and key for https, as asked."""
    from lantian.cli import tls

    if certificate and key:
        return tls.take_given(var, certificate, key)
    return tls.make_own(var, address, district=district) if address else tls.renew(var)


def _told(made: Tls) -> dict[str, object]:
    """What the administrator must know of a certificate: names, last day, and the fingerprint to compare on phones."""
    from lantian.cli import tls

    rows: dict[str, object] = {
        t("https 证书", "https certificate"): "、".join(made.names),
        t("有效期至", "Valid to"): tls.day(tls.read(made.certificate)),
    }
    if made.authority:
        rows[t("根证书（手机要装）", "Authority (for phones)")] = made.authority
        rows[t("根证书指纹", "Its fingerprint")] = made.fingerprint
    return rows


def _root_area(name: str | None, kind: RootKind, code: str) -> Area:
    """The root area as it is, or made."""
    from lantian.site.core.policy import System
    from lantian.site.org.actions import add_area
    from lantian.site.org.models import Area

    root: Area | None = Area.objects.filter(parent=None).first()
    if root is None:
        return add_area(System(), name=str(name).strip(), kind=kind.value, code=code)
    if name and name.strip() != root.name:
        raise Stop(
            Exit.REFUSED,
            f"本系统的行政区已是“{root.name}”，请在页面上修改。",
            f"The area of this installation is {root.name} already; change it on its page.",
        )
    return root


def _first_administrators(username: str) -> list[tuple[Person, str]]:
    """A person for each of the three administrators' roles that nobody holds, with a generated password.

    The system administrator has the given name, the others a name of their own: they are to be three people.
    """
    from lantian.site.core.policy import ADMINISTRATORS, ROLES, System
    from lantian.site.org.actions import add_person, grant_role
    from lantian.site.org.models import RoleGrant
    from lantian.site.org.passwords import one_time_password

    made = []
    for role in ADMINISTRATORS:
        if RoleGrant.objects.filter(role=role, person__is_active=True).exists():
            continue
        password = one_time_password()
        name = username if role == "system_admin" else role.removesuffix("_admin")
        person = add_person(System(), username=name, name=str(ROLES[role]), password=password)
        grant_role(System(), person, role=role)
        made.append((person, password))
    return made
