"""``longwave model irf``: what one shock does period by period, and the multipliers it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import Language, Message, Value, say
from longwave.core.settings import Settings
from longwave.macro.impulse import LEVEL, Impulse, Multipliers, impulse, multipliers
from longwave.macro.stability import Stability, stability_at_end
from longwave.macro.stochastic.coefficients import drawn_coefficients
from longwave.report.document import Band, Chart, Curve, Document, Section
from longwave.workflows.fan import period_name
from longwave.workflows.model.estimate import coefficients_of, estimated, methods_of, reestimated
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.printed import sizes_of, without_dust
from longwave.workflows.model.solve import SHOWN, baseline_of, first_few
from longwave.workflows.model.source import Sourced, find_model
from longwave.workflows.model.tables import (
    decimals_of,
    model_name,
    plain_columns,
    signed,
    table_of,
    unit_words,
    variable_name,
)

LARGEST_ROOTS = 400
"""Endogenous variables up to which the roots are computed beside the responses."""


@dataclass(frozen=True, eq=False)
class Responses:
    """Responses to one shock, multipliers where they were asked for, and the model's roots where it is small enough.

    methods: the estimators that gave the coefficients in place of the model's own values, none where those were used."""

    sourced: Sourced
    figures: Figures
    impulse: Impulse
    multipliers: tuple[Multipliers, ...]
    stability: Stability | None
    watch: tuple[str, ...]
    methods: tuple[str, ...] = ()

    def about_draws(self) -> tuple[Message, ...]:
        """Which coefficients the paths use, and how many draws stand behind the bands; empty for the model's own."""
        said = [reestimated(self.methods)] if self.methods else []
        if self.impulse.draws:
            said.append(
                say(
                    "models.irf_draws",
                    level=LEVEL,
                    draws=self.impulse.draws,
                    failed=self.impulse.failed,
                )
            )
        return tuple(said)

    def results(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "model": self.sourced.model.name,
            "data": self.figures.named(lang),
            "shock": str(self.impulse.shock),
            "responses": plain_columns(self.impulse.responses),
            "bands": {name: plain_columns(frame) for name, frame in self.impulse.bands.items()},
            "draws": self.impulse.draws,
            "failed_draws": self.impulse.failed,
            "level": LEVEL if self.impulse.draws else None,
            "estimators": list(self.methods),
            "multipliers": [
                {
                    "of": each.of,
                    "to": each.to,
                    "long_run": each.long_run,
                    "long_run_interval": each.long_run_interval,
                    "table": plain_columns(each.table),
                }
                for each in self.multipliers
            ],
            "stability": None if self.stability is None else self.stability.sentence().text(lang),
        }


def respond(
    what: str | Path,
    of: str,
    *,
    data: str | Path | None = None,
    area: str | None = None,
    first: str | None = None,
    last: str | None = None,
    given: Sequence[str] = (),
    size: float = 1.0,
    at: str | None = None,
    permanent: bool = False,
    fading: float = 1.0,
    multiplier_of: Sequence[str] = (),
    draws: int = 0,
    coefficients: str = "",
    track: bool = False,
    terminal: str = "data",
    watch: Sequence[str] = (),
    seed: int = 0,
    expectations: str = "",
    settings: Settings,
) -> Responses:
    """The responses to `size` more of the column `of`.

    draws: how often coefficients are drawn for the bands, by the estimator `coefficients` (the text's own where
    empty). terminal: what stands beyond the end for leads; a change that lasts wants "constant". Raises UsageError,
    ModelError, SolveError.
    """
    sourced = find_model(what, expectations=expectations, data=data)
    figures = find_figures(sourced, data, area, settings, first, last)
    baseline = baseline_of(sourced, figures, first, last, given=given, track=track, terminal=terminal)
    name = sourced.own_name(of)
    if not baseline.system.has(name):
        raise UsageError(
            say("model.unknown_variable", name=of),
            say("model.unknown_variable_mend", model=sourced.model.name),
        )
    if draws < 0 or not np.isfinite([size, fading]).all() or size == 0.0 or not 0.0 <= fading <= 1.0:
        raise UsageError(say("models.bad_shock_size"), say("models.bad_shock_size_mend"))
    table = None
    methods: tuple[str, ...] = ()
    if draws or coefficients:
        result = estimated(sourced.model, figures, coefficients or None)
        baseline, methods = replace(baseline, model=result.model), methods_of(result)
        table = drawn_coefficients(baseline.system, coefficients_of(result), None, seed).draw(0, draws)[0]
    chosen = tuple(watch) or first_few(sourced)
    found = impulse(
        baseline,
        name,
        size=size,
        at=at,
        permanent=permanent,
        fading=fading,
        watch=list(chosen),
        draws=table if draws else None,
    )
    told = tuple(
        multipliers(
            baseline, each, name, size=size, at=at, permanent=permanent, draws=table if draws else None
        )
        for each in multiplier_of
    )
    small = len(baseline.system.variables) <= LARGEST_ROOTS
    roots = stability_at_end(baseline.solution) if small else None
    return Responses(sourced, figures, found, told, roots, chosen, methods)


def document(found: Responses) -> Document:
    """A chart a variable, and the multipliers as tables."""
    model = found.sourced.model
    name = model_name(model)
    sections = [_section(found, each) for each in found.watch]
    sections += [_multiplier_section(found, each) for each in found.multipliers]
    caveats = [
        say("models.irf_bands", level=LEVEL, draws=found.impulse.draws)
        if found.impulse.draws
        else say("models.irf_no_bands")
    ]
    if found.stability is not None:
        caveats.append(say("models.sentence", text=found.stability.sentence()))
    return Document(
        title=say("models.irf_title", model=name, shock=str(found.impulse.shock)),
        lead=say("models.irf_lead", data=found.figures.where),
        headlines=(
            *(multiplier_words(found, each) for each in found.multipliers),
            *(headline(found, each) for each in found.watch[:SHOWN]),
        ),
        sections=tuple(sections),
        origins=dict(found.figures.origins),
        caveats=(
            *found.sourced.warnings,
            *found.figures.notes,
            *found.impulse.difference.scenario.solution.notes,
            *found.about_draws(),
            *caveats,
        ),
    )


def headline(found: Responses, name: str) -> Any:
    """The largest response and the one at the end."""
    path = _clean(found, name)
    if not path.abs().max() > 0.0:
        return say("models.no_response", name=variable_name(found.sourced.model, name))
    peak = str(path.abs().idxmax())
    values: dict[str, Value] = {
        "name": variable_name(found.sourced.model, name),
        "peak": period_name(peak),
        "most": signed(float(path[peak]), path),
        "interval": say("forecast_page.nothing"),
    }
    if name in found.impulse.bands:
        edges = found.impulse.bands[name].loc[[peak]]
        values["interval"] = say(
            "models.interval",
            level=LEVEL,
            low=signed(float(edges["low"].iloc[0]), path),
            high=signed(float(edges["high"].iloc[0]), path),
        )
    if peak == str(path.index[-1]):
        return say("models.response_at_end", **values)
    values["last"] = period_name(str(path.index[-1]))
    values["end"] = signed(float(path.iloc[-1]), path)
    return say("models.response", **values)


def _clean(found: Responses, name: str) -> pd.Series:
    """A response without rounding dust."""
    levels = found.impulse.difference.baseline.solution.frame([name])
    return without_dust(found.impulse.responses[[name]], sizes_of(levels))[name]


def response_frame(found: Responses, name: str) -> pd.DataFrame:
    """A response by period with the edges of its interval."""
    return pd.concat([_clean(found, name).rename("response"), found.impulse.bands[name]], axis=1)


def _section(found: Responses, name: str) -> Section:
    path = _clean(found, name)
    bands: tuple[Band, ...] = ()
    if name in found.impulse.bands:
        edges = found.impulse.bands[name]
        bands = (Band(edges["low"], edges["high"], LEVEL),)
    chart = Chart(
        key=f"irf-{name}",
        kind="lines",
        title=say(
            "models.response_title",
            name=variable_name(found.sourced.model, name),
            shock=str(found.impulse.shock),
        ),
        unit=unit_words(found.sourced.model, name),
        summary=headline(found, name),
        curves=(Curve(variable_name(found.sourced.model, name), path),),
        bands=bands,
        sources=tuple(found.figures.origins),
        decimals=decimals_of(path),
    )
    return Section(
        key=f"irf-{name}",
        title=say("models.section", name=variable_name(found.sourced.model, name)),
        answers=(headline(found, name),),
        charts=(chart,),
    )


def multiplier_words(found: Responses, each: Multipliers) -> Message:
    """The multiplier's sentence with the variables' names in words."""
    model = found.sourced.model
    named = {"of": variable_name(model, each.of), "to": variable_name(model, each.to)}
    said = each.sentence()
    return replace(said, values={**said.values, **named})


def multiplier_title(found: Responses, each: Multipliers) -> Message:
    return say(
        "models.multiplier_title",
        of=variable_name(found.sourced.model, each.of),
        to=variable_name(found.sourced.model, each.to),
    )


def _multiplier_section(found: Responses, each: Multipliers) -> Section:
    return Section(
        key=f"multiplier-{each.of}",
        title=multiplier_title(found, each),
        answers=(multiplier_words(found, each),),
        tables=(
            table_of(
                f"multipliers-{each.of}",
                say("models.multiplier_caption"),
                lambda lang: each.table.rename(
                    columns={key: say(f"models.head_{key}").text(lang) for key in each.table.columns}
                ).rename_axis(say("models.column_horizon").text(lang)),
                tuple(found.figures.origins),
            ),
        ),
    )
