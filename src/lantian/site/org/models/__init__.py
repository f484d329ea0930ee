"""Areas, units, people and the roles they hold."""

from lantian.site.org.models.areas import Area
from lantian.site.org.models.people import FailedLogins, Person, RoleGrant
from lantian.site.org.models.units import Unit, UnitName

__all__ = ["Area", "FailedLogins", "Person", "RoleGrant", "Unit", "UnitName"]
