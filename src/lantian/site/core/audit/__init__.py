"""The audit trail: append-only and hash-chained, so that a change below the platform shows.

Each hash is SHA-256 over the canonical JSON of an event and the hash before it (`chain`). The chain's head is
written day by day to a file outside the database (`anchors`); old events leave the table as files (`segments`);
`verify()` walks all of it and names the first event that does not fit. `docs/decisions/0004-audit-chain.md` says why.
"""

from lantian.site.core.audit.anchors import anchor
from lantian.site.core.audit.chain import (
    CHAINED,
    MASK,
    START,
    Plain,
    append,
    difference,
    differences,
    event_hash,
    events_of,
    kind_of,
    plain,
    snapshot,
)
from lantian.site.core.audit.segments import seal
from lantian.site.core.audit.verifying import Verdict, verify

__all__ = [
    "CHAINED",
    "MASK",
    "START",
    "Plain",
    "Verdict",
    "anchor",
    "append",
    "difference",
    "differences",
    "event_hash",
    "events_of",
    "kind_of",
    "plain",
    "seal",
    "snapshot",
    "verify",
]
