"""What a plan is to reach: indicators with comparison, value, baseline, scope and period."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from lantian.plandoc.parse.goal_tables import goals_of_rows
from lantian.plandoc.parse.indicators import FoundGoal, Mention, fits, mentions_in, words
from lantian.plandoc.parse.period import months_in
from lantian.plandoc.parse.quantities import FoundQuantity, find_quantities
from lantian.plandoc.parse.quantities.lexer import any_of, chinese_number, fold
from lantian.plandoc.parse.quantities.towns import town_at
from lantian.plandoc.plan import Comparison, Indicator

__all__ = ["FoundGoal", "goals_of_rows", "goals_of_text", "is_goal_section", "merge_goals"]

REACH = 400  # characters of a sentence that are looked at: keeps hostile input linear
RECENT = 60  # goals back to look for the headline of a town's share


def is_goal_section(heading: str) -> bool:
    """Whether a heading opens the goals of a plan (主要目标, 工作目标 …)."""
    return any(w in re.sub(r"\s", "", heading) for w in words().sections)


def merge_goals(goals: Sequence[FoundGoal]) -> list[FoundGoal]:
    """Goals without repetitions: what body and annex both say stands once, with both places in `where`."""
    kept: dict[tuple[object, ...], FoundGoal] = {}
    for goal in goals:
        same = goal.text if goal.indicator == "other" else None
        key = (goal.indicator, goal.value, goal.scope, goal.op if goal.value is None else None, same)
        first = kept.get(key)
        if first is None:
            kept[key] = goal
        elif goal.where and goal.where not in (first.where or "").split("; "):
            kept[key] = replace(first, where=f"{first.where}; {goal.where}" if first.where else goal.where)
    return list(kept.values())


# clauses

_STOP = re.compile("[，；。！？\n]")


@dataclass(slots=True)
class _Clause:
    start: int
    end: int
    text: str  # folded
    sentence: int
    line: int


def _clauses(text: str) -> Iterator[_Clause]:
    start = sentence = line = 0
    for m in [*_STOP.finditer(text), None]:
        end = m.start() if m else len(text)
        if text[start:end].strip():
            yield _Clause(start, end, text[start:end], sentence, line)
        if m:
            sentence += m[0] in "。\n！？；"
            line += m[0] == "\n"
            start = m.end()


def goals_of_text(
    text: str,
    *,
    where: str | None = None,
    stated: bool = False,
    towns: Sequence[str] = (),
    district: str | None = None,
) -> list[FoundGoal]:
    """Goals that a text names, in order.

    Parameters
    ----------
    text : running text of a goals section or of one task.
    where : where the text stands: the section, or the task's number; kept in `FoundGoal.where`.
    stated : the text is the plan's own statement of goals. Then goals without a number count too (持续改善,
        全面完成…任务); in tasks only outcomes of the whole area do.
    towns : names of towns known from the document.
    district : the area of the plan; 全市 is another's goal unless it is a city.

    Examples
    --------
    >>> goal = goals_of_text("PM2.5年均浓度控制在35微克/立方米以下，优良天数达到280天以上。")[1]
    >>> goal.indicator, goal.op, goal.value
    ('good_days', '>=', 280.0)
    """
    return _Reader(text, where, stated, towns, district).read()


class _Reader:
    def __init__(self, text: str, where: str | None, stated: bool, towns: Sequence[str], district: str | None) -> None:
        self.original, self.text = text, fold(text)
        self.where, self.stated = where, stated
        self.own = ("全市", "我市", "本市") if district and district.endswith("市") else ()
        self.quantities = find_quantities(text, towns=towns)
        self.starts = [q.at[0] for q in self.quantities]
        self.clauses = list(_clauses(self.text))
        self.sentences: dict[int, str] = {}
        self.opens: dict[int, int] = {}
        for c in self.clauses:
            self.opens.setdefault(c.sentence, c.start)
            said = self.sentences.get(c.sentence, "")
            if len(said) < REACH:
                self.sentences[c.sentence] = said + c.text[:REACH] + "，"
        self.found: list[FoundGoal] = []

    def read(self) -> list[FoundGoal]:
        period: tuple[date | None, date | None] = (None, None)
        for k, clause in enumerate(self.clauses):
            if k and clause.line != self.clauses[k - 1].line:
                period = (None, None)
            before = _baseline_cut(clause.text)
            period = _period(before) or period
            if clause.end - clause.start > REACH or self._is_other_matter(clause):
                continue
            for goal in self._of_clause(k, clause):
                self.found.append(replace(goal, period_start=period[0], period_end=period[1], where=self.where))
        return self.found

    def _is_other_matter(self, clause: _Clause) -> bool:
        """Whether the sentence is about warnings, emission limits or blame, not about the area's outcome."""
        sentence = self.sentences[clause.sentence]
        condition = clause.text.endswith("的") and not self.stated
        return (
            condition
            or any(w in clause.text for w in words().not_goals)
            or any(w in sentence for w in words().not_goal_sentences)
        )

    def _of_clause(self, k: int, clause: _Clause) -> Iterator[FoundGoal]:
        rank = _rank(clause.text, self.sentences[clause.sentence])
        if rank:
            yield from self._ranked(k, clause, *rank)
            return
        numbers = [q for q in self._inside(clause) if q.kind not in ("trigger", "frequency")]
        numbers = [q for q in numbers if q.kind != "context" or any(w in clause.text for w in self.own)]
        mentions = mentions_in(clause.text, self.sentences[clause.sentence])
        pairs = self._pairs(k, clause, mentions, numbers)
        for quantity, mention in pairs:
            goal = self._measured(k, clause, quantity, mention)
            if goal:
                yield goal
        paired = [q for q, _ in pairs]
        shared = [self._share(q) for q in numbers if q not in paired]
        yield from (g for g in shared if g)
        index = self._index(k, clause, mentions)
        if index:
            yield index
        elif not pairs and not any(shared):
            yield from self._without_number(k, clause, mentions)

    def _index(self, k: int, clause: _Clause, mentions: list[Mention]) -> FoundGoal | None:
        """综合指数控制在4.5以下: the one indicator that is a bare number."""
        m = next((m for m in mentions if m.indicator == "composite_index"), None)
        n = m and re.search(r"([0-9]+\.[0-9]+)(?! ?[%％]|[0-9个]) ?(以下|以内|左右)?", clause.text[m.end :])
        if not m or not n:
            return None
        text, at = self._text(k, clause, None)
        op: Comparison = "~" if n[2] == "左右" else "<" if n[2] == "以下" else "<="
        return FoundGoal(text, m.indicator, op, float(n[1]), None, at, baseline=self._baseline(k, clause))

    def _inside(self, clause: _Clause) -> list[FoundQuantity]:
        a, b = bisect_left(self.starts, clause.start), bisect_left(self.starts, clause.end)
        return [q for q in self.quantities[a:b] if q.at[1] <= clause.end + 1]

    def _pairs(
        self, k: int, clause: _Clause, mentions: list[Mention], numbers: list[FoundQuantity]
    ) -> list[tuple[FoundQuantity, Mention]]:
        """Each number with the indicator it belongs to."""
        own = [q for q in numbers if q.town is None or mentions]
        if len(mentions) == len(own) > 1 and mentions[-1].end <= own[0].at[1] - clause.start:
            return [(q, m) for q, m in zip(own, mentions, strict=True) if fits(q.unit, m.rule)]
        if len(own) == 1 < len(mentions):
            between = clause.text[mentions[-1].end : own[0].at[1] - clause.start]
            if _each().search(between):
                return [(own[0], m) for m in mentions if fits(own[0].unit, m.rule)]
        pairs = []
        for q in own:
            at = q.at[1] - clause.start
            before = [m for m in mentions if m.start < at] or mentions or self._carried(k, clause, q)
            fitting = next((m for m in reversed(before) if fits(q.unit, m.rule)), None)
            if fitting:
                pairs.append((q, fitting))
        return pairs

    def _carried(self, k: int, clause: _Clause, q: FoundQuantity) -> list[Mention]:
        """The indicator of a clause beside this one: PM2.5浓度同比下降5%，达到40微克/立方米; 按9吨…标准，考核降尘量."""
        pre = clause.text[: max(0, q.at[0] - clause.start)]
        if any(n in clause.text for names in words().pollutants.values() for n in names):
            return []
        if re.search("率|比例|比重|占比", clause.text):
            return []  # 洁净煤使用率达到90% is a matter of its own
        follows = k + 1 < len(self.clauses) and self.clauses[k + 1].sentence == clause.sentence
        if re.search(r"按照?|依据|标准", clause.text) and follows:
            return mentions_in(self.clauses[k + 1].text)
        if k and self.clauses[k - 1].sentence == clause.sentence and len(pre.strip()) <= 6 and q.town is None:
            return mentions_in(self.clauses[k - 1].text)
        return []

    def _measured(self, k: int, clause: _Clause, q: FoundQuantity, m: Mention) -> FoundGoal | None:
        reduction = m.indicator.endswith("_reduction")
        falls = any(w in clause.text for w in words().decrease)
        op, indicator = q.op, m.indicator
        if q.unit in ("%", "个百分点", "百分点") and (falls or reduction):
            op = "decrease_pct>="
        elif reduction and op in ("<", "<=") and "控制" in clause.text and not falls:
            indicator = "other"  # a cap on the total is no amount to be cut
        elif not reduction and _is_change(clause.text[max(0, m.end) : max(m.end, q.at[1] - clause.start)]):
            op = "decrease" if m.rule.better == "lower" else "improve"
        elif op == "=" or (op == ">=" and m.rule.better == "lower"):
            op = "<=" if m.rule.better == "lower" else ">="
        if reduction and indicator != "other" and not (falls or self.stated or "排放量" not in clause.text):
            return None
        text, at = self._text(k, clause, q)
        return FoundGoal(
            text, indicator, op, q.value, q.unit, at, baseline=self._baseline(k, clause), scope=self._scope(clause, q)
        )

    def _share(self, q: FoundQuantity) -> FoundGoal | None:
        """A town's share of a goal that stands before it in the same paragraph."""
        if q.town is None:
            return None
        for goal in reversed(self.found[-RECENT:]):
            if "\n" in self.text[goal.at[1] : q.at[0]]:
                return None
            if goal.unit == q.unit and goal.value is not None:
                op = q.op if q.op != "=" else goal.op
                return replace(goal, text=q.text, value=q.value, scope=q.town, at=q.at, op=op, baseline=None)
        return None

    def _ranked(self, k: int, clause: _Clause, op: Comparison, value: float, unit: str) -> Iterator[FoundGoal]:
        mention = next((m for m in mentions_in(clause.text) if m.indicator.endswith("_rank")), None)
        indicator: Indicator = mention.indicator if mention else "city_rank"
        text, at = self._text(k, clause, None)
        for scope in self._scopes(clause):
            yield FoundGoal(text, indicator, op, value, unit, at, scope=scope)

    def _without_number(self, k: int, clause: _Clause, mentions: list[Mention]) -> Iterator[FoundGoal]:
        """持续改善, 同比下降, 全面完成…任务: goals that name no number of their own."""
        rule = words()
        better = any(w in clause.text for w in rule.improve) and "恶化" not in clause.text.replace("不恶化", "")
        text, at = self._text(k, clause, None)
        outcome = [m for m in mentions if not m.indicator.endswith(("_reduction", "_rank"))]
        if better and outcome and (self.stated or re.search("年均|平均|均值|累计", clause.text)):
            unit = next((q.unit for q in self._inside(clause)), None)
            for m in outcome:
                op: Comparison = "decrease" if m.rule.better == "lower" else "improve"
                baseline = self._baseline(k, clause)
                for scope in self._scopes(clause):
                    yield FoundGoal(text, m.indicator, op, None, unit, at, baseline=baseline, scope=scope)
            return
        if not self.stated:
            return
        starts = re.match(rf" *(?:{any_of(rule.complete)})", _subject_cut(clause.text))
        if starts and re.search("(?:指标|目标|任务)[^，。]{0,4}$", clause.text):
            yield FoundGoal(text, "other", "complete", None, None, at)
        elif better and re.search("空气质量|大气环境", clause.text):
            yield FoundGoal(text, "other", "improve", None, None, at, baseline=self._baseline(k, clause))

    def _baseline(self, k: int, clause: _Clause) -> str | None:
        """What a goal is compared with; 与2015年相比 may stand before the clause."""
        own = _baseline(clause.text)
        if own or not k or self.clauses[k - 1].sentence != clause.sentence:
            return own
        before = self.clauses[k - 1].text
        if re.search("相比$|基础上$", before.strip()):
            return _baseline(before)
        last = self.found[-1] if self.found else None
        # 与2015年相比，甲下降1%，乙下降2%: the words before the first govern the second too
        opened = re.match("[^，]{0,30}(?:相比|基础上)，", self.sentences[clause.sentence])
        return last.baseline if last and opened and last.at[1] > self.opens[clause.sentence] else None

    def _scope(self, clause: _Clause, q: FoundQuantity | None) -> str:
        return q.town if q and q.town else self._scopes(clause)[0] if _group_named(clause.text) else "district"

    def _scopes(self, clause: _Clause) -> list[str]:
        """Whom a clause speaks of: towns named at its beginning, a group of towns, or the whole district."""
        group = _group_named(clause.text)
        if group:
            return [group]
        found, at = [], 0
        while span := town_at(clause.text, at):
            found.append(clause.text[slice(*span)])
            joint = re.compile("[、和及]").match(clause.text, span[1])
            if not joint:
                break
            at = joint.end()
        return found or ["district"]

    def _text(self, k: int, clause: _Clause, q: FoundQuantity | None) -> tuple[str, tuple[int, int]]:
        if q and q.town:
            return q.text, q.at
        start = clause.start
        if k and self.clauses[k - 1].sentence == clause.sentence and _only_time(self.clauses[k - 1].text):
            start = self.clauses[k - 1].start
        heading = re.match(r"\s*(?:[^：，。]{0,8}目标：)?\s*", self.original[start : clause.end])
        start += heading.end() if heading else 0
        end = clause.end
        while end > start and self.original[end - 1].isspace():
            end -= 1
        return self.original[start:end], (start, end)


@cache
def _each() -> re.Pattern[str]:
    """甲和乙分别下降10%, 甲、乙均下降10%: one number for all."""
    return re.compile("分别|[均都](?!值|浓度|匀)")


def _group_named(text: str) -> str | None:
    m = re.match(r" *(各(?:镇街|乡镇街道|街乡镇|乡镇|街道|镇乡|街乡|属地|镇)(?:（[镇乡街道、]{1,5}）)?)", text)
    return m[1] if m else None


def _is_change(text: str) -> bool:
    """同比减少1天 is a change, 减少到5天 is not."""
    return bool(re.search("(?:减少|下降|降低|增加|提高|提升)(?!到|至|为)", text))


def _only_time(text: str) -> bool:
    text = text.rpartition("：")[2]
    return bool(re.fullmatch(r"[ 0-9年月日至到\-~（）期间底全末前秋冬季采暖供力争与]+", text)) and bool(
        re.search("[年月季]", text)
    )


def _subject_cut(text: str) -> str:
    return re.sub(r"^ *(?:[^：]{0,8}：)?(?:全区|全县|全市|我区|确保|力争|[0-9]{4}年)* *", "", text)


_RANK = re.compile(
    r"(?:不进入|不得进入|不能进入|未进入|不在|不列入|不落入|不处于|避免进入|退出|跳出|摆脱|不低于)"
    r"[^，。；]{0,14}?(?:排名)?(?:后|末|倒数)第? ?([0-9]{1,3}|[一二三四五六七八九十百]{1,4}) ?(名|位|个)?"
)
_TOP = re.compile(
    r"(?:排名|名次|位次|进入|位居|位列|保持)[^，。；后末]{0,14}?前 ?"
    r"([0-9]{1,3}|[一二三四五六七八九十百]{1,4}) ?(名|位)?"
)


_AT_LEAST = re.compile(
    r"(?:排名|名次|位次)[^，。；后末]{0,8}?(?:不低于|不得低于|保持在|达到|进入|升至|上升到)(?:全[市省]|全国)?第 ?"
    r"([0-9]{1,3}|[一二三四五六七八九十百]{1,4}) ?(名|位)"
)


def _rank(text: str, sentence: str) -> tuple[Comparison, float, str] | None:
    for pattern, op in ((_RANK, "not_in_bottom"), (_AT_LEAST, "<="), (_TOP, "<=")):
        m = pattern.search(text)
        value = None if not m else float(m[1]) if m[1].isdigit() else chinese_number(m[1])
        if m and value and (op == "not_in_bottom" or re.search("排名|名次|位次", sentence)):
            return op, value, m[2] if m[2] in ("名", "位") else "名"  # type: ignore[return-value]
    return None


_BASE = (
    re.compile(r"在([^，。；]{2,48}?)的?基础上"),
    re.compile(
        r"[与和同比较]((?:19|20)[0-9]{2} ?年[^，。；]{0,24}?)(?:相比|下降|降低|减少|削减|提高|增加|改善|上升|削|压)"
    ),
)


def _baseline(text: str) -> str | None:
    for pattern in _BASE:
        m = pattern.search(text)
        if m:
            return re.sub("(?:分别|均|都)$", "", m[1].strip(" 的"))
    m = re.search(any_of(words().baselines), text)
    return m[0] if m else None


def _baseline_cut(text: str) -> str:
    for pattern in _BASE:
        m = pattern.search(text)
        if m:
            return text[: m.start()]
    return text


def _period(text: str) -> tuple[date | None, date | None] | None:
    """2017年10月至2018年3月; 到2025年; 2023年."""
    months = months_in(text)
    if months:
        return months
    m = re.search(r"(到|至)? ?((?:19|20)[0-9]{2}) ?年(底)?(?!以来|版|度?[^，]{0,12}(?:方案|计划|相比|同期|基础))", text)
    if not m:
        return None
    end = date(int(m[2]), 12, 31)
    return (None, end) if m[1] else (date(int(m[2]), 1, 1), end)
