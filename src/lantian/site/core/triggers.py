"""Database triggers that refuse changes to the audit trail below Django. Laid down by a migration."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE = {
    "core_audit_no_update": "BEFORE UPDATE ON core_auditevent",
    "core_audit_no_delete": "BEFORE DELETE ON core_auditevent",
}
POSTGRESQL = """
CREATE OR REPLACE FUNCTION core_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$;
DROP TRIGGER IF EXISTS core_audit_no_change ON core_auditevent;
CREATE TRIGGER core_audit_no_change BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION core_audit_append_only();
DROP TRIGGER IF EXISTS core_audit_no_truncate ON core_auditevent;
CREATE TRIGGER core_audit_no_truncate BEFORE TRUNCATE ON core_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_append_only();
"""
POSTGRESQL_OFF = """
DROP TRIGGER IF EXISTS core_audit_no_change ON core_auditevent;
DROP TRIGGER IF EXISTS core_audit_no_truncate ON core_auditevent;
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Refuse update, delete and truncate of audit events from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, on in SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(f"CREATE TRIGGER {name} {on} BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END")
        elif connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: to unapply the migration, to seal old segments, to empty a test database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_OFF)
