"""Who does it, out of one cell of a role column."""

from __future__ import annotations

from lantian.plandoc.parse.items import take_roles
from lantian.plandoc.parse.units import names_by_role
from lantian.plandoc.rebuild.marks import role_label
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced


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
    return names_by_role(role, text)
