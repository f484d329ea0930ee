"""How progress is reported, judged and closed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema

Every = Literal["month", "quarter", "week"]
Evidence = Literal["photo", "acceptance", "reading", "document"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PeriodWord(_Part):
    """A word that says how often: 每月 is every month."""

    word: str
    every: Every


class DefaultCycle(_Part):
    """The cycle that is proposed where a plan orders none."""

    name: str
    every: Every
    due_day: int = Field(ge=1, le=31)


@schema("report-cycles")
class ReportCycles(Entry):
    """How plans order reports: 每月25日前向区大气办报送.

    Attributes
    ----------
    period : words for how often, longest first
    next_words : words that put the due day into the period after the reported one (次月; 报送上月情况)
    verbs : what is done with a report; a sentence without one orders no report
    not_verbs : words that hold a verb but mean something else (通报批评)
    names : what districts call such a cycle, longest first
    weekday : words for the days of the week, Monday first
    reach : so many characters may stand between the period and the verb
    """

    period: tuple[PeriodWord, ...]
    next_words: tuple[str, ...]
    verbs: tuple[str, ...]
    not_verbs: tuple[str, ...] = ()
    names: tuple[str, ...]
    weekday: tuple[str, ...] = Field(min_length=7, max_length=7)
    reach: int = Field(ge=5, le=100)
    default: DefaultCycle


class EvidenceRule(_Part):
    """Tasks whose section or text has one of the words need this evidence to be closed."""

    words: tuple[str, ...]
    needs: tuple[Evidence, ...]


@schema("closing-evidence")
class ClosingEvidence(Entry):
    """What must be handed in to have a task closed (对账销号): the first rule that fits, else the default."""

    rule: tuple[EvidenceRule, ...]
    default: tuple[Evidence, ...]


class Reason(_Part):
    """A reason to return a report, ready to be chosen."""

    zh: str
    en: str


@schema("progress-review")
class ProgressReview(Entry):
    """What the air office looks at.

    Attributes
    ----------
    return_reasons : reasons offered when a report is returned
    behind : a task counts as behind when its percent lies so many points under the share of its time that is gone
    above : a reported number over so many times its target is asked about
    """

    return_reasons: tuple[Reason, ...]
    behind: Annotated[int, Field(ge=1, le=100)]
    above: Annotated[float, Field(gt=1, le=100)]


@schema("extensions")
class Extensions(Entry):
    """Who decides on extensions and exemptions.

    Attributes
    ----------
    consent_over_days : an extension by more days needs the consent of a leader; 0: every one, none: no one
    consent_for_exemptions : whether an exemption needs it
    """

    consent_over_days: int | None = Field(default=None, ge=0)
    consent_for_exemptions: bool = True

    @model_validator(mode="after")
    def _reasonable(self) -> Self:
        if self.consent_over_days is not None and self.consent_over_days > 3650:
            raise ValueError("consent_over_days lies over ten years; leave it out for no consent")
        return self
