"""Database triggers that keep the audit trail append-only below Django. Laid down by migrations, mended after each.

An event may leave the table in one way: a row of `AuditSegment`, which is itself never changed, names its number as
sealed. `docs/decisions/0004-audit-chain.md` says why.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

EVENTS, SEGMENTS = "core_auditevent", "core_auditsegment"
SEALED = f"SELECT 1 FROM {SEGMENTS} WHERE OLD.seq BETWEEN first_seq AND last_seq"
SQLITE_STRICT = {
    "core_audit_no_update": f"BEFORE UPDATE ON {EVENTS}",
    "core_audit_no_delete": f"BEFORE DELETE ON {EVENTS}",
}
SQLITE = {
    "core_audit_no_update": f"BEFORE UPDATE ON {EVENTS}",
    "core_audit_no_delete": f"BEFORE DELETE ON {EVENTS} WHEN NOT EXISTS ({SEALED})",
    "core_segment_no_update": f"BEFORE UPDATE ON {SEGMENTS}",
    "core_segment_no_delete": f"BEFORE DELETE ON {SEGMENTS}",
}
REFUSE = """
CREATE OR REPLACE FUNCTION core_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$;
"""
REFUSE_UNSEALED = f"""
CREATE OR REPLACE FUNCTION core_audit_sealed_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS ({SEALED}) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'audit events are append-only';
END $$;
"""
POSTGRESQL_STRICT = {
    "core_audit_no_change": (EVENTS, "BEFORE UPDATE OR DELETE", "ROW", "core_audit_append_only"),
    "core_audit_no_truncate": (EVENTS, "BEFORE TRUNCATE", "STATEMENT", "core_audit_append_only"),
}
POSTGRESQL = {
    "core_audit_no_change": (EVENTS, "BEFORE UPDATE", "ROW", "core_audit_append_only"),
    "core_audit_no_delete": (EVENTS, "BEFORE DELETE", "ROW", "core_audit_sealed_only"),
    "core_audit_no_truncate": (EVENTS, "BEFORE TRUNCATE", "STATEMENT", "core_audit_append_only"),
    "core_segment_no_change": (SEGMENTS, "BEFORE UPDATE OR DELETE", "ROW", "core_audit_append_only"),
    "core_segment_no_truncate": (SEGMENTS, "BEFORE TRUNCATE", "STATEMENT", "core_audit_append_only"),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Refuse update, delete and truncate of audit events; only those that a segment names may leave the table.

    Before the table of segments was there (in the second migration) nothing may leave.
    """
    lift(connection)
    if SEGMENTS in connection.introspection.table_names():
        _lay(connection, SQLITE, POSTGRESQL, REFUSE + REFUSE_UNSEALED)
    else:
        _lay(connection, SQLITE_STRICT, POSTGRESQL_STRICT, REFUSE)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that ought to be there and are not (or are switched off)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = set(SQLITE)
        elif connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
            wanted = set(POSTGRESQL)
        else:
            return []
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def mend(connection: BaseDatabaseWrapper) -> None:
    """Lay down anew what is missing: a migration that rebuilds a table on SQLite takes its triggers with it."""
    there = set(connection.introspection.table_names())
    if {EVENTS, SEGMENTS} <= there and missing(connection):
        install(connection)


def after_migrate(using: str, **_kwargs: Any) -> None:
    """Receiver of Django's `post_migrate`."""
    mend(connections[using])


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: to unapply the migrations, or to empty a test database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif connection.vendor == "postgresql":
            there = set(connection.introspection.table_names(cursor))
            for name, (on, *_rest) in POSTGRESQL.items():
                if on in there:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {on}")


def _lay(
    connection: BaseDatabaseWrapper,
    sqlite: dict[str, str],
    postgresql: dict[str, tuple[str, str, str, str]],
    functions: str,
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, on in sqlite.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(f"CREATE TRIGGER {name} {on} BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END")
        elif connection.vendor == "postgresql":
            cursor.execute(functions)
            for name, (on, when, each, function) in postgresql.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {on}")
                cursor.execute(f"CREATE TRIGGER {name} {when} ON {on} FOR EACH {each} EXECUTE FUNCTION {function}()")
