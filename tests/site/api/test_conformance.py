"""schemathesis asks every operation for all that the description allows and forbids: never a 5xx, never an answer
that is not described. In this process, each question in a transaction that is taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks as described

from lantian.site.core.api import tokens
from lantian.site.core.api.document import document
from lantian.site.core.api.scopes import SCOPES
from lantian.site.core.models import Job
from lantian.site.core.notify import actions as notices
from lantian.site.wsgi import application
from tests.site.api.world import World

SOAK = bool(os.environ.get("LANTIAN_SOAK"))
EXAMPLES = 300 if SOAK else 4
OPERATIONS = sorted((path, method) for path, methods in document("zh-hans")["paths"].items() for method in methods)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
    described.response_headers_conformance,
    described.negative_data_rejection,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The application keeps the test's connection, as with Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def schema() -> Any:
    """The description, with the application behind it; once, as schemathesis reads our modules for each schema."""
    with translation.override("zh-hans"):
        schema = schemathesis.openapi.from_dict(document("zh-hans"))
    schema.app = application
    return schema


@pytest.fixture
def api(schema: Any, world: World, settings: Any) -> Any:
    """What is asked; so many questions a minute are allowed here."""
    settings.LANTIAN_API_PER_MINUTE = settings.LANTIAN_API_ADDRESS_PER_MINUTE = 10_000_000
    return schema


@pytest.fixture
def callers(world: World) -> Iterator[list[dict[str, str]]]:
    """Headers of people of several roles: what one may not read another may."""
    made = []
    for person in (world.office, world.songxi.liaison, world.security, world.audit):
        _token, secret = tokens.make_token(person, name="schemathesis", scopes=SCOPES, days=1)
        made.append({"Authorization": f"Bearer {secret}"})
    Job.objects.create(kind="test", title="一项任务", created_by=world.office)
    notices.notify([world.office], "plans.report_returned", title="退回")
    return made


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_answers_are_as_described(api, callers, path, method):
    operation = api[path][method.upper()]
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        ask_all(operation.as_strategy(generation_mode=mode), callers)


def ask_all(strategy: Any, callers: list[dict[str, str]]) -> None:
    """Ask what the strategy makes up, as every caller."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        for headers in callers:
            with transaction.atomic():
                response = case.call(headers=headers)
                transaction.set_rollback(True)
            case.validate_response(response, checks=CHECKS, headers=headers)

    ask()
