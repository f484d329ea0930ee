"""Who does it, out of one cell of a role column."""

from __future__ import annotations

import re

from lantian.plandoc.parse.items import take_roles
from lantian.plandoc.parse.units import split_names, split_units
from lantian.plandoc.rebuild.marks import role_label
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

LEADS = re.compile(r"\(\s*(?:总?牵头(?:单位|部门)?)\s*\)$")


def roles_of_cell(role: str, text: Traced) -> dict[str, list[Traced]]:
    """Names in a cell of the column `role`, by role.

    A cell may say more than its header: role words of its own (牵头单位：…；配合单位：…), or who of several leads
    (区城管局（牵头）、各镇街).

    >>> found = roles_of_cell("responsible", Traced.of("区城管局（牵头）、各镇街"))
    >>> {role: [n.text for n in names] for role, names in found.items()}
    {'lead': ['区城管局'], 'responsible': ['各镇街']}
    """
    if role_label().match(plain(text.text)):
        labelled = take_roles([text])
        if not labelled.text:
            return labelled.roles
    if role == "leaders":
        return {role: split_names(text)}
    out: dict[str, list[Traced]] = {}
    for name in split_units(text):
        leads = LEADS.search(plain(name.text)) if role != "lead" else None
        out.setdefault("lead" if leads else role, []).append(name[: leads.start()] if leads else name)
    return out
