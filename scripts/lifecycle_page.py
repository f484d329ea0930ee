"""Write the page of life cycles anew from their tables: `python scripts/lifecycle_page.py`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "lifecycles.md"
HEAD = """# Life cycles

Made from the tables in the rooms' `states.py` by `python scripts/lifecycle_page.py`; a test keeps it current. A step
without anybody is taken by the platform itself, as part of another action. ◉ is where a thing begins, ◎ where nothing
leads on. Filing chains are life cycles too, but each is a rule of its own: `lantian rules list` names them.
"""


def text() -> str:
    """The page as it should be."""
    from django.apps import apps
    from django.urls import get_resolver
    from django.utils import translation

    from lantian.site.core.lifecycle import LIFECYCLES, Lifecycle

    _ = get_resolver().url_patterns  # rooms declare their tables with their views

    def state(cycle: Lifecycle, name: str) -> str:
        ends = not any(step.source == name != step.target for step in cycle.steps)
        mark = "◉ " if name == cycle.start else "◎ " if ends else ""
        return f"{mark}{cycle.label(name)} `{name}`"

    with translation.override("zh-hans"):
        lines = [HEAD]
        for room in sorted({name.split(".")[0] for name in LIFECYCLES} & set(apps.app_configs)):
            lines.append(f"## {apps.get_app_config(room).verbose_name} {room}\n")
            for name, cycle in sorted(LIFECYCLES.items()):
                if name.split(".")[0] != room:
                    continue
                lines += [f"### `{name}`", "", "| 状态 | 操作 | 到 | 由谁 | 须填 |", "|---|---|---|---|---|"]
                for step in cycle.steps:
                    who = "、".join(str(who) for who in step.rule.who) or "（平台）"
                    called = f"{step.label} `{step.name}`" if step.label else f"`{step.name}`"
                    cells = [state(cycle, step.source), called, state(cycle, step.target), who, "、".join(step.needs)]
                    lines.append(f"| {' | '.join(cells)} |")
                lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.site.settings")
    import django

    django.setup()
    PAGE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
