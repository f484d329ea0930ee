"""What of org comes in from Excel: areas, units and their names; people; roles. Written by the room's own actions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.sheets import Book, Params, books
from lantian.site.org.sheets.people import GRANTS, PEOPLE
from lantian.site.org.sheets.places import AREAS, NAMES, UNITS


def _home(name: str) -> Any:
    def address(params: Params) -> str:
        return reverse(name)

    return address


def register() -> None:
    """Offer the books."""
    books.register(
        "org.register",
        Book(
            "org.register",
            _("行政区和单位"),
            sheets=(AREAS, UNITS, NAMES),
            see="org.see",
            change="org.add_unit",
            home=_home("org:units"),
        ),
    )
    books.register(
        "org.people",
        Book(
            "org.people",
            _("人员"),
            sheets=(PEOPLE,),
            see="org.see_people",
            change="org.add_person",
            home=_home("org:people"),
            hint=_("文件里没有口令：账号建好后，由安全管理员授予角色、发放一次性口令。"),
        ),
    )
    books.register(
        "org.roles",
        Book(
            "org.roles",
            _("角色授予"),
            sheets=(GRANTS,),
            see="org.see_people",
            change="org.grant_role",
            home=_home("org:people"),
            hint=_("文件里没有的角色不会收回；要收回请在人员页办理。"),
        ),
    )
