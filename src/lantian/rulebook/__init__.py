"""What the state prescribes and how its documents speak, as versioned data.

>>> from lantian import rulebook
>>> rulebook.get("plan-roles").edition
'1'
"""

from lantian.rulebook.entry import Entry
from lantian.rulebook.loader import all_entries, editions, get
from lantian.rulebook.source import RuleError

__all__ = ["Entry", "RuleError", "all_entries", "editions", "get"]
