"""A study as plain data: the schema of results.json."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import LANGUAGES, Message
from longwave.measure.measurement import Measurement

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
        "headlines": [_sentence(message) for message in study.headlines],
        "measurements": [_measurement(m) for each in study.measurements.values() for m in each.values()],
        "forecasts": [_forecast(f) for each in study.forecasts.values() for f in each.values()],
        "refusals": [_refusal(refusal) for refusal in study.collected.refusals],
        "passed_over": study.collected.passed_over.to_dict("records"),
        "data": [origin.as_dict() for origin in study.collected.origins.values()],
    }


def _area(code: str) -> dict[str, Any]:
    names = area_names(code)
    return {"code": code, "en": names.en, "zh": names.zh}


def _sentence(message: Message) -> dict[str, str]:
    return {"key": message.key, **{lang: message.text(lang) for lang in LANGUAGES}}


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "subject": refusal.subject,
        "reason": _sentence(refusal.reason),
        "mend": None if refusal.mend is None else _sentence(refusal.mend),
    }


def _measurement(measurement: Measurement) -> dict[str, Any]:
    return {
        "measure": measurement.measure,
        "dimension": measurement.dimension,
        "area": measurement.area,
        "sources": list(measurement.sources),
        "findings": [_sentence(message) for message in measurement.findings],
        "estimates": [
            {**estimate.as_dict(), "method": _sentence(estimate.method)} for estimate in measurement.estimates
        ],
        "refusals": [_refusal(refusal) for refusal in measurement.refusals],
        "units": dict(measurement.units),
        "table": _table(measurement.table),
    }


def _forecast(item: ForecastTable | Refusal) -> dict[str, Any]:
    if isinstance(item, Refusal):
        return {"refusal": _refusal(item)}
    score = item.backtest
    return {
        "variable": item.variable,
        "area": item.area,
        "origin": item.origin,
        "unit": item.unit,
        "method": _sentence(item.method),
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
        "table": _table(item.frame),
    }


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    """A table by columns: ``{"period": [...], "column": [...]}``."""
    columns = {str(name): [_cell(value) for value in frame[name]] for name in frame.columns}
    return {"period": [str(period) for period in frame.index], **columns}


def _cell(value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None
