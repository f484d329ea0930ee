"""The head of a plan document: titles, number, issuer, date of issue, district, period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Generic, TypeVar

from lantian.plandoc.parse.period import head_words, horizon, months_in, period_of_title
from lantian.plandoc.parse.quantities.lexer import FOLD, any_of, chinese_number
from lantian.plandoc.rebuild.marks import header_role

T = TypeVar("T")
SCANNED = 400  # lines: a head is not longer, notice included
TITLE_LINES = 6
FIRST_HEADING = ("一、", "第一章")
HAN = r"[\u4e00-\u9fff]"


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """A value and the places it was read from: (line, start, end) each, more than one when lines were joined."""

    value: T
    at: tuple[tuple[int, int, int], ...] = ()


@dataclass(slots=True)
class Head:
    """What the head of a document states; None where it states nothing."""

    title: Stated[str] | None = None
    notice_title: Stated[str] | None = None
    issuer: Stated[str] | None = None
    doc_number: Stated[str] | None = None
    issued_on: Stated[date] | None = None
    district: Stated[str] | None = None
    period_start: Stated[date] | None = None
    period_end: Stated[date] | None = None


@dataclass(slots=True)
class _Line:
    index: int
    raw: str
    text: str  # folded and stripped
    start: int  # of the stripped text in the raw line

    @property
    def place(self) -> tuple[int, int, int]:
        return self.index, self.start, self.start + len(self.text)


@dataclass(slots=True)
class _Group:
    """Lines that read together as a title."""

    lines: list[_Line] = field(default_factory=list)
    text: str = ""

    def stated(self) -> Stated[str]:
        return Stated(self.text, tuple(line.place for line in self.lines))


def find_head(lines: Sequence[str]) -> Head:
    """Reads the head from the paragraphs of a document, in order.

    Lines may be wrapped: titles, issuers and signatures are put together from several lines, with or without blank
    ones between. Only the beginning is read (a covering notice included), and the end for the printing note.

    Examples
    --------
    >>> head = find_head(["云岭市青河区2023年", "大气污染防治行动计划", "为改善空气质量，制定本计划。"])
    >>> head.title.value, head.district.value, head.period_end.value
    ('云岭市青河区2023年大气污染防治行动计划', '青河区', datetime.date(2023, 12, 31))
    """
    kept = [_line(k, raw) for k, raw in enumerate(lines[:SCANNED])]
    kept = [x for x in kept if x.text]
    head = Head()
    head.doc_number = _doc_number(kept)
    groups = _groups(kept)
    notice = next((g for g in groups if _is_notice(g.text)), None)
    title = _plan_title(groups, notice, kept)
    if notice:
        head.notice_title = notice.stated()
    head.title = title
    _signature(head, kept, lines)
    _issuer(head, kept)
    head.district = _district(head, kept)
    _period(head, kept)
    return head


def _line(index: int, raw: str) -> _Line:
    # markdown heads, markup of bookmarks and web bullets are no part of a title
    if raw.count("\t") > 1:
        return _Line(index, raw, "。", 0)  # a row of a table, which parts what stands above and below it
    start = len(raw) - len(raw.lstrip(" \t\u3000\xa0#*\ufeff"))
    return _Line(index, raw, raw[start:].rstrip().translate(FOLD), start)


def _squash(text: str) -> str:
    return re.sub(r"\s", "", text)


# document number


@cache
def _number_of_document() -> re.Pattern[str]:
    return re.compile(
        r"^(?:[^：\n]{0,8}：)? ?(?P<it>[\u4e00-\u9fff]{2,14} ?[〔\[［（【<﹝] ?(?:19|20)[0-9]{2} ?年?[〕\]］）】>﹞]"
        r" ?第? ?[0-9]{1,4} ?号)"
    )


_BARE_NUMBER = re.compile(r"^[〔\[［（【<﹝] ?(?:19|20)[0-9]{2} ?年?[〕\]］）】>﹞] ?第? ?[0-9]{1,4} ?号$")


def _doc_number(kept: Sequence[_Line]) -> Stated[str] | None:
    for before, line in zip([None, *kept], kept, strict=False):
        if before and _BARE_NUMBER.match(line.text) and re.fullmatch(rf"{HAN}{{2,14}}", _squash(before.text)):
            return Stated(_squash(before.text + line.raw.strip()), (before.place, line.place))
        m = _number_of_document().match(line.text)
        if m and len(line.text) - m.end() < 24 and not re.search("[。；]", line.text):
            a, b = line.start + m.start("it"), line.start + m.end("it")
            return Stated(_squash(line.raw[a:b]), ((line.index, a, b),))
    return None


# titles


@cache
def _ends_title() -> re.Pattern[str]:
    every = any_of([*head_words().kinds, *head_words().notice_kinds])
    return re.compile(rf"(?:{every})[》”〉]*(?: ?（[^（）]{{1,24}}）)?$")


_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]+[章节条]|[一二三四五六七八九十]{1,3}[、.．]|（[一二三四五六七八九十0-9]+）|[0-9]{1,2}[、.．](?![0-9]))"
)
# 2017年3月1 without 日 is torn: the rest of the day stands in the next line
_DATE = re.compile(
    r"((?:19|20)[0-9]{2}) ?"
    r"(?:年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?日|[\-./] ?([0-9]{1,2}) ?[\-./] ?([0-9]{1,2})(?![0-9]))"
)
_CHINESE_DATE = re.compile(
    r"([一二三四五六七八九〇○ＯOo0零]{4}) ?年 ?([一二三四五六七八九十]{1,3}) ?月 ?([一二三四五六七八九十]{1,3}) ?日"
)


def _breaks(text: str) -> bool:
    """Lines that can be no part of a title."""
    rule = head_words()
    return bool(
        len(text) > 80
        or text.endswith(tuple("。；：，、！？"))
        or re.search("[。；！？]", text)
        or _HEADING.match(text)
        or _number_of_document().match(text)
        or _BARE_NUMBER.match(text)
        or _date_in(text, whole=False)
        or any(w in text for w in rule.navigation)
        or text.lstrip("（").startswith(rule.openings)
        or text.endswith(rule.letterheads)
        or header_role(text) == "number"  # a table begins
        or re.fullmatch(r"[-—\s0-9/页第共]+", text)
    )


def _groups(kept: Sequence[_Line]) -> list[_Group]:
    """Titles among the lines: runs of short lines that together end like a title."""
    found: list[_Group] = []
    k = 0
    while k < len(kept):
        group, after = _group_at(kept, k)
        if group:
            found.append(group)
        k = after
    return found


def _group_at(kept: Sequence[_Line], k: int) -> tuple[_Group | None, int]:
    if _breaks(kept[k].text) or (k and not _closed(kept[k - 1].text)):
        return None, k + 1
    best: _Group | None = None
    joined, part = "", list[_Line]()
    for line in kept[k : k + TITLE_LINES]:
        if _breaks(line.text) and not _year_bracket(line.text):
            break
        if best and line.text.startswith(head_words().prose):
            break
        joined, part = joined + line.raw[line.start : line.start + len(line.text)], [*part, line]
        if len(_squash(joined)) > 140:
            break
        folded = joined.translate(FOLD)
        if _ends_title().search(folded) and folded.count("《") == folded.count("》"):
            best = _Group(list(part), joined)
            if _is_notice(folded):
                break
    return (best, k + len(best.lines)) if best else (None, k + 1)


def _year_bracket(text: str) -> bool:
    return bool(re.fullmatch(r"（[^（）]{1,20}）", text)) and not _date_in(text, whole=True) and "此件" not in text


def _closed(text: str) -> bool:
    """Whether a new title may begin behind this line: it is no torn sentence."""
    return _breaks(text) or bool(_ends_title().search(text)) or text.endswith(tuple("）》”")) or len(text) < 30


def _is_notice(text: str) -> bool:
    return bool(re.search(rf"(?:{any_of(head_words().notice_kinds)})$", text.translate(FOLD).rstrip("》 "))) or (
        "关于印发" in text and text.rstrip().endswith("通知")
    )


@cache
def _inner() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(head_words().notice_verbs)})(.+?)的? ?(?:{any_of(head_words().notice_kinds)})$")


def _announced(notice: str) -> str:
    """The plan's name out of 关于印发《…》的通知."""
    m = _inner().search(notice)
    name = m[1].strip() if m else ""
    if name.startswith("《") and name.endswith("》") and name.count("《") == 1:
        name = name[1:-1].replace("〈", "《").replace("〉", "》").replace("<", "《").replace(">", "》")
    return name


def _plan_title(groups: Sequence[_Group], notice: _Group | None, kept: Sequence[_Line]) -> Stated[str] | None:
    plans = [g for g in groups if not _is_notice(g.text) and not _is_mention(g.text)]
    if not notice:
        # without a notice the title stands above the first heading; what follows is body
        heading = next((line.index for line in kept if line.text.startswith(FIRST_HEADING)), SCANNED)
        plans = [g for g in plans if g.lines[0].index < heading]
        return plans[0].stated() if plans else None
    name = _announced(notice.text)
    same = next((g for g in plans if _bare(g.text) == _bare(name)), None)
    if same:
        return same.stated()
    later = [g for g in plans if g.lines[0].index > notice.lines[-1].index]
    close = next((g for g in later if _bare(g.text).endswith(_bare(name)) or _bare(name).endswith(_bare(g.text))), None)
    if close:
        return close.stated()
    if name and _ends_title().search(name.translate(FOLD)):
        return Stated(name, tuple(line.place for line in notice.lines))
    return later[0].stated() if later else None


def _is_mention(text: str) -> bool:
    """A name that stands in 《》 from end to end is spoken of: a line that a wrap cut out of a sentence."""
    return bool(re.fullmatch("《[^《》]+》", text.strip()))


def _bare(text: str) -> str:
    return re.sub(r"[\s《》〈〉“”\"（）()]", "", text.translate(FOLD)).replace("-", "")


# date, signature, issuer


def _date_in(text: str, *, whole: bool) -> tuple[date, int, int] | None:
    """A full date in digits or Chinese numerals; `whole`: nothing else may stand in the line but brackets."""
    if len(text) > 200:  # a paragraph, no line of a head
        return None
    for pattern, read in ((_DATE, int), (_CHINESE_DATE, _chinese_int)):
        for m in pattern.finditer(text):
            rest = (text[: m.start()] + text[m.end() :]).strip("（） ")
            if whole and rest not in ("", "印发", "发布"):
                continue
            try:
                return date(*(read(g) for g in m.groups() if g)), m.start(), m.end()
            except ValueError:
                continue
    return None


def _chinese_int(text: str) -> int:
    for zero in "○ＯOo0零":
        text = text.replace(zero, "〇")
    value = chinese_number(text)
    if value is None:
        raise ValueError(text)
    return int(value)


@cache
def _body() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(head_words().bodies)})$")


def _signature(head: Head, kept: Sequence[_Line], lines: Sequence[str]) -> None:
    """Date of issue and, above or before it, the signature."""
    first = head.title.at[0][0] if head.title and head.notice_title and head.title.at != head.notice_title.at else None
    signed = [s for s in (_signed_at(kept, k) for k in range(len(kept))) if s]
    signed.sort(key=lambda s: (s[1] is None, first is not None and s[0].at[0][0] > first))
    if signed:
        head.issued_on, head.issuer = signed[0]
        return
    for label in (r"(?:成文|发文|印发|制发|生成)(?:日期|时间)", r"(?:发布|公布)(?:日期|时间)"):
        for line in kept:
            m = re.search(rf"{label} ?：? ?", line.text)
            stated = _date_in(line.text[m.end() : m.end() + 16], whole=False) if m else None
            if m and stated:
                at = line.start + m.end()
                head.issued_on = Stated(stated[0], ((line.index, at + stated[1], at + stated[2]),))
                return
    _printed(head, lines)


def _printed(head: Head, lines: Sequence[str]) -> None:
    """2018年12月5日印发, the last line of many a document."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 12), -1):
        line = _line(index, lines[index])
        stated = _date_in(line.text, whole=False)
        if stated and line.text[stated[2] :].strip() == "印发":
            head.issued_on = Stated(stated[0], ((index, line.start + stated[1], line.start + stated[2]),))
            return


def _signed_at(kept: Sequence[_Line], k: int) -> tuple[Stated[date], Stated[str] | None] | None:
    line = kept[k]
    stated = _date_in(line.text, whole=True)
    if stated and not line.text.endswith("印发"):
        on = Stated(stated[0], ((line.index, line.start + stated[1], line.start + stated[2]),))
        return on, _signer(kept, k)
    stated = _date_in(line.text, whole=False)
    if stated and stated[2] == len(line.text) and len(line.text) < 60:
        name = line.text[: stated[1]].strip()
        if _body().search(name) and "。" not in name and "，" not in name and "：" not in name:
            place = ((line.index, line.start, line.start + len(name)),)
            on = Stated(stated[0], ((line.index, line.start + stated[1], line.start + stated[2]),))
            return on, Stated(_squash(name), place)
    return None


def _signer(kept: Sequence[_Line], k: int) -> Stated[str] | None:
    """The body that signed, from the lines above the date; two bodies are joined by 、."""
    part: list[_Line] = []
    for line in reversed(kept[max(0, k - 5) : k]):
        text = line.text
        if re.fullmatch("（[^（）]{1,6}）", text):  # （代章）
            continue
        if (
            re.search("[，。；：！？、（]", text)
            or len(text) > 40
            or _number_of_document().match(text)
            or _HEADING.match(text)
        ):
            break
        if _ends_title().search(text) or any(w in text for w in head_words().navigation):
            break
        part.insert(0, line)
    while part and not _body().search(part[-1].text):
        part.pop()
    while part and not re.match(HAN, part[0].text):
        part.pop(0)
    if not part:
        return None
    # a line that does not end like a body goes on in the next one
    names, open_ = [""], True
    for line in part:
        for piece in re.split(r"\s{2,}", line.text):
            if not open_ and _squash(piece) not in head_words().bodies:  # 办公室 alone ends the name before it
                names.append("")
            names[-1] += _squash(piece)
            open_ = not _body().search(names[-1])
    return Stated("、".join(names), tuple(line.place for line in part))


def _issuer(head: Head, kept: Sequence[_Line]) -> None:
    if head.issuer:
        return
    for k, line in enumerate(kept[:40]):
        text = _squash(line.text)
        if text.endswith("文件") and len(text) < 40 and not re.search("[，。：《]", text):
            index, start, _ = line.place
            name, place = text[:-2], [(index, start, start + line.text.rindex("文"))]
            above = kept[k - 1] if k else None
            if not _body().search(name) and above and not _breaks(above.text):
                name, place = _squash(above.text) + name, [above.place, *place]
            if _body().search(name):
                head.issuer = Stated(name, tuple(place))
                return
    if head.notice_title:
        m = re.match(rf"(.{{2,40}}?(?:{any_of(head_words().bodies)})) ?(?=关于|印发)", head.notice_title.value)
        if m:
            index, start, _ = head.notice_title.at[0]
            head.issuer = Stated(_squash(m[1]), ((index, start, start + len(m[1])),))


# district


@cache
def _district_name() -> re.Pattern[str]:
    suffix = any_of(head_words().district_suffixes)
    return re.compile(
        rf"(?:中共)?(?:{HAN}{{2,8}}?(?:省|自治区|自治州|州|盟|市(?![区市县])))*(?P<it>{HAN}{{1,10}}?(?:{suffix})(?![区市县域委]))"
    )


def _district(head: Head, kept: Sequence[_Line]) -> Stated[str] | None:
    for stated in (head.issuer, head.title, head.notice_title):
        if not stated:
            continue
        whole = re.sub(r"(?<=[0-9])年(?:度|版)?", " ", _squash(stated.value).translate(FOLD))
        whole = re.sub(any_of(head_words().notice_verbs), " ", whole)
        # the city's plan that is carried out stands in 《》; the district outside
        for text in (re.sub(r"《[^》]*》", " ", whole), whole.replace("《", " ")):
            for m in re.finditer(rf"{HAN}+", text):
                name = _district_name().match(m[0])
                if name and _is_district(name["it"]):
                    return Stated(name["it"], _where(stated, name["it"], kept))
    return _most_named(kept)


def _is_district(name: str) -> bool:
    return name not in head_words().not_districts and not name.endswith(head_words().not_district_ends)


def _where(stated: Stated[str], name: str, kept: Sequence[_Line]) -> tuple[tuple[int, int, int], ...]:
    raw = {line.index: line.raw for line in kept}
    for index, start, end in stated.at:
        at = raw.get(index, "").find(name, start, end)
        if at >= 0:
            return ((index, at, at + len(name)),)
    return ()


def _most_named(kept: Sequence[_Line]) -> Stated[str] | None:
    """The district that the text itself names most: the longest of the names that are about as frequent."""
    count: Counter[str] = Counter()
    for line in kept:
        for m in re.finditer(r"[区县旗]", line.text[:2000]):
            for length in (2, 3, 4):
                name = line.text[max(0, m.start() - length) : m.end()]
                if re.fullmatch(rf"{HAN}{{{length + 1}}}", name) and _is_district(name):
                    count[name] += 1
    if not count:
        return None
    best, times = max(count.items(), key=lambda x: (x[1], -len(x[0])))
    while longer := next((n for n, c in count.items() if n[1:] == best and c >= 0.8 * times), None):
        best = longer
    if times < 3:
        return None
    line = next(x for x in kept if best in x.raw)
    at = line.raw.index(best)
    return Stated(best, ((line.index, at, at + len(best)),))


def _period(head: Head, kept: Sequence[_Line]) -> None:
    below = [line.text for line in kept[:120]]
    for stated in (head.title, head.notice_title):
        span = period_of_title(stated.value, below) if stated else None
        if stated and span:
            head.period_start, head.period_end = Stated(span[0], stated.at), Stated(span[1], stated.at)
            return
    for line in kept[:120]:
        span = months_in(line.text)
        if span:
            head.period_start, head.period_end = Stated(span[0], (line.place,)), Stated(span[1], (line.place,))
            return
    end = horizon(below)
    if end:
        line = kept[end[0]]
        head.period_end = Stated(end[1], (line.place,))
