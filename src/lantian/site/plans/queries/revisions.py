"""Versions of plans and the pieces of a revised document, grouped as people decide on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

from lantian.plandoc.revise import NAME, TOKEN, Stroke, strokes
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.plans import words
from lantian.site.plans.confirming import FIELD_NAMES
from lantian.site.plans.models import Plan, PlanVersion, RevisionPiece
from lantian.site.plans.revision_words import in_words

LONG = ("content", "source", "blocks", "tasks")
ONLY_PLACE = {"number", "section", "upstream_number"}


def versions(person: Actor) -> QuerySet[PlanVersion]:
    """Versions of all plans that the person sees, without their documents."""
    rows = PlanVersion.objects.visible_to(person).select_related("plan", "attachment", "created_by")
    return rows.defer(*LONG, "plan__source", "plan__blocks", "plan__spans").annotate(
        piece_count=Count("pieces"), open_count=Count("pieces", filter=Q(pieces__state="open"))
    )


def of_plan(person: Actor, plan: Plan) -> QuerySet[PlanVersion]:
    """The versions of a plan, the latest first."""
    return versions(person).filter(plan=plan).order_by("-number")


@dataclass
class Line:
    """A piece as shown: its two sides in words, cut where they differ."""

    piece: RevisionPiece

    @property
    def label(self) -> Text:
        """What of the task or plan it changes."""
        if self.piece.op != "changed" or self.piece.kind == "goal":
            return ""
        return FIELD_NAMES["deadline_text" if self.piece.field == "deadline" else self.piece.field]

    @cached_property
    def sides(self) -> tuple[list[Stroke], list[Stroke]]:
        before, after = self.words
        if self.piece.op == "changed":
            listed = isinstance(self.piece.before, list) or isinstance(self.piece.after, list)
            return strokes(before, after, token=NAME if listed else TOKEN)
        return [Stroke(before, True)] if before else [], [Stroke(after, True)] if after else []

    @property
    def words(self) -> tuple[str, str]:
        """The old and the new side in words."""
        return in_words(self.piece, self.piece.before), in_words(self.piece, self.piece.after)


@dataclass
class Group:
    """All pieces of one task, or of the head, or one goal."""

    kind: str
    op: str
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def word(self) -> Text:
        return dict(words.REVISIONS)[self.op]

    @property
    def near(self) -> str:
        return str(self.lines[0].piece.near)

    @property
    def task(self) -> Any:
        return self.lines[0].piece.task

    @property
    def sort(self) -> str:
        """What filters and counts go by."""
        if self.kind != "task":
            return self.kind
        if self.op == "changed" and {line.piece.field for line in self.lines} <= ONLY_PLACE:
            return "place"
        return self.op

    def holds(self, sought: str) -> bool:
        """Whether words stand in its title or in one of its sides."""
        return sought in self.title or any(sought in side for line in self.lines for side in line.words)


def groups(version: PlanVersion) -> list[Group]:
    """All differences of a revised document in its order: one SQL query."""
    rows = version.pieces.select_related("task", "decided_by").order_by("position")
    rows = rows.only(
        *(f.attname for f in RevisionPiece._meta.concrete_fields),
        "task__number", "task__title", "task__text", "task__plan_id", "decided_by__name",
    )  # fmt: skip
    found: dict[tuple[Any, ...], Group] = {}
    for piece in rows:
        key = (piece.kind, piece.op, piece.pk if piece.kind == "goal" or piece.op == "added" else piece.task_id)
        group = found.setdefault(key, Group(piece.kind, piece.op, _title(piece)))
        group.lines.append(Line(piece))
    return list(found.values())


def counts(rows: list[Group]) -> Counter[str]:
    """Groups by sort."""
    return Counter(group.sort for group in rows)


def _title(piece: RevisionPiece) -> str:
    if piece.kind == "head":
        return str(dict(words.REVISED)["head"])
    if piece.kind == "goal":
        goal = piece.after or piece.before or {}
        return str(dict(words.INDICATORS)[goal["indicator"]])
    if piece.op == "added":
        made = piece.after or {}
        return " ".join(x for x in (made["number"], made["title"] or made["text"][:40]) if x)
    return str(piece.task) if piece.task else ""
