"""A model with its figures, ready to be worked with in Python.

klein = lw.model("klein1")
baseline = klein.scenario("1931", "1936")
stimulus = baseline + "G + 1 in 1932"
(stimulus - baseline).frame(["Y", "C"])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.period import Period
from longwave.core.settings import Settings, load_settings
from longwave.macro.attribution import Attribution, attribute
from longwave.macro.conditional import Conditional, conditional
from longwave.macro.control.frontier import Frontier, frontier
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.robust import RivalModel, RobustPolicy, robust
from longwave.macro.databank import Databank
from longwave.macro.estimate.result import ModelEstimate
from longwave.macro.estimate.system_result import SystemEstimate
from longwave.macro.impulse import Impulse, Multipliers, impulse, multipliers
from longwave.macro.model import Model
from longwave.macro.plan import goal_seek
from longwave.macro.scenario import Scenario
from longwave.macro.solution import Solution
from longwave.macro.stability import Stability, stability
from longwave.macro.steady_state import SteadyState, steady_state
from longwave.macro.stochastic.events import Event
from longwave.macro.stochastic.result import StochasticRun
from longwave.macro.stochastic.simulate import simulate
from longwave.workflows.model.estimate import coefficients_of, estimated
from longwave.workflows.model.figures import Figures, brought, find_figures
from longwave.workflows.model.optimise import loss_of, optimised
from longwave.workflows.model.solve import baseline_of
from longwave.workflows.model.source import Sourced, find_model


@dataclass(frozen=True, eq=False)
class ModelAtHand:
    """A model and the figures that it runs on."""

    sourced: Sourced
    figures: Figures

    @property
    def model(self) -> Model:
        return self.sourced.model

    @property
    def data(self) -> Databank:
        return self.figures.bank

    def scenario(self, first: str | None = None, last: str | None = None, **words: Any) -> Scenario:
        """The baseline over first..last (what the figures allow). words: given, track, mode, terminal as in
        `longwave.workflows.model.solve.baseline_of`. Add shocks to it: ``baseline + "G + 1 in 1930"``."""
        return baseline_of(self.sourced, self.figures, first, last, **words)

    def estimate(self, method: str | None = None, **words: Any) -> ModelEstimate | SystemEstimate:
        """The coefficients, by one of the estimators of ``longwave model estimate``."""
        return estimated(self.model, self.figures, method, **words)

    def estimated(self, method: str | None = None, **words: Any) -> ModelAtHand:
        """The same model with the coefficients that its figures give."""
        return self.with_model(self.estimate(method, **words).model)

    def with_model(self, model: Model) -> ModelAtHand:
        return replace(self, sourced=replace(self.sourced, model=model))

    def with_values(self, **values: float) -> ModelAtHand:
        """The same model with other parameter values."""
        return self.with_model(self.model.with_values(values))

    def simulate(
        self,
        first: str | None = None,
        last: str | None = None,
        *,
        coefficients: str = "",
        events: Sequence[str] = (),
        **words: Any,
    ) -> StochasticRun:
        """Many paths with drawn errors; words as `longwave.macro.stochastic.simulate.simulate` has them.

        coefficients: the estimator whose uncertainty is drawn as well.
        """
        held = self
        if coefficients:
            result = self.estimate(coefficients)
            held, words = self.with_model(result.model), {**words, "coefficients": coefficients_of(result)}
        span = held.scenario(first, last).span
        asked = tuple(Event(each) for each in events)
        return simulate(held.model, held.data, *span, events=asked, **words)

    def multipliers(
        self, of: str, to: str, first: str | None = None, last: str | None = None, **words: Any
    ) -> Multipliers:
        """What one unit more of `to` does to `of`, on impact, cumulated, in the long run."""
        return multipliers(self.scenario(first, last), of, to, **words)

    def impulse(self, name: str, first: str | None = None, last: str | None = None, **words: Any) -> Impulse:
        """The responses to one unit more of a column; words: size, at, permanent, fading, watch, draws as
        `longwave.macro.impulse.impulse` has them."""
        return impulse(self.scenario(first, last), name, **words)

    def goal_seek(
        self,
        first: str,
        last: str,
        targets: Mapping[tuple[str, Period | str], float],
        by: Sequence[tuple[str, Period | str]],
        **words: Any,
    ) -> Solution:
        """What columns must be for variables to reach targets: {("Y", "1936"): 60} by [("G", "1936")].

        words: as `longwave.macro.plan.goal_seek` has them, e.g. least_change=True for more instruments than targets."""
        span = self.scenario(first, last).span
        return goal_seek(self.model, self.data, *span, targets, by, **words)

    def attribute(
        self, scenario: Scenario, baseline: Scenario, watch: Sequence[str], **words: Any
    ) -> Attribution:
        """The change of variables between two scenarios shared out among what differs between them; words: groups."""
        return attribute(scenario, baseline, watch, **words)

    def frontier(
        self,
        first: str,
        last: str,
        *,
        targets: Sequence[str],
        policy_instruments: Sequence[str],
        discount: float = 1.0,
        **words: Any,
    ) -> Frontier:
        """The best trade-offs between the first two targets, sentences as in `optimise`; words: shares and others of
        `longwave.macro.control.frontier.frontier`. Raises UsageError for fewer than two targets."""
        loss, levers = loss_of(targets, policy_instruments, discount)
        if len(loss.targets) < 2:
            raise UsageError(say("models.two_targets"), say("models.bad_target_mend"))
        scenario = self.scenario(first, last)
        between = (loss.targets[0].name, loss.targets[1].name)
        return frontier(
            scenario.system, scenario.shocked_data, *scenario.span, loss, levers, between=between, **words
        )

    def robust(
        self,
        first: str,
        last: str,
        rivals: Mapping[str, ModelAtHand],
        *,
        targets: Sequence[str],
        policy_instruments: Sequence[str],
        discount: float = 1.0,
        **words: Any,
    ) -> RobustPolicy:
        """The paths that serve this model and its rivals, name -> model; sentences as in `optimise`, words: criterion and
        others of `longwave.macro.control.robust.robust`."""
        loss, levers = loss_of(targets, policy_instruments, discount)
        span = self.scenario(first, last).span
        held = {self.model.name: self, **rivals}
        models = [RivalModel(name, each.model, each.data) for name, each in held.items()]
        return robust(models, *span, loss, levers, **words)

    def stability(self, period: str | None = None) -> Stability:
        """The roots of the model, linearised at a period."""
        span = self.scenario(period, period).span
        return stability(self.model, self.data, span[0])

    def steady_state(self, period: str | None = None) -> SteadyState:
        """Where the model rests with what is given in a period."""
        span = self.scenario(period, period).span
        return steady_state(self.model, self.data, span[1])

    def conditional(self, first: str, last: str, conditions: Any, shocks: Any, **words: Any) -> Conditional:
        """The most likely path on conditions, {("Y", "1936"): 60}; shocks: {"C.add": its standard deviation}."""
        return conditional(self.scenario(first, last), conditions, shocks, **words)

    def optimise(
        self,
        first: str,
        last: str,
        *,
        targets: Sequence[str],
        policy_instruments: Sequence[str],
        discount: float = 1.0,
        method: str = "commitment",
    ) -> OptimalPolicy:
        """The best paths of policy instruments, from sentences such as ``Y = 60`` and ``G between 2 and 10 move 0.5``."""
        return optimised(self.scenario(first, last), targets, policy_instruments, discount, method)


def model(
    what: str | Path,
    *,
    data: str | Path | Databank | None = None,
    area: str | None = None,
    expectations: str = "",
    settings: Settings | None = None,
) -> ModelAtHand:
    """A model of the library or of a file, with its figures.

    data: a table's path or a databank. Raises UsageError, BadInput.
    """
    sourced = find_model(what, expectations=expectations, data=data)
    if isinstance(data, Databank):
        return ModelAtHand(sourced, brought(sourced, data, sourced.model.name))
    return ModelAtHand(sourced, find_figures(sourced, data, area, settings or load_settings({})))
