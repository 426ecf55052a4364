"""What is written down before the policy begins: which outcome, how long, by which method, against whom, how small an
effect could be seen, and what is promised. An evaluation thought out afterwards finds what it looks for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.policy.toml_table import TomlTable

Estimator: TypeAlias = Literal[
    "local_projection", "synthetic_control", "difference_in_differences", "state_space"
]
ESTIMATORS: tuple[Estimator, ...] = (
    "local_projection",
    "synthetic_control",
    "difference_in_differences",
    "state_space",
)
UNNAMED = Names("")
LONGEST = 400
"""Most periods after the start: beyond a century of quarters nothing is an effect of one policy."""


@dataclass(frozen=True, slots=True)
class EvaluationDesign:
    """The plan of an evaluation.

    name: how it is called; outcome: an expression over concepts, computed by whoever calls; horizon: periods looked at,
    the start being the first; estimator: one of `ESTIMATORS`; title: its name for readers; donors: areas to compare
    with, all of the table where empty; exclude: areas never to be compared with (hit by the same policy, or by its
    spill-overs); fewest_donors: below it a synthetic control is refused; higher_is_better: None where only the promise
    tells; minimum_detectable_effect: as written before the start, None where it is to be computed; promised: the
    variable of the designed plan whose path is the promise, empty where none; intercept: synthetic controls fit the
    movement, not the level; lags: of local projections, None for the frequency's own; trend: of the state space
    (auto, level, drift, slope); unit, sources: of the outcome; level: of intervals.
    """

    name: str
    outcome: str
    horizon: int
    estimator: Estimator
    title: Names = UNNAMED
    donors: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fewest_donors: int = 5
    higher_is_better: bool | None = None
    minimum_detectable_effect: float | None = None
    promised: str = ""
    intercept: bool = False
    lags: int | None = None
    trend: Literal["auto", "level", "drift", "slope"] = "auto"
    unit: str = ""
    sources: tuple[str, ...] = ()
    level: float = 0.95

    def __post_init__(self) -> None:
        if not self.outcome.strip():
            raise UsageError(say("evaluation.no_outcome", name=self.name), say("evaluation.no_outcome_mend"))
        if self.estimator not in ESTIMATORS:
            raise UsageError(say("evaluation.unknown_estimator", name=str(self.estimator), known=ESTIMATORS))
        if not 1 <= self.horizon <= LONGEST:
            raise UsageError(say("evaluation.bad_horizon", horizon=self.horizon, most=LONGEST))
        if not 0.5 <= self.level < 1:
            raise UsageError(say("evaluation.bad_level", level=self.level))
        smallest = self.minimum_detectable_effect
        if smallest is not None and not (smallest > 0 and math.isfinite(smallest)):
            raise UsageError(say("evaluation.bad_smallest", value=smallest))
        if self.lags is not None and not 0 <= self.lags <= 24:
            raise UsageError(say("evaluation.bad_lags", lags=self.lags))
        if self.fewest_donors < 2:
            raise UsageError(say("evaluation.bad_fewest", fewest=self.fewest_donors))


def read_design(told: TomlTable) -> EvaluationDesign:
    """A design from a domain's ``[[evaluation]]``.

    Cells: name, outcome, horizon, estimator; and where wanted title, donors ("all" or a list of areas), exclude,
    fewest_donors, better ("higher" or "lower"), minimum_detectable_effect, promised, intercept, lags, trend, unit.
    Raises BadInput naming file, table and key for what is wrong, and UsageError for numbers out of bounds.
    """
    design = EvaluationDesign(
        name=told.text("name"),
        outcome=told.text("outcome"),
        horizon=told.whole("horizon"),
        estimator=_estimator(told),
        title=told.names("title", UNNAMED),
        donors=_donors(told),
        exclude=told.texts("exclude"),
        fewest_donors=told.whole("fewest_donors", 5),
        higher_is_better=_better(told),
        minimum_detectable_effect=told.optional_number("minimum_detectable_effect"),
        promised=told.text("promised", ""),
        intercept=told.flag("intercept"),
        lags=told.whole("lags") if told.has("lags") else None,
        trend=_trend(told),
        unit=told.text("unit", ""),
    )
    told.finish()
    return design


def _estimator(told: TomlTable) -> Estimator:
    found = told.choice("estimator", ESTIMATORS)
    return next(each for each in ESTIMATORS if each == found)


def _trend(told: TomlTable) -> Literal["auto", "level", "drift", "slope"]:
    known: tuple[Literal["auto", "level", "drift", "slope"], ...] = ("auto", "level", "drift", "slope")
    found = told.choice("trend", known, "auto")
    return next(each for each in known if each == found)


def _donors(told: TomlTable) -> tuple[str, ...]:
    if told.raw("donors", "all") == "all":
        return ()
    return told.texts("donors")


def _better(told: TomlTable) -> bool | None:
    if not told.has("better"):
        return None
    return told.choice("better", ("higher", "lower")) == "higher"
