"""Plans of every shape for round trips."""

from datetime import date
from typing import get_args

from hypothesis import strategies as st

from lantian.plandoc import plan as p

# everything a text can hold, and often what has tripped spreadsheets
ODD = st.sampled_from(
    ["=1+1", "+86", "-3", "@x", "\t", "1-2", "一", "007", "#N/A", "TRUE", "2017-10-31", "", " ", "\\", "\\u0041", "、",
     "\\-", "_x000D_", "a\nb", "\r\n", "\x00", "\x0b", "\ufffe", "𠮷田镇", "'x", "％", "1e5", "\u200b", "区环保局"]
)  # fmt: skip
TEXT = st.one_of(ODD, st.text(max_size=30), st.lists(ODD, max_size=3).map("".join))
MAYBE = st.none() | TEXT
DAYS = st.none() | st.dates(date(1850, 1, 1), date(2200, 1, 1))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SPANS = st.builds(p.Span, start=st.integers(0, 10**6), end=st.integers(0, 10**6), page=st.none() | st.integers(1, 99))

quantities = st.builds(
    p.Quantity,
    text=TEXT,
    what=MAYBE,
    value=NUMBERS,
    unit=TEXT,
    town=MAYBE,
    op=st.sampled_from(get_args(p.Comparison)),
    kind=st.sampled_from(get_args(p.QuantityKind)),
    span=st.none() | SPANS,
)
NAMES = st.lists(TEXT, max_size=3)
tasks = st.builds(
    p.Task,
    number=MAYBE,
    upstream_number=MAYBE,
    section=st.sampled_from([None, "一、总则", "二、任务/（一）锅炉", "=x", ""]),
    part=st.sampled_from(get_args(p.Part)),
    title=MAYBE,
    text=TEXT,
    lead=NAMES,
    responsible=NAMES,
    assist=NAMES,
    leaders=NAMES,
    deadline_text=MAYBE,
    deadline=DAYS,
    due=DAYS,
    due_rule=MAYBE,
    recurrence=st.none() | st.sampled_from(get_args(p.Recurrence)),
    quantities=st.lists(quantities, max_size=3),
    inherited=st.lists(TEXT, max_size=2),
    spans=st.dictionaries(TEXT, SPANS, max_size=3),
)
goals = st.builds(
    p.Goal,
    text=TEXT,
    indicator=st.sampled_from(get_args(p.Indicator)),
    op=st.sampled_from(get_args(p.Comparison)),
    value=st.none() | NUMBERS,
    unit=MAYBE,
    baseline=MAYBE,
    scope=TEXT,
    period_start=DAYS,
    period_end=DAYS,
    where=MAYBE,
    span=st.none() | SPANS,
)
findings = st.builds(
    p.Finding,
    code=st.sampled_from(get_args(p.FindingCode)),
    severity=st.sampled_from(get_args(p.Severity)),
    message=TEXT,
    message_en=TEXT,
    task_numbers=NAMES,
    spans=st.lists(SPANS, max_size=2),
)
plans = st.builds(
    p.Plan,
    title=MAYBE,
    notice_title=MAYBE,
    issuer=MAYBE,
    doc_number=MAYBE,
    issued_on=DAYS,
    district=MAYBE,
    period_start=DAYS,
    period_end=DAYS,
    source=MAYBE,
    goals=st.lists(goals, max_size=2),
    tasks=st.lists(tasks, max_size=4),
    findings=st.lists(findings, max_size=2),
    spans=st.dictionaries(TEXT, SPANS, max_size=2),
)
