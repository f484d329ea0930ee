"""Filing chains: through whose hands a sub-plan, a list or an application goes until it is filed (报送、备案)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema

By = Literal["owner", "party", "office", "leader", "outside"]
Need = Literal["file", "receipt", "number", "date", "signer", "reason"]
Kind = Literal["subplan", "list", "exemption", "other"]
ENDS = ("gathered", "filed", "refused", "cancelled")  # states of a filing that are no step


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Part):
    """A name in both languages."""

    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=100)


class ChainStep(_Part):
    """One pair of hands.

    Attributes
    ----------
    by : who passes it on: the `owner`; a `party` (a department that the deliverable names); the air `office`; a
        `leader` for the government; `outside`: a unit above, whose document the air office records
    who : what that party is called where no unit is filled in (审核部门); for `outside` the unit's name
    needs : what must be given: the document itself (`file`), a scan of the answer (`receipt`), a document's `number`
        and `date`, the `signer`'s name, a `reason`
    days : the step's day, in working days after the due date of the deliverable; negative: before it
    gathers : here what several owners filed becomes one; only where a deliverable has several
    issues : its document number is that of the deliverable (印发)
    may_refuse : whoever is asked here may refuse for good
    update : walked again by a new version after filing (动态更新)
    units : names of the units that are asked here, where the district always asks the same (区住建委)
    """

    name: str = Field(pattern=r"^[a-z][a-z_]{1,18}$")
    label: Said
    by: By
    who: Said
    needs: tuple[Need, ...] = ()
    days: int = Field(default=0, ge=-250, le=250)
    gathers: bool = False
    issues: bool = False
    may_refuse: bool = False
    update: bool = True
    units: tuple[str, ...] = ()


@schema("filing-chain")
class FilingChain(Entry):
    """A chain of filing. Each district's plan names its own: the file is laid beside the shipped ones.

    Attributes
    ----------
    kinds : what it is offered for; `exemption` opens it to project owners, who apply by themselves
    due_in : working days from an application to its due date
    renews : whether what is filed is kept up to date by new versions (动态更新)
    words : a plan whose text has all of one of these sets of words is offered this chain first
    """

    label: Said
    kinds: tuple[Kind, ...] = Field(min_length=1)
    due_in: int | None = Field(default=None, ge=1, le=250)
    renews: bool = True
    words: tuple[tuple[str, ...], ...] = ()
    step: tuple[ChainStep, ...] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _walks(self) -> Self:
        names = [one.name for one in self.step]
        if len(set(names)) < len(names) or set(names) & set(ENDS):
            raise ValueError(f"steps must have names of their own, none of {', '.join(ENDS)}")
        first = self.step[0]
        if first.by != "owner" or "file" not in first.needs or not first.update:
            raise ValueError("the first step is the owner's, needs a file, and is part of every update")
        if [one.gathers for one in self.step].count(True) > 1 or first.gathers:
            raise ValueError("at most one step gathers, and not the first")
        gathering = next((one for one in self.step if one.gathers), None)
        if gathering and not gathering.update:
            raise ValueError("a step that gathers is part of every update")
        if "exemption" in self.kinds and self.due_in is None:
            raise ValueError("a chain for applications needs due_in")
        return self


class DeliverableNoun(_Part):
    """What a kind of deliverable is called: at the end of its name, and where a plan announces how many there are."""

    kind: Kind
    ends: tuple[str, ...] = Field(min_length=1)
    announced: tuple[str, ...] = Field(min_length=1)


@schema("deliverable-words")
class DeliverableWords(Entry):
    """How plans order sub-plans and lists: 研究制定与本方案配套的10项分方案，包括：….

    Attributes
    ----------
    noun : by kind, those read first on top
    classifiers : between the number and the noun of an announcement
    opens : words behind which the announced ones stand
    verbs : what is done to have one, longest first where one holds another
    refers : before a name they only refer to one that exists (按照…方案, 纳入…清单)
    asks : what must be done with it (报送), before whom it goes to
    strip : at the beginning of a name, no part of it (本辖区)
    leads : between a unit and the verb (牵头, 负责)
    each : names of groups whose members owe one each
    ends : lines that begin so end a list (附件)
    reach : so many characters may lie between verb and noun
    """

    noun: tuple[DeliverableNoun, ...] = Field(min_length=1)
    classifiers: tuple[str, ...]
    opens: tuple[str, ...]
    verbs: tuple[str, ...]
    refers: tuple[str, ...]
    asks: tuple[str, ...]
    strip: tuple[str, ...]
    leads: tuple[str, ...]
    each: tuple[str, ...]
    ends: tuple[str, ...]
    reach: int = Field(ge=4, le=120)
