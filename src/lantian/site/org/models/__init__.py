"""Areas, units, people and the roles they hold."""

from lantian.site.org.models.areas import Area
from lantian.site.org.models.declarations import FirmDeclaration, verifies
from lantian.site.org.models.outlines import AreaOutline
from lantian.site.org.models.people import (
    FailedLogins,
    LoginSession,
    PastPassword,
    Person,
    RoleGrant,
    person_of,
)
from lantian.site.org.models.proposals import RoleProposal
from lantian.site.org.models.reorganisations import Reorganisation, SuggestionVerdict
from lantian.site.org.models.units import GroupException, GroupMember, Unit, UnitName

__all__ = [
    "Area",
    "AreaOutline",
    "FailedLogins",
    "FirmDeclaration",
    "GroupException",
    "GroupMember",
    "LoginSession",
    "PastPassword",
    "Person",
    "Reorganisation",
    "RoleGrant",
    "RoleProposal",
    "SuggestionVerdict",
    "Unit",
    "UnitName",
    "person_of",
    "verifies",
]
