"""What a policy domain is: data that one loop reads, no code of its own.

A domain is a folder: ``domain.toml`` (read by `read`), ``model.lw`` (the model that carries policy instruments
to policy targets) and, where something is estimated, ``estimates.lw`` (equations over published
series, in the same language).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from longwave.core.message import Names
from longwave.macro.library.mapped_column import Alternative
from longwave.macro.model import NO_NAMES, Model
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.monitor.rule import WatchRule

Better = Literal["higher", "lower", "near", "neither"]


@dataclass(frozen=True, slots=True)
class Announced:
    """A figure that an authority has announced: in force from `since` until the next one of the same area."""

    since: int
    value: float
    source: str


Published: TypeAlias = "Mapping[str, tuple[Announced, ...]]"
"""By area, each row later than the one before."""


@dataclass(frozen=True, eq=False)
class Indicator:
    """A figure that speaks for the state of an area.

    ways: alternatives over the concepts of the store (the first whose series are there is taken); or measure: the
    name of a registered measure, with `column` of its table (bounds in ``column_low``, ``column_high``) or
    `estimate` of its estimates, times `factor`; or published: what an authority has announced, typed in the domain's
    folder. better: which way is good. needed: without it the domain cannot be judged at all. headline: it stands in
    the brief whatever the rules find.
    """

    name: str
    names: Names
    unit: Names
    better: Better
    ways: tuple[Alternative, ...] = ()
    measure: str = ""
    column: str = ""
    estimate: str = ""
    factor: float = 1.0
    note: Names = NO_NAMES
    needed: bool = False
    published: Published | None = None
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a rule. kind: a name of `conditions.KINDS`; value, years, level, other: as that kind reads them;
    fresh: by how many years the figure may end before the newest of the area to be judged at all, 0 for any number."""

    indicator: str
    kind: str
    value: float = 0.0
    years: int = 0
    level: float = 0.9
    other: str = ""
    fresh: int = 8


@dataclass(frozen=True, slots=True)
class Rule:
    """A diagnosis and when it holds: where every condition does.

    stops: whether the model is not made for an area where it fires, so that nothing is designed; problem: whether it
    asks for action (else it is a strength or a caution); calls_for: the policy instruments it speaks for; source:
    where the rule is from.
    """

    name: str
    conditions: tuple[Condition, ...]
    diagnosis: Names
    reason: Names
    source: str
    problem: bool = True
    calls_for: tuple[str, ...] = ()
    stops: bool = False


@dataclass(frozen=True, eq=False)
class Uncertain:
    """A parameter of the model and where its value comes from.

    equation, coefficient: of ``estimates.lw``; sign: -1, 0 (either) or 1, what theory says of the coefficient;
    factor: the parameter is the coefficient times this. first, skip: years of the sample. shrink: towards the mean
    of the countries. panel: the parameter is the mean of all countries. low, high: range of the literature
    (uniform), with its source. indicator: the
    parameter is by how much the last figure of this indicator may be wrong, 0 in the middle, spread as its band says.
    sense: where an estimate has to lie to be what the model takes it for; beyond it the parameter is not known.
    at_least: the indicator whose last figure the range of the literature does not fall below.
    """

    name: str
    equation: str = ""
    coefficient: str = ""
    sign: int = 0
    factor: float = 1.0
    first: str = ""
    skip: tuple[str, ...] = ()
    pooling: Literal["shrink", "none", "two_way"] = "shrink"
    low: float | None = None
    high: float | None = None
    source: str = ""
    ask_user: bool = False
    indicator: str = ""
    sense: tuple[float, float] | None = None
    at_least: str = ""


@dataclass(frozen=True, slots=True)
class Incidence:
    """A group that gains (sign 1) or loses (sign -1) when a policy instrument is used more, and why."""

    group: str
    sign: int
    why: Names


@dataclass(frozen=True, slots=True)
class Bar:
    """Areas in which a policy instrument is not at hand, and why."""

    areas: frozenset[str]
    why: Names


@dataclass(frozen=True, eq=False)
class DomainInstrument:
    """What a government can set: an exogenous column of the model, measured from what is in force (0: no change).

    step: the most it may move in a year; usual_move: how much it usually moves, the scale of the cost of moving it;
    cost: share of GDP a year that one unit of it takes from the budget, as a number or the name of a column of the
    model; lags: what is said of when it works; through: the parameters on its way into the model; serves: the target
    without which it is not moved, for it would be moved blindly.
    """

    name: str
    names: Names
    unit: Names
    low: float
    high: float
    step: float | None
    usual_move: float
    cost: float | str = 0.0
    lags: Names = NO_NAMES
    through: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    incidence: tuple[Incidence, ...] = ()
    serves: str = ""


@dataclass(frozen=True, eq=False)
class DomainTarget:
    """What it should bring: a column of the model, where it should be (a number or a column), and the gap that is met.

    after: years of the plan that do not count yet; through: the parameters on the way out to it; better: which side of
    `desired` counts as met too ("lower", "higher"; the loss minds both sides all the same); when:
    rules of which one must have fired for `desired` to be wanted: else `otherwise` is (a number or a column: where
    the target stands if nothing is changed), unless the user asks for one; called: whether `desired` is wanted;
    meanwhile: the column that tells how much of a target that comes later is there within the plan.
    """

    name: str
    names: Names
    unit: Names
    desired: float | str
    tolerance: float
    after: int = 0
    through: tuple[str, ...] = ()
    priority: float = 1.0
    better: Literal["near", "lower", "higher"] = "near"
    when: tuple[str, ...] = ()
    otherwise: float | str = 0.0
    called: bool = True
    meanwhile: str = ""


@dataclass(frozen=True, eq=False)
class Case:
    """A named set of changes whose outcome is computed and not chosen: what would follow if somebody did this.

    settings: policy instrument -> value held over the plan; claims: expressions over the model's columns, with their
    wording, that somebody says will come true in `year` of the plan.
    """

    name: str
    names: Names
    settings: Mapping[str, float]
    claims: tuple[tuple[str, Names], ...]
    year: int = 1
    source: str = ""


@dataclass(frozen=True, eq=False)
class Domain:
    """A policy domain as its folder says it.

    map: model column -> alternatives over indicators and concepts; shocks: add-factor of the model -> equation of
    `estimates` whose residuals it is drawn from; horizon: years of the plan; watch, evaluations: what is watched,
    and how it is judged.
    """

    name: str
    names: Names
    about: Names
    references: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    model: Model
    estimates: Model | None
    parameters: tuple[Uncertain, ...]
    instruments: tuple[DomainInstrument, ...]
    targets: tuple[DomainTarget, ...]
    map: Mapping[str, tuple[Alternative, ...]]
    shocks: Mapping[str, str]
    cases: tuple[Case, ...]
    horizon: int
    discount: float
    watched: tuple[str, ...]
    watch: tuple[WatchRule, ...] = ()
    evaluations: tuple[EvaluationDesign, ...] = ()
    refuses: tuple[Names, ...] = field(default=())

    def indicator(self, name: str) -> Indicator:
        return next(each for each in self.indicators if each.name == name)

    def instrument(self, name: str) -> DomainInstrument:
        return next(each for each in self.instruments if each.name == name)

    def target(self, name: str) -> DomainTarget:
        return next(each for each in self.targets if each.name == name)
