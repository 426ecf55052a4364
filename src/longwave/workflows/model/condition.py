"""``longwave model condition``: the most likely path that brings variables where somebody says they will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from longwave.core.errors import UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.macro.conditional import Conditional, conditional
from longwave.macro.scenario import Scenario
from longwave.macro.shock import shock
from longwave.macro.solve import bound
from longwave.macro.stochastic.residuals import Residuals, residual_table
from longwave.report.document import Band, Chart, Curve, Document, Section
from longwave.workflows.fan import period_name
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.solve import SHOWN, baseline_of
from longwave.workflows.model.source import Sourced, find_model
from longwave.workflows.model.tables import (
    decimals_of,
    figure_among,
    model_name,
    plain_columns,
    table_of,
    unit_words,
    variable_name,
)

LEVELS = (0.95, 0.8)


@dataclass(frozen=True, eq=False)
class Conditioned:
    """The path on conditions, beside the one without."""

    sourced: Sourced
    figures: Figures
    found: Conditional
    conditions: tuple[str, ...]
    watch: tuple[str, ...]

    def results(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "model": self.sourced.model.name,
            "data": self.figures.named(lang),
            "conditions": list(self.conditions),
            "baseline": plain_columns(self.found.baseline.frame(self.watch)),
            "paths": plain_columns(self.found.solution.frame(self.watch)),
            "bands": {name: plain_columns(self.found.bands[name]) for name in self.watch},
            "shocks": plain_columns(self.found.shocks),
            "sizes": plain_columns(self.found.sizes),
            "distance": self.found.distance,
            "p_value": self.found.p_value,
            "certificate": self.found.solution.certificate.sentence().text(lang),
        }

    def sentence(self) -> Message:
        """How likely the model thinks such a path."""
        return self.found.sentence()


def condition_model(
    what: str | Path,
    conditions: Sequence[str],
    *,
    data: str | Path | None = None,
    area: str | None = None,
    first: str | None = None,
    last: str | None = None,
    given: Sequence[str] = (),
    by: Sequence[str] = (),
    residuals: tuple[str, str] = ("", ""),
    track: bool = False,
    watch: Sequence[str] = (),
    expectations: str = "",
    settings: Settings,
) -> Conditioned:
    """The most likely path on conditions such as ``Y = 60 in 1936`` (each period named holds).

    by: the equations whose errors may move (all behavioural ones); their standard deviations come from their errors
    over `residuals`, first and last period. Raises UsageError, NotEnoughData, SolveError.
    """
    sourced = find_model(what, expectations=expectations, data=data)
    figures = find_figures(sourced, data, area, settings, first, last)
    baseline = baseline_of(sourced, figures, first, last, given=given, track=track)
    cells: dict[tuple[str, Period | str], float] = {}
    for sentence in conditions:
        cells |= _cells(sourced, baseline, sentence)
    if not cells:
        raise UsageError(say("models.no_condition"), say("models.bad_condition_mend"))
    chosen = (
        tuple(watch)
        or tuple(
            dict.fromkeys([name for name, _ in cells] + [each.name for each in sourced.model.endogenous])
        )[:SHOWN]
    )
    sizes = _sizes(sourced, figures, baseline, by, residuals)
    found = conditional(baseline, cells, sizes, watch=chosen)
    return Conditioned(sourced, figures, found, tuple(conditions), chosen)


def _cells(sourced: Sourced, baseline: Scenario, sentence: str) -> dict[tuple[str, Period | str], float]:
    """The cells that a condition fixes. Raises UsageError for what is not ``NAME = VALUE in PERIOD[..PERIOD]``."""
    one = shock(sentence)
    if one.operator != "=" or one.first is None:
        raise UsageError(say("models.bad_condition", text=sentence), say("models.bad_condition_mend"))
    last = one.last or baseline.span[1]
    return {(sourced.own_name(one.name), one.first + step): one.value for step in range(last - one.first + 1)}


def _sizes(
    sourced: Sourced, figures: Figures, baseline: Scenario, by: Sequence[str], residuals: tuple[str, str]
) -> dict[str, float]:
    """Standard deviation of each error that may move."""
    system = bound(sourced.model)
    stochastic = sourced.imported.stochastic if sourced.imported is not None else ()
    names = [sourced.own_name(each) for each in by] or [f"{each}.add" for each in stochastic] or None
    columns = None if names is None else tuple(names)
    table = residual_table(
        system,
        figures.bank,
        Residuals(columns=columns, first=residuals[0], last=residuals[1]),
        system.vector(baseline.parameters),
        baseline.span[0],
    )
    deviations = np.sqrt(np.mean(table.values**2, axis=0))
    return {name: float(size) for name, size in zip(table.columns, deviations, strict=True) if size > 0.0}


def document(found: Conditioned) -> Document:
    """A chart a variable with the path on conditions and its bands, and the errors that it takes."""
    model = found.sourced.model
    name = model_name(model)
    sources = tuple(found.figures.origins)
    sections = [_section(found, each) for each in found.watch]
    sections.append(
        Section(
            key="errors",
            title=say("models.condition_errors"),
            answers=(found.sentence(),),
            tables=(
                table_of("sizes", say("models.condition_sizes"), lambda lang: found.found.sizes, sources),
            ),
        )
    )
    return Document(
        title=say("models.condition_title", model=name),
        lead=say("models.condition_lead", conditions="; ".join(found.conditions), data=found.figures.where),
        headlines=(found.sentence(), *(headline(found, each) for each in found.watch)),
        sections=tuple(sections),
        origins=dict(found.figures.origins),
        caveats=(
            *found.sourced.warnings,
            *found.found.solution.notes,
            say("models.level_note", certificate=found.found.solution.certificate.sentence()),
            say("models.condition_caveat"),
        ),
    )


def headline(found: Conditioned, name: str) -> Message:
    """Where a variable ends on the conditions and without them."""
    path, base = found.found.solution.series(name), found.found.baseline.series(name)
    band = found.found.bands[name].iloc[-1]
    return say(
        "models.condition_headline",
        name=variable_name(found.sourced.model, name),
        last=period_name(str(path.index[-1])),
        value=figure_among(float(path.iloc[-1]), path),
        low=figure_among(float(band["low_0.8"]), path),
        high=figure_among(float(band["high_0.8"]), path),
        base=figure_among(float(base.iloc[-1]), path),
    )


def _section(found: Conditioned, name: str) -> Section:
    path, base, frame = (
        found.found.solution.series(name),
        found.found.baseline.series(name),
        found.found.bands[name],
    )
    chart = Chart(
        key=f"condition-{name}",
        kind="lines",
        title=say("models.condition_chart", name=variable_name(found.sourced.model, name)),
        unit=unit_words(found.sourced.model, name),
        summary=headline(found, name),
        curves=(
            Curve(say("models.baseline"), base),
            Curve(say("models.on_conditions"), path, dashed=True, labelled=True),
        ),
        bands=tuple(Band(frame[f"low_{level:g}"], frame[f"high_{level:g}"], level, 1) for level in LEVELS),
        sources=tuple(found.figures.origins),
        decimals=decimals_of(path),
    )
    return Section(
        key=f"condition-{name}",
        title=say("models.section", name=variable_name(found.sourced.model, name)),
        answers=(headline(found, name),),
        charts=(chart,),
    )
