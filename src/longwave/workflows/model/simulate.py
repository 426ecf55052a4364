"""``longwave model simulate``: how far the paths of a model spread when its errors are drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from longwave.core.errors import UsageError
from longwave.core.estimate import Estimate
from longwave.core.message import Language, Message, say
from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.macro.stochastic.events import Event
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.result import StochasticRun
from longwave.macro.stochastic.simulate import StochasticOptions, simulate
from longwave.report.document import Band, Chart, Curve, Document, Mark, Section
from longwave.workflows.fan import period_name
from longwave.workflows.model.estimate import (
    SINGLE,
    SYSTEM,
    coefficients_of,
    estimated,
    methods_of,
    reestimated,
)
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.solve import SHOWN, baseline_of, first_few, read_shocks
from longwave.workflows.model.source import Sourced, find_model
from longwave.workflows.model.tables import (
    decimals_of,
    figure_among,
    model_name,
    plain_columns,
    variable_name,
)

METHODS: dict[str, Literal["bootstrap", "block", "normal"]] = {
    "bootstrap": "bootstrap",
    "block": "block",
    "normal": "normal",
}


@dataclass(frozen=True, eq=False)
class Simulated:
    """A stochastic run and the probabilities that were asked for, each of the event in its place.

    methods: the estimators that gave the coefficients in place of the model's own values, none where those were used.
    """

    sourced: Sourced
    figures: Figures
    run: StochasticRun
    events: tuple[Estimate, ...]
    asked: tuple[Event, ...] = ()
    methods: tuple[str, ...] = ()

    def results(self, lang: Language = "en") -> dict[str, Any]:
        run = self.run
        return {
            "model": self.sourced.model.name,
            "data": self.figures.named(lang),
            "first": str(run.first),
            "last": str(run.last),
            "replications": run.replications,
            "solved": run.solved,
            "seed": run.seed,
            "method": run.method,
            "watched": {name: plain_columns(run.fan(name).frame()) for name in run.names},
            "events": [each.as_dict(lang) for each in self.events],
            "failures": run.failures.sentence().text(lang),
            "certificate": run.certificate.sentence().text(lang),
            "estimators": list(self.methods),
            "notes": [each.text(lang) for each in self.notes()],
        }

    def notes(self) -> tuple[Message, ...]:
        """What stands behind the draws."""
        return (*((reestimated(self.methods),) if self.methods else ()), *self.run.notes)

    def probabilities(self) -> tuple[Message, ...]:
        """The probability of each event, and in which periods it counts."""
        return tuple(
            _probability(self.run, event, each) for event, each in zip(self.asked, self.events, strict=True)
        )


def simulate_model(
    what: str | Path,
    *,
    data: str | Path | None = None,
    area: str | None = None,
    first: str | None = None,
    last: str | None = None,
    given: Sequence[str] = (),
    shocks: Sequence[str] = (),
    replications: int = 1000,
    method: str = "bootstrap",
    residuals: tuple[str, str] = ("", ""),
    scale: float = 1.0,
    most_failed: float = 0.05,
    coefficients: str = "",
    track: bool = False,
    watch: Sequence[str] = (),
    events: Sequence[str] = (),
    seed: int = 0,
    threads: int | None = None,
    expectations: str = "",
    settings: Settings,
) -> Simulated:
    """Draws the errors of the past (residuals: first and last period of their sample) again and solves each time.

    scale: what residuals are multiplied by; most_failed: share of failed replications above which there is no result;
    coefficients: the estimator whose uncertainty is drawn as well, "" for none; events: expressions such as ``u > 6``,
    each told with its probability. Raises UsageError, NotEnoughData, SolveError.
    """
    if method not in METHODS:
        raise UsageError(
            say("models.unknown_draw", method=method), say("models.unknown_draw_mend", methods=tuple(METHODS))
        )
    sourced = find_model(what, expectations=expectations, data=data)
    figures = find_figures(sourced, data, area, settings, first, last)
    baseline = baseline_of(sourced, figures, first, last, given=given, track=track)
    if first is None and not any(residuals):
        baseline = replace(baseline, first=_with_a_past(*baseline.span))
    scenario = baseline + read_shocks(sourced, shocks)
    model, drawn = sourced.model, None
    methods: tuple[str, ...] = ()
    if coefficients:
        if coefficients not in SINGLE + SYSTEM:
            raise UsageError(
                say("models.unknown_method", method=coefficients),
                say("models.unknown_method_mend", methods=SINGLE + SYSTEM),
            )
        result = estimated(model, figures, coefficients)
        model, drawn, methods = result.model, coefficients_of(result), methods_of(result)
    asked = tuple(Event(each) for each in events)
    columns = (
        tuple(f"{name}.add" for name in sourced.imported.stochastic)
        if sourced.imported is not None and sourced.imported.stochastic
        else None
    )
    chosen = tuple(watch) or first_few(sourced)
    run = simulate(
        model, _with_history(figures, scenario), *scenario.span, replications=replications,
        residuals=Residuals(columns=columns, first=residuals[0], last=residuals[1], scale=scale), coefficients=drawn,
        method=METHODS[method], seed=seed, watch=chosen, events=asked, threads=threads,
        options=StochasticOptions(most_failed=most_failed),
    )  # fmt: skip
    if drawn is None:
        _must_spread(run)
    return Simulated(sourced, figures, run, tuple(run.probability(each) for each in asked), asked, methods)


def _must_spread(run: StochasticRun) -> None:
    """Raises UsageError where every residual that is drawn is nought: all paths would be the same."""
    table = run.residuals
    if table is None or bool((abs(table.values) > 0.0).any()):
        return
    raise UsageError(
        say("models.no_spread", first=table.periods[0], last=table.periods[-1]), say("models.no_spread_mend")
    )


def _with_a_past(first: Period, last: Period) -> Period:
    """Where a simulation begins if nobody says: the last third of what can be solved; what lies before gives the errors."""
    return first + 2 * (last - first + 1) // 3


def _with_history(figures: Figures, scenario: Any) -> Any:
    """The scenario's figures with all the history that residuals are computed from."""
    from longwave.macro.databank import Databank

    part, whole = scenario.shocked_data, figures.bank
    names = tuple(dict.fromkeys((*whole.names, *part.names)))
    values = whole.columns(names)
    place = {name: number for number, name in enumerate(names)}
    start = whole.row(part.first)
    stop = min(len(values), start + len(part.values))
    for number, name in enumerate(part.names):
        values[start:stop, place[name]] = part.values[: stop - start, number]
    return Databank(whole.first, names, values)


def document(found: Simulated) -> Document:
    """A fan a watched variable, the probabilities asked for, and what failed."""
    model, run = found.sourced.model, found.run
    name = model_name(model)
    return Document(
        title=say("models.simulate_title", model=name),
        lead=say(
            "models.simulate_lead",
            count=run.solved,
            first=period_name(str(run.first)),
            last=period_name(str(run.last)),
            data=found.figures.where,
            method=say(f"models.draw_{run.method}"),
        ),
        headlines=(*found.probabilities(), *(headline(found, each) for each in run.names[:SHOWN])),
        sections=tuple(_section(found, each) for each in run.names),
        origins=dict(found.figures.origins),
        caveats=(
            *found.sourced.warnings,
            *found.figures.notes,
            run.failures.sentence(),
            run.certificate.sentence(),
            *found.notes(),
            say("models.simulate_caveat"),
        ),
    )


def _probability(run: StochasticRun, event: Event, each: Estimate) -> Message:
    rows = event.rows(run.first, len(run.periods))
    first, last = run.periods[rows.start], run.periods[rows.stop - 1]
    span = {"first": period_name(first), "last": period_name(last)}
    if first == last:
        when = say("models.in_period", period=span["first"])
    elif event.in_a_row > 1:
        when = say("models.in_a_row", count=event.in_a_row, **span)
    else:
        when = say(f"models.in_{event.when}", **span)
    return say(
        "models.probability",
        event=each.name,
        when=when,
        value=each.value,
        low=each.low,
        high=each.high,
        count=run.solved,
    )


def headline(found: Simulated, name: str) -> Any:
    """Where a variable ends, and how far it may be from there."""
    fan = found.run.fan(name)
    frame = fan.frame()
    last = frame.iloc[-1]
    return say(
        "models.fan_headline",
        name=variable_name(found.sourced.model, name),
        last=period_name(fan.periods[-1]),
        median=figure_among(float(last["median"]), frame["median"]),
        low=figure_among(float(last["low_0.8"]), frame["median"]),
        high=figure_among(float(last["high_0.8"]), frame["median"]),
    )


def _section(found: Simulated, name: str) -> Section:
    return Section(
        key=f"fan-{name}",
        title=say("models.section", name=variable_name(found.sourced.model, name)),
        answers=(headline(found, name),),
        charts=(fan_chart(found, name),),
    )


def fan_chart(found: Simulated, name: str) -> Chart:
    """History, median, baseline and bands of a watched variable."""
    fan = found.run.fan(name)
    frame = fan.frame()
    history = fan.history.dropna()
    curves = [Curve(say("workflows.observed"), history)] if len(history) else []
    start = 0 if curves else None
    place = len(curves)
    curves.append(Curve(say("models.median"), frame["median"], dashed=True, follows=start))
    bands = tuple(
        Band(frame[f"low_{each.level:g}"], frame[f"high_{each.level:g}"], each.level, place)
        for each in fan.bands
    )
    before = str(Period.parse(fan.periods[0]) + -1)
    return Chart(
        key=f"fan-{name}",
        kind="lines",
        title=say("models.fan_title", name=variable_name(found.sourced.model, name)),
        unit=say("models.unit", unit=fan.unit) if fan.unit else say("models.unit_of_model"),
        summary=headline(found, name),
        curves=tuple(curves),
        bands=bands,
        marks=(Mark(before, before, say("models.simulation_begins")),) if len(history) else (),
        sources=tuple(found.figures.origins),
        decimals=decimals_of(frame["median"]),
        note=say("models.fan_note", count=found.run.solved, method=say(f"models.draw_{found.run.method}")),
    )
