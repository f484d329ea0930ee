"""What can be done to areas, units and people. Nothing else writes them."""

from lantian.site.org.actions.access import (
    end_sessions,
    log_in,
    log_out,
    remove_codes,
    set_up_codes,
    take_code,
    unlock,
)
from lantian.site.org.actions.areas import add_area, change_area
from lantian.site.org.actions.declarations import declare_firm, refuse_declaration, verify_declaration
from lantian.site.org.actions.groups import Place, change_group
from lantian.site.org.actions.outlines import set_outline
from lantian.site.org.actions.people import (
    add_person,
    change_password,
    change_person,
    change_profile,
    disable_person,
    enable_person,
    reset_password,
)
from lantian.site.org.actions.reorganise import (
    abolish_unit,
    merge_units,
    rename_unit,
    split_unit,
    withdraw_reorganisation,
)
from lantian.site.org.actions.roles import (
    confirm_role,
    grant_role,
    propose_role,
    refuse_role,
    revoke_role,
    withdraw_role,
)
from lantian.site.org.actions.suggestions import accept_suggestion, join_writing, refuse_suggestion, undo_verdict
from lantian.site.org.actions.units import (
    EnsuredUnits,
    add_unit,
    add_unit_name,
    change_unit,
    change_unit_name,
    ensure_units,
    remove_unit_name,
)

__all__ = [
    "EnsuredUnits",
    "Place",
    "abolish_unit",
    "accept_suggestion",
    "add_area",
    "add_person",
    "add_unit",
    "add_unit_name",
    "change_area",
    "change_group",
    "change_password",
    "change_person",
    "change_profile",
    "change_unit",
    "change_unit_name",
    "confirm_role",
    "declare_firm",
    "disable_person",
    "enable_person",
    "end_sessions",
    "ensure_units",
    "grant_role",
    "join_writing",
    "log_in",
    "log_out",
    "merge_units",
    "propose_role",
    "refuse_declaration",
    "refuse_role",
    "refuse_suggestion",
    "remove_codes",
    "remove_unit_name",
    "rename_unit",
    "reset_password",
    "revoke_role",
    "set_outline",
    "set_up_codes",
    "split_unit",
    "take_code",
    "undo_verdict",
    "unlock",
    "verify_declaration",
    "withdraw_reorganisation",
    "withdraw_role",
]
