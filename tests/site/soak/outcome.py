"""What must hold afterwards, whatever happened: asked of the database itself."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

from tests.site.soak.deeds import Deeds
from tests.site.soak.served import Database, Served

# Steps of a report as the trail tells them, from state to state.
STEPS = {
    ("draft", "plans.report.submit"): "submitted",
    ("returned", "plans.report.submit"): "submitted",
    ("submitted", "plans.report.accept"): "accepted",
    ("submitted", "plans.report.return"): "returned",
}
# Deeds that the trail does not tell: a draft is its writer's own paper.
SILENT = {"begin", "save", "attach"}


def acknowledged_once(stored: Database, deeds: Deeds) -> None:
    """Each acknowledged deed left exactly one event, a refused one none, one whose answer never came at most one, and
    all tries of one wish together no more than one."""
    events: dict[str, list[str]] = defaultdict(list)
    for request_id, action in stored.rows("SELECT request_id, action FROM core_auditevent WHERE request_id <> ''"):
        events[request_id].append(action)
    told = [one for one in deeds.rows if one.action not in SILENT]
    for key in {one.key for one in told if one.key}:
        tries = [one for one in told if one.key == key]
        left = [action for one in tries for action in events.pop(one.request_id, [])]
        acknowledged = any(0 < one.status < 400 for one in tries)
        assert left in ([[tries[0].action]] if acknowledged else [[], [tries[0].action]]), (tries, left)
    for one in told:
        if not one.key:
            left = events.pop(one.request_id, [])
            assert left in (([one.action],) if 0 < one.status < 400 else ([], [one.action])[: 2 - bool(one.status)]), (
                one
            )
    known = {one.request_id for one in deeds.rows}
    assert not {number: actions for number, actions in events.items() if number in known}


def reports_whole(stored: Database) -> Counter[str]:
    """One report of a unit on a task in a window, its state the end of what the trail tells; how many in each state."""
    double = stored.rows(
        "SELECT task_id, unit_id, cycle_id, start FROM plans_progressreport"
        " GROUP BY task_id, unit_id, cycle_id, start HAVING count(*) > 1"
    )
    assert not double
    history: dict[int, list[str]] = defaultdict(list)
    for ident, action in stored.rows(
        "SELECT ident, action FROM core_auditevent WHERE kind = 'plans.progressreport' ORDER BY seq"
    ):
        history[int(ident)].append(action)
    states = stored.rows("SELECT id, state FROM plans_progressreport")
    for pk, state in states:
        stood = "draft"
        for action in history.pop(pk, []):
            assert (stood, action) in STEPS, (pk, stood, action)
            stood = STEPS[stood, action]
        assert state == stood, (pk, state, stood)
    assert not history, "events of reports that are not there"
    return Counter(state for _pk, state in states)


def told_once(stored: Database) -> None:
    """Nobody has a notice twice, and every report that was given back told its unit's liaisons."""
    double = stored.rows("SELECT person_id, key FROM core_notice GROUP BY person_id, key HAVING count(*) > 1")
    assert not double
    given_back = stored.rows("SELECT count(*) FROM core_auditevent WHERE action = 'plans.report.return'")[0][0]
    told = stored.rows("SELECT count(*) FROM core_notice WHERE kind = 'plans.report_returned'")[0][0]
    assert told == 2 * given_back, "both liaisons of each unit"


def chain_whole(served: Served) -> int:
    """The trail verifies from end to end; how many events it has."""
    verdict = json.loads(served.run("-m", "lantian", "audit", "verify", "--json", check=False))
    assert verdict["whole"], verdict
    return int(verdict["events"])
