"""What can be done to areas, units and people. Nothing else writes them."""

from lantian.site.org.actions.areas import add_area, change_area
from lantian.site.org.actions.people import (
    add_person,
    change_password,
    change_person,
    change_profile,
    disable_person,
    enable_person,
    grant_role,
    reset_password,
    revoke_role,
)
from lantian.site.org.actions.units import (
    EnsuredUnits,
    add_unit,
    add_unit_name,
    change_unit,
    ensure_units,
    remove_unit_name,
)

__all__ = [
    "EnsuredUnits",
    "add_area",
    "add_person",
    "add_unit",
    "add_unit_name",
    "change_area",
    "change_password",
    "change_person",
    "change_profile",
    "change_unit",
    "disable_person",
    "enable_person",
    "ensure_units",
    "grant_role",
    "remove_unit_name",
    "reset_password",
    "revoke_role",
]
