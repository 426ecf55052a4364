"""``longwave model rest``: where a model rests, and whether it goes there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longwave.core.errors import SolveError
from longwave.core.message import Language, Message
from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.macro.solve import bound
from longwave.macro.stability import Stability, stability
from longwave.macro.steady_state import SteadyState, resting_bank, steady_state
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.solve import baseline_of
from longwave.workflows.model.source import Sourced, find_model


@dataclass(frozen=True, eq=False)
class Rested:
    """state: None where the model has no steady state, and `why` says so; roots: at rest, else at the figures."""

    sourced: Sourced
    figures: Figures
    period: Period
    state: SteadyState | None
    why: SolveError | None
    roots: Stability

    def results(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "model": self.sourced.model.name,
            "data": self.figures.named(lang),
            "period": str(self.period),
            "steady_state": None if self.state is None else dict(self.state.values),
            "refused": None if self.why is None else self.why.text(lang),
            "verdict": str(self.roots.verdict),
            "stability": self.roots.sentence().text(lang),
            "roots": self.roots.frame().to_dict(orient="records"),
        }

    def sentences(self) -> tuple[Message, ...]:
        """What the roots say, and whether the model goes to its state of rest at all."""
        return (
            (self.roots.sentence(),)
            if self.state is None
            else self.state.sentences() or (self.roots.sentence(),)
        )


def rest_of(
    what: str | Path,
    *,
    data: str | Path | None = None,
    area: str | None = None,
    at: str | None = None,
    expectations: str = "",
    settings: Settings,
) -> Rested:
    """The steady state for what is given in period `at` (the last that the figures allow), and the roots there.

    Raises UsageError, BadInput, ModelError; SolveError where the model cannot be linearised.
    """
    sourced = find_model(what, expectations=expectations, data=data)
    figures = find_figures(sourced, data, area, settings)
    system = bound(sourced.model)
    period = baseline_of(sourced, figures, at, at).span[1]
    try:
        state = steady_state(system, figures.bank, period)
    except SolveError as error:
        return Rested(sourced, figures, period, None, error, stability(system, figures.bank, period))
    before, after = system.max_lag + 1, system.max_lead
    resting = resting_bank(state, period + -before, before + 1 + after)
    return Rested(sourced, figures, period, state, None, stability(system, resting, period))
