"""Migrations in one step lead where the many that they replace lead."""

from __future__ import annotations

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader


def test_the_short_way_and_the_long_way_end_at_the_same_models():
    short, long = MigrationLoader(None), MigrationLoader(None, replace_migrations=False)
    assert len(short.graph.nodes) < len(long.graph.nodes)
    one, other = short.project_state(), long.project_state()
    assert set(one.models) == set(other.models)
    for before, after in ((one, other), (other, one)):
        changes = MigrationAutodetector(before, after)._detect_changes(graph=None)
        found = [one.describe() for app in changes.values() for migration in app for one in migration.operations]
        assert not found
