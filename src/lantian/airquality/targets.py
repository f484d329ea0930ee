"""Goals on the way: the limit that a plan sets, what it leaves for the rest of a period, and the chance of keeping it.

A figure is judged as it is published, rounded to its decimals. What is still allowed is worked out of the figure up to
now and rounded to the safe side. The chance comes from past years; with few of them it is wide, and without enough of
them there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lantian.airquality.faults import AirError

Sign = Literal["<", "<=", ">=", ">"]
# How the figure of a period follows from what lies in it: the mean of its days, how many of them count, the least there
# was, or neither (a percentile, an index of several figures).
Adds = Literal["mean", "count", "least", ""]
State = Literal["open", "kept", "lost", "over"]
_POISSON = 1.0  # variance of 2·√(count + 3/8) where days come by chance
_SLACK = 1e-9


@dataclass(frozen=True)
class Limit:
    """A number and on which side of it a figure must lie.

    >>> Limit("<=", 41.0).keeps(41.0), Limit("<", 41.0).keeps(41.0)
    (True, False)
    """

    sign: Sign
    value: float

    @property
    def upper(self) -> bool:
        """Whether a figure must stay below."""
        return self.sign in ("<", "<=")

    @property
    def strict(self) -> bool:
        """Whether the number itself is not enough."""
        return self.sign in ("<", ">")

    def keeps(self, figure: float) -> bool:
        """Whether a figure, as published, keeps it."""
        off = figure - self.value if self.upper else self.value - figure
        near = _SLACK * max(1.0, abs(self.value))
        return off < -near if self.strict else off <= near


def limit_of(
    comparison: str, value: float | None, *, before: float | None = None, lower: bool = True, about: float = 0.0
) -> Limit | None:
    """The limit that a plan's comparison sets; None where it rests on an earlier figure and there is none.

    Parameters
    ----------
    comparison : of the plan contract: '<', '<=', '>=', '>', '=', '~' (左右), 'decrease', 'decrease_pct>=', 'improve',
        'not_in_bottom' (不进入后几名) of a place counted from the last
    value : the plan's number in the metric's unit; for 'decrease_pct>=' per 100
    before : figure of the same period a year earlier, or as the plan states it, in the state of concentrations of now
    lower : whether less is better
    about : how far '~' may lie off, as a share of the number

    Raises
    ------
    AirError
        for a comparison that sets no limit to a figure ('complete'), or that lacks its number.

    Examples
    --------
    >>> limit_of("decrease_pct>=", 25, before=60)
    Limit(sign='<=', value=45.0)
    >>> limit_of("improve", None, before=56)
    Limit(sign='<', value=56)
    >>> limit_of("~", 60, about=0.05)
    Limit(sign='<=', value=63.0)
    >>> limit_of("not_in_bottom", 30)
    Limit(sign='>', value=30)
    """
    if comparison in ("<", "<=", ">=", ">"):
        return Limit(comparison, _number(comparison, value))  # type: ignore[arg-type]
    if comparison == "not_in_bottom":
        return Limit(">", _number(comparison, value))
    if comparison == "=":
        return Limit("<=" if lower else ">=", _number(comparison, value))
    if comparison == "~":
        number = _number(comparison, value)
        return Limit("<=", number * (1 + about)) if lower else Limit(">=", number * (1 - about))
    if comparison == "decrease_pct>=":
        share = _number(comparison, value)
        return None if before is None else Limit("<=", before * (100 - share) / 100)
    if comparison == "decrease" and value is not None:
        return None if before is None else Limit("<=", before - value)
    if comparison in ("decrease", "improve"):
        down = lower or comparison == "decrease"
        return None if before is None else Limit("<" if down else ">", before)
    raise AirError(
        f"“{comparison}”不是对数值的要求，无法自动评价。",
        f"{comparison!r} asks nothing of a figure that can be evaluated.",
    )


def _number(comparison: str, value: float | None) -> float:
    if value is None:
        raise AirError(f"关系“{comparison}”缺少数值。", f"The comparison {comparison!r} lacks its number.")
    return value


@dataclass(frozen=True)
class Left:
    """What a limit leaves for the rest of a period.

    Attributes
    ----------
    state : 'open'; 'kept' whatever comes; 'lost' whatever comes; 'over' when no day is left
    rest : what the rest may average at most (least), or how many days may still count (are still needed); None where
        nothing is left, and for figures that do not follow from days one by one
    days : that are left
    """

    state: State
    rest: float | None
    days: int


def left(
    limit: Limit,
    figure: float,
    *,
    adds: Adds,
    valid: float,
    days: int,
    decimals: int = 0,
    most: float = math.inf,
) -> Left:
    """What is still allowed, or still needed, in the rest of a period.

    Parameters
    ----------
    figure : mean of the valid days up to now, or how many days count
    valid : valid days behind it
    days : that are left; all of them are taken to become valid
    decimals : in which the figure is published; of a mean the rest is given in the same, rounded to the safe side
    most : the largest figure there can be, 100 for a share of days

    Notes
    -----
    Mean: rest = (limit × (valid + days) − figure × valid) / days.

    Examples
    --------
    A season of 181 days at 45 µg/m³ after 121: the rest of 60 days must average 32 at most.

    >>> left(Limit("<=", 41), 45, adds="mean", valid=121, days=60).rest
    32.0
    >>> left(Limit("<=", 10), 7, adds="count", valid=121, days=60).rest
    3.0
    """
    if days <= 0:
        return Left("over", None, 0)
    if adds == "mean":
        return _of_mean(limit, figure, valid, days, decimals, most)
    if adds == "least" and not limit.upper and not limit.keeps(figure):
        return Left("lost", None, days)
    if adds == "count":
        return _of_count(limit, figure, days)
    return Left("open", None, days)


def _of_mean(limit: Limit, mean: float, valid: float, days: int, decimals: int, most: float) -> Left:
    rest = needed(limit, mean, valid=valid, days=days)
    if rest < 0 or (rest == 0 and limit.strict and limit.upper):
        return Left("lost" if limit.upper else "kept", None, days)
    if rest > most:
        return Left("kept" if limit.upper else "lost", None, days)
    scaled = round(rest * 10**decimals, 6)
    whole = math.floor(scaled) if limit.upper else math.ceil(scaled)
    if limit.strict and whole == scaled:
        whole += -1 if limit.upper else 1
    return Left("open", max(whole, 0) / 10.0**decimals, days)


def needed(limit: Limit, mean: float, *, valid: float, days: int) -> float:
    """What the rest must average for the whole to lie on the limit, not rounded.

    >>> needed(Limit("<=", 40), 50, valid=100, days=100)
    30.0
    """
    return (limit.value * (valid + days) - mean * valid) / days


def _of_count(limit: Limit, count: float, days: int) -> Left:
    whole = _whole(limit)
    if limit.upper:
        rest = whole - count
        state: State = "lost" if rest < 0 else "kept" if rest >= days else "open"
        return Left(state, rest if state == "open" else None, days)
    rest = whole - count
    state = "kept" if rest <= 0 else "lost" if rest > days else "open"
    return Left(state, rest if state == "open" else None, days)


def _whole(limit: Limit) -> float:
    """The last whole number of days that keeps a limit."""
    near = round(limit.value, 9)
    if limit.upper:
        return float(math.ceil(near) - 1 if limit.strict else math.floor(near))
    return float(math.floor(near) + 1 if limit.strict else math.ceil(near))


def pace(figure: float, *, adds: Adds, valid: float, days: int) -> float:
    """Figure of the whole period if the rest goes as it went.

    >>> pace(7, adds="count", valid=121, days=60)
    10.47
    """
    if adds != "count" or valid <= 0:
        return figure
    return round(figure * (valid + days) / valid, 2)


@dataclass(frozen=True)
class Chance:
    """The chance [0 to 1] of keeping a limit, by how the rest of the period went in past years.

    Attributes
    ----------
    share : None where there are fewer years than asked for
    years : that it rests on
    """

    share: float | None
    years: int


def chance(
    limit: Limit,
    figure: float,
    *,
    adds: Adds,
    valid: float,
    days: int,
    past: Sequence[float],
    most: float = math.inf,
    fewest: int = 3,
    spread: float = 0.05,
) -> Chance:
    """The chance of keeping a limit, from past years' spread.

    Parameters
    ----------
    adds : there is no chance of a least figure: it is asked of single days, not of their sum
    past : one number a year. Mean: what the same rest of the period averaged then. Count: how many of as many days
        counted. Else: figure of the whole period over the figure of its first part
    most : the largest figure there can be
    fewest : years that are needed
    spread : smallest spread of means and ratios between years, as a share

    Notes
    -----
    The rest of this year is taken to be one more draw from the distribution that the past years were drawn from: with
    k years of mean m and standard deviation s, (x − m) / (s·√(1 + 1/k)) follows Student's t of k − 1 degrees
    of freedom.
    Means and ratios are taken as logarithms; of counts, 2·√(n + 3/8), whose variance is 1 where days come by chance,
    never less is assumed; good days are counted by their complement. A trend over the years is not followed.

    Examples
    --------
    >>> round(chance(Limit("<=", 60), 60, adds="mean", valid=90, days=90, past=[50, 60, 72]).share, 2)
    0.5
    >>> chance(Limit("<=", 60), 60, adds="mean", valid=90, days=90, past=[50, 60]).share is None
    True
    """
    usable = [one for one in past if math.isfinite(one) and (one > 0 if adds != "count" else 0 <= one <= days)]
    years = len(usable)
    found = left(limit, figure, adds=adds, valid=valid, days=days, most=most)
    if found.state == "over":
        return Chance(1.0 if limit.keeps(figure) else 0.0, years)
    if found.state in ("kept", "lost"):
        return Chance(1.0 if found.state == "kept" else 0.0, years)
    if years < max(fewest, 2) or adds == "least":
        return Chance(None, years)
    if adds == "count":
        return Chance(_of_days(limit, figure, days, usable), years)
    bound = needed(limit, figure, valid=valid, days=days) if adds == "mean" else _ratio(limit, figure)
    if bound <= 0:
        return Chance(0.0 if limit.upper else 1.0, years)
    below = _predicted(math.log(bound), [math.log(one) for one in usable], least=spread)
    return Chance(below if limit.upper else 1 - below, years)


def _ratio(limit: Limit, figure: float) -> float:
    return limit.value / figure if figure > 0 else (math.inf if limit.value > 0 else 0.0)


def _of_days(limit: Limit, count: float, days: int, past: Sequence[float]) -> float:
    """Days that must not come: those that count under an upper limit, those that do not under a lower one."""
    whole = _whole(limit)
    most = whole - count if limit.upper else days - (whole - count)
    bad = [one if limit.upper else days - one for one in past]
    return _predicted(_stable(most + 0.5), [_stable(one) for one in bad], least=math.sqrt(_POISSON))


def _stable(count: float) -> float:
    return 2 * math.sqrt(count + 0.375)


def _predicted(bound: float, past: Sequence[float], *, least: float) -> float:
    """The chance that one more draw lies below a bound."""
    if math.isinf(bound):
        return 1.0 if bound > 0 else 0.0
    k = len(past)
    mean = math.fsum(past) / k
    variance = math.fsum((one - mean) ** 2 for one in past) / (k - 1)
    scale = max(math.sqrt(variance), least, _SLACK) * math.sqrt(1 + 1 / k)
    return student((bound - mean) / scale, k - 1)


def student(t: float, freedom: int) -> float:
    """Distribution function of Student's t for whole degrees of freedom.

    Notes
    -----
    Abramowitz and Stegun 26.7.3 and 26.7.4, finite sums.

    >>> round(student(2.920, 2), 4), student(0.0, 5)
    (0.95, 0.5)
    """
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2 == 1
    term = cosine if odd else 1.0
    total = 0.0
    for j in range(1 if odd else 0, freedom - 1, 2):
        total += term
        term *= cosine * cosine * (j + 1) / (j + 2)
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return min(max(0.5 + inside / 2, 0.0), 1.0)
