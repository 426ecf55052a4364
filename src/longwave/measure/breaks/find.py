"""Whether, how often and when a regression changed: every test, number and date of the room in one result.

Dates are positions: the 0-based index of the last observation of an old regime. (Stata and EViews name the
observation after it.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import say
from longwave.measure.breaks import critical
from longwave.measure.breaks.criteria import bic, least, lwz
from longwave.measure.breaks.date_law import Rounding, date_intervals
from longwave.measure.breaks.date_sets import date_sets
from longwave.measure.breaks.one_break import one_break
from longwave.measure.breaks.partition import Partition, partitions
from longwave.measure.breaks.resample import against_breaks, against_one_more
from longwave.measure.breaks.segments import Matrix, Regression, fit
from longwave.measure.breaks.wald import Assumptions, coefficient_covariance, f_statistic, next_break

Rule = Literal["bootstrap", "sequential", "bic", "lwz"]
RULES: tuple[Rule, ...] = ("bootstrap", "sequential", "bic", "lwz")

SHORTEST = 3
"""Fewest observations in a regime, whatever the trimming; and always two more than it has coefficients."""

_SET_DRAWS = 199
"""Draws for the likelihood sets, which are made for every possible date."""


@dataclass(frozen=True, slots=True)
class BreakTest:
    """One test. null_breaks: how many breaks the null hypothesis has; most_breaks: how many the alternative has at
    most; law: where critical value and p-value come from, ``limit`` or ``bootstrap``; critical, p_value: None
    where the limit law is not tabled (or a bootstrap has only the other).

    Statistics are scaled by the number of breaking regressors, as in the tables of Bai and Perron.
    """

    name: str
    null_breaks: int
    most_breaks: int
    statistic: float
    critical: float | None
    p_value: float | None
    level: float
    law: str
    covariance: str

    @property
    def rejected(self) -> bool:
        """False where neither critical value nor p-value is known."""
        if self.p_value is not None:
            return self.p_value <= self.level
        return self.critical is not None and self.statistic > self.critical


@dataclass(frozen=True, slots=True)
class Regime:
    """The coefficients of x between two breaks, with intervals that take the dates for known. first, last:
    positions."""

    first: int
    last: int
    coefficients: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Breaks:
    """What was found in n observations.

    chosen: the number of breaks by `rule`; positions: their dates; intervals: by the limit law of Bai and Perron;
    likelihood_intervals: by the bootstrapped likelihood ratio, the ones to trust; regimes: between them. numbers:
    the number by each rule. ssr, bic, lwz, partitions: by number of breaks 0, 1, ...; tests: all of them;
    persistence: the errors' first-order autocorrelation if there is no break; shortest: fewest
    observations in a regime.
    """

    n: int
    chosen: int
    rule: Rule
    positions: tuple[int, ...]
    intervals: tuple[tuple[int, int], ...]
    likelihood_intervals: tuple[tuple[int, int], ...]
    regimes: tuple[Regime, ...]
    numbers: Mapping[str, int]
    ssr: tuple[float, ...]
    bic: tuple[float, ...]
    lwz: tuple[float, ...]
    partitions: tuple[tuple[int, ...], ...]
    tests: tuple[BreakTest, ...]
    persistence: float
    shortest: int
    level: float

    def test(self, name: str) -> BreakTest:
        """The test of that name. Raises KeyError."""
        for one in self.tests:
            if one.name == name:
                return one
        raise KeyError(name)


def find_breaks(
    y: Any,
    x: Any = None,
    z: Any = None,
    *,
    trim: float = 0.15,
    most: int = 5,
    covariance: str = "hac",
    level: float = 0.95,
    errors: str = "by_regime",
    regressors: str = "by_regime",
    prewhiten: bool = True,
    rule: Rule = "bootstrap",
    number: int | None = None,
    rounding: Rounding = "outward",
    significance: float = 0.05,
    draws: int | None = None,
    seed: int = 0,
) -> Breaks:
    """Breaks in y = z b + x d_j + u, regimes j = 1, ..., m + 1.

    y (n,): in order of time, without gaps, finite. x (n, q): regressors whose coefficients break, default a
    constant (put one in x or z yourself when x is given). z (n, p): regressors whose coefficients do not break.

    trim: least share of the observations in a regime, floor(trim n), or from 2 on their number; most: most breaks
    looked for, fewer where there is no room. covariance: ``iid``, ``heteroskedastic`` or ``hac``; errors, regressors:
    ``by_regime`` or ``common``; prewhiten: of the hac covariance (all for the limit-law tests, the intervals by
    the limit law and those of the coefficients; see `wald`). level: of the intervals; significance: of the tests.

    rule: who chooses the number: ``bootstrap`` (UDmax for whether there is a break, then l + 1 against l, all with
    bootstrapped p-values: holds its size in short persistent series), ``sequential`` (the same by sup-F(l+1|l) and the
    limit law), ``bic``, ``lwz``; number: how many breaks to take instead (the rules are told all the same). rounding:
    of `intervals`, ``outward`` as in strucchange or ``nearest`` as in mbreaks. draws: of the bootstraps, default 999
    up to 150 observations, then 399; seed: their start.

    Methods and references: the modules of this room; docs/concepts/breaks.md says which to trust when.
    Raises BadInput for gaps, infinite numbers, a constant y, unequal lengths, collinear regressors or unknown
    options; NotEnoughData where a regime cannot hold its coefficients.
    """
    given = checked(y, x, z)
    assumed = Assumptions(covariance, errors, regressors, prewhiten)
    check_options(assumed, rule, rounding, level, significance)
    for name, count, fewest in (("most", most, 1), ("number", number or 0, 0), ("draws", draws or 19, 19)):
        if count < fewest or count != int(count):
            raise BadInput(say("breaks.bad_count", option=name, value=float(count), fewest=fewest))
    shortest = shortest_regime(given, trim)
    draws = draws if draws is not None else 999 if given.n <= 150 else 399
    rng = np.random.default_rng(seed)
    found = partitions(given, shortest, most)
    scores = {
        name: tuple(score(one.ssr, given.n, given.q, given.p, breaks) for breaks, one in enumerate(found))
        for name, score in (("bic", bic), ("lwz", lwz))
    }
    trimming = trim if trim < 1 else shortest / given.n
    by_limit = _limit_tests(given, found, shortest, trimming, assumed, significance)
    by_bootstrap, persistence, counted = _bootstrap_tests(given, found, shortest, draws, significance, rng)
    numbers = {
        "bic": least(scores["bic"]),
        "lwz": least(scores["lwz"]),
        "sequential": _sequential(by_limit, len(found) - 1),
        "bootstrap": counted,
    }
    chosen = numbers[rule] if number is None else min(number, len(found) - 1)
    ends = found[chosen].ends
    return Breaks(
        n=given.n,
        chosen=chosen,
        rule=rule,
        positions=tuple(end - 1 for end in ends),
        intervals=_positions(date_intervals(given, ends, assumed, level, rounding)),
        likelihood_intervals=_positions(date_sets(given, ends, shortest, level, min(draws, _SET_DRAWS), rng)),
        regimes=_regimes(given, ends, assumed, level),
        numbers=numbers,
        ssr=tuple(one.ssr for one in found),
        bic=scores["bic"],
        lwz=scores["lwz"],
        partitions=tuple(tuple(end - 1 for end in one.ends) for one in found),
        tests=(*by_limit, *by_bootstrap),
        persistence=persistence,
        shortest=shortest,
        level=level,
    )


def checked(y: Any, x: Any = None, z: Any = None) -> Regression:
    """The regression, looked at once. Raises BadInput."""
    series = np.asarray(y, dtype=np.float64)
    if series.ndim != 1:
        raise BadInput(say("breaks.not_a_series"))
    n = len(series)
    breaking = np.ones((n, 1)) if x is None else _columns(x, n)
    fixed = np.empty((n, 0)) if z is None else _columns(z, n)
    everything = np.column_stack([series, breaking, fixed])
    if not np.isfinite(everything).all():
        where = int(np.flatnonzero(~np.isfinite(everything).all(axis=1))[0])
        raise BadInput(say("breaks.not_finite", position=where), say("breaks.not_finite_mend"))
    given = Regression(series, breaking, fixed)
    if n <= given.q + given.p:
        raise NotEnoughData(
            say("breaks.too_short", count=n, fewest=2 * (SHORTEST + given.q + given.p)),
            say("breaks.too_short_mend"),
        )
    rest = fit(given.design(()), series)[1]
    if np.abs(rest).max() <= 1e-10 * max(float(np.abs(series).max()), 1e-300):
        raise BadInput(say("breaks.constant"), say("breaks.constant_mend"))
    return given


def _columns(values: Any, n: int) -> Matrix:
    columns = np.asarray(values, dtype=np.float64)
    if columns.ndim == 1:
        columns = columns[:, None]
    if columns.ndim != 2 or len(columns) != n:
        raise BadInput(say("breaks.unequal_lengths", rows=len(columns), count=n))
    return columns


def check_options(assumed: Assumptions, rule: str, rounding: str, level: float, significance: float) -> None:
    """Raises BadInput that names the option."""
    allowed = {
        "covariance": (assumed.covariance, ("iid", "heteroskedastic", "hac")),
        "errors": (assumed.errors, ("by_regime", "common")),
        "regressors": (assumed.regressors, ("by_regime", "common")),
        "rule": (rule, RULES),
        "rounding": (rounding, ("outward", "nearest")),
    }
    for name, (value, known) in allowed.items():
        if value not in known:
            raise BadInput(say("breaks.unknown_option", option=name, value=str(value), known=known))
    for name, share in (("level", level), ("significance", significance)):
        if not 0 < share < 1:
            raise BadInput(say("breaks.not_a_share", option=name, value=share))


def shortest_regime(given: Regression, trim: float) -> int:
    """Fewest observations in a regime. Raises BadInput or NotEnoughData."""
    if not (0 < trim < 0.5 or (trim >= 2 and trim == int(trim))):
        raise BadInput(say("breaks.bad_trim", value=trim))
    shortest = int(trim) if trim >= 2 else int(np.floor(trim * given.n + 1e-9))
    shortest = max(shortest, SHORTEST, given.q + 2)
    if given.n < 2 * shortest or given.n < 2 * (given.q + 2) + given.p:
        fewest = max(2 * shortest, 2 * (given.q + 2) + given.p)
        raise NotEnoughData(
            say("breaks.too_short", count=given.n, fewest=fewest), say("breaks.too_short_mend")
        )
    return shortest


def _limit_tests(
    given: Regression,
    found: tuple[Partition, ...],
    shortest: int,
    trim: float,
    assumed: Assumptions,
    significance: float,
) -> tuple[BreakTest, ...]:
    """Every test whose law is the limit law."""
    q, most, kind = given.q, len(found) - 1, assumed.covariance
    sup = [f_statistic(given, one.ends, assumed) for one in found[1:]]
    tests = []
    for breaks, statistic in enumerate(sup, start=1):
        law = critical.sup_f(breaks, q, trim)
        tests.append(_by_law(f"sup_f_{breaks}", breaks, statistic, law, significance, kind))
    tests.append(_by_law("ud_max", most, max(sup), critical.ud_max(most, q, trim), significance, kind))
    weighted = _wd_max(sup, q, trim, significance)
    if weighted is not None:
        bound = critical.wd_max_critical(most, q, trim, significance)
        tests.append(BreakTest("wd_max", 0, most, weighted, bound, None, significance, "limit", kind))
    for already in range(1, most):
        statistic, end = next_break(given, found[already], shortest, assumed)
        if end is None:
            break
        tests.append(
            BreakTest(
                f"sup_f_{already + 1}_given_{already}",
                already,
                already + 1,
                statistic,
                critical.next_critical(already, q, trim, significance),
                critical.next_p_value(statistic, already, q, trim),
                significance,
                "limit",
                kind,
            )
        )
    one = one_break(given, shortest)
    for name, statistic, law in (
        ("andrews_sup_f", one.sup, critical.sup_f(1, q, trim)),
        ("andrews_exp_f", one.exp, critical.exp_f(q, trim)),
        ("andrews_ave_f", one.ave, critical.ave_f(q, trim)),
    ):
        tests.append(_by_law(name, 1, statistic, law, significance, "iid"))
    return tuple(tests)


def _by_law(
    name: str,
    breaks: int,
    statistic: float,
    law: critical.TailQuantiles | None,
    significance: float,
    covariance: str,
) -> BreakTest:
    bound = None if law is None else law.critical(significance)
    p_value = None if law is None else law.p_value(statistic)
    return BreakTest(name, 0, breaks, statistic, bound, p_value, significance, "limit", covariance)


def _wd_max(sup: list[float], q: int, trim: float, significance: float) -> float | None:
    laws = [critical.sup_f(breaks, q, trim) for breaks in range(1, len(sup) + 1)]
    bounds = [law.critical(significance) for law in laws if law is not None]
    if len(bounds) < len(sup):
        return None
    return max(bounds[0] / bound * statistic for bound, statistic in zip(bounds, sup, strict=True))


def _sequential(tests: tuple[BreakTest, ...], most: int) -> int:
    """The first l at which one break more is not called for. UDmax first: a single break may hide two that undo
    each other (Bai and Perron 2003, section 5.5)."""
    by_name = {test.name: test for test in tests}
    if not (by_name["sup_f_1"].rejected or by_name["ud_max"].rejected):
        return 0
    count = 1
    while count < most:
        following = by_name.get(f"sup_f_{count + 1}_given_{count}")
        if following is None or not following.rejected:
            break
        count += 1
    return count


def _bootstrap_tests(
    given: Regression,
    found: tuple[Partition, ...],
    shortest: int,
    draws: int,
    significance: float,
    rng: np.random.Generator,
) -> tuple[tuple[BreakTest, ...], float, int]:
    """The bootstrapped tests, the persistence of the noise, and the number of breaks they lead to."""
    most = len(found) - 1
    drawn = against_breaks(given, shortest, most, draws, rng)
    pairs = zip(drawn.statistics, drawn.p_values, strict=True)
    tests = [
        _bootstrapped(f"bootstrap_sup_f_{breaks}", 0, breaks, statistic, p, significance)
        for breaks, (statistic, p) in enumerate(pairs, start=1)
    ]
    tests.append(_bootstrapped("bootstrap_ud_max", 0, len(tests), drawn.ud_max, drawn.ud_max_p, significance))
    count = int(tests[-1].rejected)
    while 0 < count < most and found[count].ssr > 1e-12 * found[0].ssr:
        statistic, p = against_one_more(given, found[count].ends, shortest, most, draws, rng)
        name = f"bootstrap_sup_f_{count + 1}_given_{count}"
        tests.append(_bootstrapped(name, count, count + 1, statistic, p, significance))
        if not tests[-1].rejected:
            break
        count += 1
    return tuple(tests), drawn.persistence, count


def _bootstrapped(
    name: str, null: int, most: int, statistic: float, p_value: float, significance: float
) -> BreakTest:
    return BreakTest(name, null, most, statistic, None, p_value, significance, "bootstrap", "ar1")


def _regimes(
    given: Regression, ends: tuple[int, ...], assumed: Assumptions, level: float
) -> tuple[Regime, ...]:
    from scipy.special import ndtri

    coefficients, rest = fit(given.design(ends), given.y)
    covariance = coefficient_covariance(given, ends, rest, assumed)
    half = ndtri((1 + level) / 2) * np.sqrt(np.maximum(np.diag(covariance), 0.0))
    bounds, found = (0, *ends, given.n), []
    for place in range(len(ends) + 1):
        own = slice(place * given.q, (place + 1) * given.q)
        value, margin = coefficients[own], half[own]
        found.append(
            Regime(
                bounds[place],
                bounds[place + 1] - 1,
                tuple(map(float, value)),
                tuple(map(float, value - margin)),
                tuple(map(float, value + margin)),
            )
        )
    return tuple(found)


def _positions(intervals: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Numbers of observations in the old regime, as positions of its last one."""
    return tuple((low - 1, high - 1) for low, high in intervals)
