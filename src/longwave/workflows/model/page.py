"""The page of a solved model: for each watched variable its path with and without the shock, and what separates them.

Differences are what a reader came for, so they come first; the levels stand beside them. The certificate of each
solve stands under the title, so that nobody has to believe the solver.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from longwave.core.message import Message, Names, Value, say
from longwave.macro.model import Model
from longwave.macro.scenario import Scenario
from longwave.report.document import Chart, Curve, Document, Section
from longwave.workflows.fan import period_name
from longwave.workflows.model.printed import sizes_of, without_dust
from longwave.workflows.model.solve import Solved
from longwave.workflows.model.tables import (
    decimals_of,
    figure_among,
    is_amount,
    model_name,
    signed,
    unit_words,
    variable_name,
)

_HISTORY = 20


def document(solved: Solved) -> Document:
    """The page of a solve, in no language yet."""
    sections = tuple(_section(solved, name) for name in solved.watch)
    headlines = tuple(
        each
        for name in solved.watch
        for scenario in solved.scenarios[:1]
        for each in [headline(solved, scenario, name)]
    )
    certificates = tuple(
        say("models.certified", name=_name(each), certificate=each.solution.certificate.sentence())
        for each in (solved.baseline, *solved.scenarios)
    )
    return Document(
        title=say("models.page_title", model=model_name(solved.baseline.model)),
        lead=say(
            "models.page_lead",
            first=period_name(str(solved.baseline.span[0])),
            last=period_name(str(solved.baseline.span[1])),
            data=solved.figures.where,
            equations=len(solved.baseline.system.residuals),
        ),
        headlines=headlines or certificates[:1],
        sections=sections,
        origins=dict(solved.figures.origins),
        caveats=(
            *solved.sourced.warnings,
            *solved.figures.notes,
            *certificates,
            *_notes(solved),
            say("models.page_caveat"),
        ),
    )


def _notes(solved: Solved) -> tuple[Message, ...]:
    kinks = () if solved.attribution is None else solved.attribution.sentences()
    return kinks + tuple(
        dict.fromkeys(note for each in (solved.baseline, *solved.scenarios) for note in each.solution.notes)
    )


def _name(scenario: Scenario) -> Message | Names:
    if scenario.name == "baseline":
        return say("models.baseline")
    return scenario.names if scenario.names.en else Names(scenario.name)


def _section(solved: Solved, name: str) -> Section:
    paths = _levels(solved, name)
    charts = [_level_chart(solved, name, paths)]
    if solved.scenarios:
        charts.insert(0, _change_chart(solved, name))
    if solved.attribution is not None:
        charts.insert(1, _cause_chart(solved, name))
    answers = tuple(headline(solved, each, name) for each in solved.scenarios)
    return Section(
        key=f"variable-{name}",
        title=say("models.section", name=variable_name(solved.baseline.model, name)),
        charts=tuple(charts),
        answers=answers,
    )


def _levels(solved: Solved, name: str) -> list[pd.Series]:
    return [each.solution.series(name) for each in (solved.baseline, *solved.scenarios)]


def _before(solved: Solved, name: str) -> pd.Series:
    """The figures before the first solved period, as far as a reader wants to see."""
    bank, first = solved.figures.bank, solved.baseline.span[0]
    if name not in bank.names:
        return pd.Series(dtype=float)
    known = bank.series(name).iloc[max(0, bank.row(first) - _HISTORY) : max(0, bank.row(first))]
    return known.dropna()


def _level_chart(solved: Solved, name: str, paths: Sequence[pd.Series]) -> Chart:
    before = _before(solved, name)
    curves = [Curve(say("workflows.observed"), before)] if len(before) else []
    start = 0 if curves else None
    for place, (scenario, path) in enumerate(zip((solved.baseline, *solved.scenarios), paths, strict=True)):
        curves.append(Curve(_name(scenario), path, dashed=place > 0, follows=start, labelled=place > 0))
    return Chart(
        key=f"level-{name}",
        kind="lines",
        title=say("models.level_title", name=variable_name(solved.baseline.model, name)),
        unit=unit_words(solved.baseline.model, name),
        summary=say(
            "models.level_summary",
            name=variable_name(solved.baseline.model, name),
            first=period_name(str(paths[0].index[0])),
            last=period_name(str(paths[0].index[-1])),
            start=figure_among(float(paths[0].iloc[0]), paths[0]),
            end=figure_among(float(paths[0].iloc[-1]), paths[0]),
        ),
        curves=tuple(curves),
        sources=tuple(solved.figures.origins),
        decimals=decimals_of(pd.concat(list(paths))),
        note=say("models.level_note", certificate=solved.baseline.solution.certificate.sentence()),
    )


def _change_chart(solved: Solved, name: str) -> Chart:
    changes = [_change(solved, each, name) for each in solved.scenarios]
    return Chart(
        key=f"change-{name}",
        kind="lines",
        title=say("models.change_title", name=variable_name(solved.baseline.model, name)),
        unit=unit_words(solved.baseline.model, name),
        summary=headline(solved, solved.scenarios[0], name),
        curves=tuple(
            Curve(_name(scenario), change) for scenario, change in zip(solved.scenarios, changes, strict=True)
        ),
        sources=tuple(solved.figures.origins),
        decimals=decimals_of(pd.concat(changes)),
    )


def _cause_chart(solved: Solved, name: str) -> Chart:
    """The change of a variable in the first scenario, part by part."""
    assert solved.attribution is not None  # noqa: S101
    frame = solved.attribution.parts[name]
    shown = [each for each in frame.columns if each != "remainder" or frame[each].abs().max() > 1e-9]
    total = frame.sum(axis=1)
    curves = [
        Curve(
            say("models.remainder") if each == "remainder" else variable_name(solved.baseline.model, each),
            frame[each],
        )
        for each in shown
    ]
    curves.append(Curve(say("models.whole_change"), total, dashed=True))
    return Chart(
        key=f"causes-{name}",
        kind="stacked_bars",
        title=say("models.causes_title", name=variable_name(solved.baseline.model, name)),
        unit=unit_words(solved.baseline.model, name),
        summary=causes_words(solved, name),
        curves=tuple(curves),
        sources=tuple(solved.figures.origins),
        decimals=decimals_of(total),
        note=say("models.causes_note", remainder=solved.attribution.largest_remainder()),
    )


def causes_words(solved: Solved, name: str) -> Message:
    """What made the largest change of a variable."""
    assert solved.attribution is not None  # noqa: S101
    frame = solved.attribution.parts[name]
    total = frame.sum(axis=1)
    when = str(total.abs().idxmax())
    parts = tuple(
        say(
            "models.part",
            cause=str(each),
            value=signed(float(frame[each].to_numpy()[total.index.get_loc(when)]), total),
        )
        for each in frame.columns
        if each != "remainder"
    )
    return say(
        "models.causes",
        name=variable_name(solved.baseline.model, name),
        period=period_name(when),
        parts=parts,
    )


def headline(solved: Solved, scenario: Scenario, name: str) -> Message:
    """What a scenario does to a variable: its largest change and the one at the end."""
    base = solved.baseline.solution.series(name)
    change = _change(solved, scenario, name)
    if not np.abs(change.to_numpy()).max() > 0.0:
        return say(
            "models.no_change", scenario=_name(scenario), name=variable_name(solved.baseline.model, name)
        )
    peak = str(change.abs().idxmax())
    values: dict[str, Value] = {
        "scenario": _name(scenario),
        "name": variable_name(solved.baseline.model, name),
        "peak": period_name(peak),
        "most": signed(float(change[peak]), change),
        "share": _share(solved.baseline.model, name, float(change[peak]), float(base[peak])),
    }
    if peak == str(change.index[-1]):
        return say("models.change_at_end", **values)
    values["last"] = period_name(str(change.index[-1]))
    values["end"] = signed(float(change.iloc[-1]), change)
    return say("models.change", **values)


def _change(solved: Solved, scenario: Scenario, name: str) -> pd.Series:
    """What separates a scenario from the baseline, without rounding dust."""
    levels = solved.baseline.solution.frame([name])
    return without_dust((scenario - solved.baseline).frame([name]), sizes_of(levels))[name]


def _share(model: Model, name: str, change: float, base: float) -> Message:
    if is_amount(model, name, base) and abs(change) < base:
        return say("models.share", share=f"{100 * change / base:+.2g}%".replace("-", "−"))
    return say("forecast_page.nothing")
