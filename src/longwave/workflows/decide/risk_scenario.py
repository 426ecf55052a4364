"""Where a stress comes from: a file of deviations, or a macro model and a shock; and what it does to defaults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.connectors.tables import TABLE_SUFFIXES
from longwave.core.area import find_area
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import say
from longwave.core.settings import Settings
from longwave.decide.early_warning.satellite import Effect, StressScenario
from longwave.workflows.decide.risk_positions import read_toml

YEARS = 3
"""Years of a stress: what supervisors ask for (EBA, Federal Reserve: three, and nine to thirteen quarters)."""


def read_scenario(
    what: str,
    shocks: Sequence[str],
    effects: Sequence[Effect],
    *,
    data: str | Path | None = None,
    area: str | None = None,
    years: int = YEARS,
    settings: Settings,
) -> StressScenario:
    """Deviations from the baseline, the mean of each year.

    what: a table of one row a period, its columns variables (or variable@AREA), or a model and shocks on it. Raises
    UsageError and BadInput, and ModelError or SolveError for a model.
    """
    if years < 1:
        raise UsageError(say("early_warning.bad_years", years=years))
    path = Path(what)
    if path.suffix.lower() in TABLE_SUFFIXES:
        if shocks:
            raise UsageError(say("early_warning.shock_on_file"))
        frame, name = _from_file(path), path.stem
    else:
        frame, name = _from_model(what, shocks, effects, data, area, settings), f"{what}: {'; '.join(shocks)}"
    yearly = frame.groupby([str(each)[:4] for each in frame.index]).mean().iloc[:years]
    missing = [each.variable for each in effects if not _has(yearly, each.variable)]
    if missing:
        raise BadInput(
            say("early_warning.scenario_lacks", names=tuple(missing), present=tuple(map(str, yearly.columns[:20]))),
            say("early_warning.scenario_mend"),
        )  # fmt: skip
    return StressScenario(name, yearly)


def _has(frame: pd.DataFrame, variable: str) -> bool:
    return any(str(each).partition("@")[0] == variable for each in frame.columns)


def _from_file(path: Path) -> pd.DataFrame:
    from longwave.workflows.model.figures import read_databank

    bank = read_databank(path)
    frame = pd.DataFrame(
        bank.values, columns=list(bank.names), index=[str(bank.first + n) for n in range(len(bank.values))]
    )
    holes = frame.columns[frame.isna().any()]
    if len(holes):
        raise BadInput(
            say("early_warning.scenario_holes", names=tuple(map(str, holes[:8]))), say("early_warning.scenario_mend")
        )  # fmt: skip
    renamed = {}
    for name in frame.columns:
        variable, mark, where = str(name).partition("@")
        renamed[name] = f"{variable}@{find_area(where).code}" if mark else variable
    return frame.rename(columns=renamed)


def _from_model(
    what: str,
    shocks: Sequence[str],
    effects: Sequence[Effect],
    data: str | Path | None,
    area: str | None,
    settings: Settings,
) -> pd.DataFrame:
    from longwave.workflows.model.solve import solve_model

    if not shocks:
        raise UsageError(say("early_warning.no_shock"), say("early_warning.no_shock_mend"))
    watch = tuple(dict.fromkeys(each.variable for each in effects))
    solved = solve_model(what, data=data, area=area, shocks=shocks, watch=watch, settings=settings)
    return solved.differences[0].frame(list(watch) or list(solved.watch))


def read_effects(path: Path) -> tuple[Effect, ...]:
    """Elasticities from a TOML file: one [[effect]] each, with variable, value, low, high and source.

    Raises BadInput naming the entry without a source or with a range that does not hold its value.
    """
    rows = read_toml(path).get("effect")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BadInput(say("early_warning.no_effects", path=path.name), say("early_warning.effects_mend"))
    return tuple(_effect(place, row) for place, row in enumerate(rows, start=1))


def _effect(place: int, row: dict[str, Any]) -> Effect:
    variable, source = str(row.get("variable", "")).strip(), str(row.get("source", "")).strip()
    if not variable or not source:
        raise BadInput(say("early_warning.effect_source", place=place), say("early_warning.effects_mend"))
    numbers = [row.get(name) for name in ("low", "value", "high")]
    good = [
        isinstance(each, int | float) and not isinstance(each, bool) and np.isfinite(each) for each in numbers
    ]
    if not all(good):
        raise BadInput(
            say("early_warning.effect_range", place=place, variable=variable), say("early_warning.effects_mend")
        )  # fmt: skip
    low, value, high = (float(each) for each in numbers if each is not None)
    if not low <= value <= high:
        raise BadInput(
            say("early_warning.effect_range", place=place, variable=variable), say("early_warning.effects_mend")
        )  # fmt: skip
    areas = tuple(find_area(str(each)).code for each in _listed(row.get("areas", ())))
    return Effect(variable, value, low, high, source, areas, tuple(map(str, _listed(row.get("sectors", ())))))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else (value,)
