"""A study as plain data: the schema of results.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.origin import Origin
from longwave.forecast.long_run import LongRun
from longwave.measure.effects.arrow import Arrow
from longwave.measure.structure.published_tables import published_origins
from longwave.workflows.plain import (
    plain_frame,
    plain_measurement,
    plain_refusal,
    plain_sentence,
    plain_table,
)

if TYPE_CHECKING:
    from longwave.workflows.study.conduct import Study

SCHEMA = "longwave.study/1"


def results_of(study: Study) -> dict[str, Any]:
    """Everything a study found. Sentences stand in both languages; missing numbers are null."""
    return {
        "schema": SCHEMA,
        "areas": [_area(code) for code in study.areas],
        "as_of": study.options.as_of,
        "horizon": study.options.horizon,
        "seed": study.options.seed,
        "headlines": [plain_sentence(message) for message in study.headlines],
        "measurements": [plain_measurement(m) for each in study.measurements.values() for m in each.values()],
        "real_time": [
            row for area, table in study.analysis.vintages.items() for row in _vintages(area, table)
        ],
        "arrows": []
        if study.analysis.effects is None
        else [_arrow(a) for a in study.analysis.effects.arrows],
        "forecasts": [_forecast(f) for each in study.forecasts.values() for f in each.values()],
        "long_runs": [_long_run(area, item) for area, item in study.long_runs.items()],
        "policies": [each.results() for each in study.policies.values()],
        "refusals": [plain_refusal(refusal) for refusal in study.collected.refusals],
        "passed_over": study.collected.passed_over.to_dict("records"),
        "data": [origin.as_dict() for origin in _origins(study).values()],
    }


def _origins(study: Study) -> dict[str, Origin]:
    """Whose the figures are, the tables that come with longwave among them where a measure stands on one."""
    used = {source for each in study.measurements.values() for one in each.values() for source in one.sources}
    tables = {name: origin for name, origin in published_origins().items() if name in used}
    return {**study.collected.origins, **tables}


def _area(code: str) -> dict[str, Any]:
    names = area_names(code)
    return {"code": code, "en": names.en, "zh": names.zh}


def _vintages(area: str, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """What would have been said of the turning point at the end of each year."""
    for _, row in table.iterrows():
        yield {
            "area": area,
            "end": int(row["end"]),
            "of": str(row["of"]),
            "state": str(row["state"]),
            **{name: _whole(row[name]) for name in ("date", "low", "high")},
            "p_value": float(row["p_value"]),
            "pooling_allowed": bool(row["pooling_allowed"]),
        }


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _arrow(arrow: Arrow) -> dict[str, Any]:
    """One arrow of the articles' diagrams, sentences in both languages."""
    plain = arrow.as_dict()
    kept = (
        "source",
        "target",
        "indicator",
        "state",
        "effect",
        "interval",
        "unit",
        "bound",
        "p_value",
        "q_value",
        "grade",
    )
    reason = None if arrow.reason is None else plain_sentence(arrow.reason)
    return {name: plain[name] for name in kept} | {"countries": arrow.clusters, "reason": reason}


def _forecast(item: ForecastTable | Refusal) -> dict[str, Any]:
    if isinstance(item, Refusal):
        return {"refusal": plain_refusal(item)}
    score = item.backtest
    return {
        "variable": item.variable,
        "area": item.area,
        "origin": item.origin,
        "unit": item.unit,
        "method": plain_sentence(item.method),
        "sample": {
            "observations": item.sample.observations,
            "first": item.sample.first,
            "last": item.sample.last,
        },
        "backtest": None
        if score is None
        else {
            "origins": score.origins,
            "forecasts": score.forecasts,
            "coverage": {f"{level:g}": share for level, share in score.coverage.items()},
            "relative_error": score.relative_error,
        },
        "table": plain_table(item.frame),
    }


def _long_run(area: str, item: LongRun | Refusal) -> dict[str, Any]:
    if isinstance(item, Refusal):
        return {"area": area, "refusal": plain_refusal(item)}
    return {
        "area": area,
        "origin": item.origin,
        "method": plain_sentence(item.method),
        "sample": item.sample.as_dict(),
        "findings": [plain_sentence(sentence) for sentence in item.sentences],
        "table": plain_frame(item.frame.reset_index()),
    }
