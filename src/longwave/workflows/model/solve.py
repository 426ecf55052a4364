"""``longwave model solve``: a baseline, scenarios on it, and what separates them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from longwave.core.errors import UsageError
from longwave.core.message import Language, Names, say
from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.macro.attribution import Attribution, attribute
from longwave.macro.scenario import Difference, Scenario
from longwave.macro.shock import Shock, shock
from longwave.macro.solve import SolveOptions, bound
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.scenario_file import read_scenarios
from longwave.workflows.model.source import Sourced, find_model
from longwave.workflows.model.span import solvable_span
from longwave.workflows.model.tables import plain_columns

SHOWN = 6
"""Variables shown where nobody names any."""


@dataclass(frozen=True, eq=False)
class Solved:
    """A solved model. baseline: without shocks; scenarios: with; watch: the variables asked for or worth a look.

    chosen: whether they were asked for; attribution: what made the first scenario's changes, where that was asked."""

    sourced: Sourced
    figures: Figures
    baseline: Scenario
    scenarios: tuple[Scenario, ...]
    watch: tuple[str, ...]
    attribution: Attribution | None = None
    chosen: bool = False

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(each - self.baseline for each in self.scenarios)

    def results(self, lang: Language = "en") -> dict[str, Any]:
        """What --json prints: paths of the watched variables and the certificates."""
        return {
            "model": self.sourced.model.name,
            "data": self.figures.named(lang),
            "first": str(self.baseline.span[0]),
            "last": str(self.baseline.span[1]),
            "baseline": self._told(self.baseline, lang),
            "scenarios": [
                {
                    **each.as_dict(),
                    **self._told(each, lang),
                    "difference": plain_columns((each - self.baseline).frame(self.watch)),
                }
                for each in self.scenarios
            ],
            "causes": None
            if self.attribution is None
            else {name: plain_columns(frame) for name, frame in self.attribution.parts.items()},
            "warnings": [each.text(lang) for each in (*self.sourced.warnings, *self.figures.notes)],
        }

    def _told(self, scenario: Scenario, lang: Language) -> dict[str, Any]:
        certificate = scenario.solution.certificate
        return {
            "paths": plain_columns(scenario.solution.frame(self.watch)),
            "certificate": {
                "residual": certificate.residual,
                "equation": certificate.equation,
                "period": certificate.period,
                "tolerance": certificate.tolerance,
                "engine": certificate.engine,
                "method": certificate.method,
                "sentence": certificate.sentence().text(lang),
            },
        }


def solve_model(
    what: str | Path,
    *,
    data: str | Path | None = None,
    area: str | None = None,
    first: str | None = None,
    last: str | None = None,
    given: Sequence[str] = (),
    shocks: Sequence[str] = (),
    scenarios: Path | None = None,
    track: bool = False,
    mode: str = "dynamic",
    terminal: str = "data",
    start: str = "data",
    watch: Sequence[str] = (),
    why: bool = False,
    expectations: str = "",
    settings: Settings,
) -> Solved:
    """Solves a model over first..last (all periods that its figures allow), with and without shocks.

    what: a file or a name of the library; shocks: sentences as `longwave.macro.shock` reads them, together one
    scenario; scenarios: a file of more; track: add-factors make the figures themselves the baseline;
    why: the first scenario's changes are shared out among its causes. Raises
    UsageError, BadInput, ModelError and SolveError.
    """
    sourced = find_model(what, expectations=expectations, data=data)
    figures = find_figures(sourced, data, area, settings, first, last)
    baseline = baseline_of(
        sourced, figures, first, last, given=given, track=track, mode=mode, terminal=terminal, start=start
    )
    made = (
        [(baseline + read_shocks(sourced, shocks)).named("shock", Names("; ".join(shocks)))] if shocks else []
    )
    made += [
        (baseline + own_names(sourced, each.shocks)).named(each.name, each.names)
        for each in (read_scenarios(scenarios) if scenarios else ())
    ]
    checked = _watched(baseline, [sourced.own_name(each) for each in watch])
    solved = Solved(sourced, figures, baseline, tuple(made), checked, chosen=bool(watch))
    for one in (baseline, *made):
        _ = one.solution  # solved here, so that what fails fails before anything is told
    solved = solved if watch else replace(solved, watch=_worth_a_look(solved))
    if not why:
        return solved
    if not solved.scenarios:
        raise UsageError(say("models.no_scenario"), say("models.no_scenario_mend"))
    return replace(solved, attribution=attribute(solved.scenarios[0], baseline, solved.watch))


def read_shocks(sourced: Sourced, sentences: Sequence[str]) -> list[Shock]:
    """Shocks from sentences, under the names that the model has here."""
    return own_names(sourced, [shock(each) for each in sentences])


def own_names(sourced: Sourced, shocks: Sequence[Shock]) -> list[Shock]:
    return [replace(each, name=sourced.own_name(each.name), by=sourced.own_name(each.by)) for each in shocks]


def baseline_of(
    sourced: Sourced,
    figures: Figures,
    first: str | None,
    last: str | None,
    *,
    given: Sequence[str] = (),
    track: bool = False,
    mode: str = "dynamic",
    terminal: str = "data",
    start: str = "data",
) -> Scenario:
    """The scenario without shocks over first..last, or the longest span that the figures allow."""
    if mode not in ("dynamic", "static", "one_equation"):
        raise UsageError(say("models.unknown_mode", mode=mode), say("models.unknown_mode_mend"))
    if terminal not in ("data", "constant", "growth", "difference"):
        raise UsageError(
            say("models.unknown_terminal", terminal=terminal), say("models.unknown_terminal_mend")
        )
    if start not in ("data", "previous"):
        raise UsageError(say("models.unknown_start", start=start), say("models.unknown_start_mend"))
    begin, end = _span(sourced, figures, first, last, terminal)
    options = SolveOptions(mode=mode, terminal=terminal, start=start)  # type: ignore[arg-type]
    return Scenario(
        sourced.model, figures.bank, begin, end,
        given=tuple(read_shocks(sourced, given)), tracking=track, options=options,
    )  # fmt: skip


def _span(
    sourced: Sourced, figures: Figures, first: str | None, last: str | None, terminal: str
) -> tuple[Period, Period]:
    given = sourced.library.span if sourced.library is not None and figures.own else figures.span
    begin = Period.parse(first) if first else None
    end = Period.parse(last) if last else None
    if begin is None or end is None:
        most = given or solvable_span(bound(sourced.model), figures.bank, terminal)
        begin, end = begin or most[0], end or most[1]
    for each in (begin, end):
        if each.frequency is not figures.bank.first.frequency:
            raise UsageError(
                say("models.other_frequency", period=str(each), first=str(figures.bank.first)),
                say("shock.frequency_mend"),
            )
    return begin, end


def _watched(baseline: Scenario, watch: Sequence[str]) -> tuple[str, ...]:
    for name in watch:
        if not baseline.system.has(name):
            raise UsageError(
                say("model.unknown_variable", name=name),
                say("model.unknown_variable_mend", model=baseline.model.name),
            )
    return tuple(watch) or baseline.system.variables[:SHOWN]


def first_few(sourced: Sourced) -> tuple[str, ...]:
    """The variables shown where nobody names any and nothing ranks them: the library's choice, or the first ones."""
    if sourced.library is not None and sourced.library.watch:
        return tuple(sourced.library.watch)
    return tuple(each.name for each in sourced.model.endogenous[:SHOWN])


def _worth_a_look(solved: Solved) -> tuple[str, ...]:
    """The library's choice; or the first variables of a small model; or those that the scenarios move most."""
    entry, model = solved.sourced.library, solved.baseline.model
    if entry is not None and entry.watch:
        return tuple(entry.watch)
    names = [each.name for each in model.endogenous]
    if not solved.scenarios or len(names) <= SHOWN:
        return tuple(names[:SHOWN])
    change = solved.differences[0].frame(names)
    spread = solved.baseline.solution.frame(names).abs().mean() + 1e-9
    moved = (change.abs().max() / spread).replace([np.inf, -np.inf], np.nan).dropna()
    return tuple(str(each) for each in moved.sort_values(ascending=False, kind="stable").index[:SHOWN])
