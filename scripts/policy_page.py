"""Write the page of who may do what anew from the policy table: `python scripts/policy_page.py`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "policy.md"
SIGNS = {"yes": "●", "if": "◐", "": ""}
HEAD = """# Who may do what

Made from the policy table by `python scripts/policy_page.py`; a test keeps it current. ● may, ◐ may where the
condition holds. What a person sees within an action is cut further by area and unit. Nobody holds two roles that the
rule `role-exclusions` keeps apart.
"""


def text() -> str:
    """The page as it should be."""
    from django.apps import apps
    from django.urls import get_resolver
    from django.utils import translation

    from lantian.site.core import policy
    from lantian.site.core.policy_table import table

    _ = get_resolver().url_patterns  # rooms declare their actions with their views
    with translation.override("zh-hans"):
        lines = [HEAD, "## 角色 Roles", "", "| 角色 | | 职责 |", "|---|---|---|"]
        lines += [f"| {name} | `{role}` | {policy.DUTIES[role]} |" for role, name in policy.ROLES.items()]
        rows = table()
        for room in dict.fromkeys(row.room for row in rows):
            title = apps.get_app_config(room).verbose_name
            lines += ["", f"## {title} {room}", ""]
            lines += ["| 操作 | | " + " | ".join(str(name) for name in policy.ROLES.values()) + " | 条件 |"]
            lines += ["|---|---|" + ":-:|" * len(policy.ROLES) + "---|"]
            for row in rows:
                if row.room == room:
                    cells = " | ".join(SIGNS[cell] for cell in row.cells.values())
                    title = "" if row.title == row.action else row.title
                    conditions = "；".join(map(str, row.conditions))
                    lines.append(f"| {title} | `{row.action}` | {cells} | {conditions} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.site.settings")
    import django

    django.setup()
    PAGE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
