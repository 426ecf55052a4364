"""Forecasts as plain data: sentences in both languages, missing numbers null."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from longwave.core.forecast import Backtest, ForecastTable
from longwave.core.message import Message, Names
from longwave.forecast.revision import Revision
from longwave.workflows.forecast.told import changes, outlook
from longwave.workflows.plain import plain_frame, plain_refusal, plain_sentence, plain_table, plain_test

if TYPE_CHECKING:
    from longwave.workflows.forecast.make import Made


def plain_forecast(made: Made) -> dict[str, Any]:
    """The document of ``longwave forecast --json``."""
    return {
        "forecasts": [_forecast(made, key, table) for key, table in made.tables.items()],
        "refusals": [plain_refusal(refusal) for refusal in made.refusals],
        "notes": [plain_sentence(note) for note in made.notes],
        "data": [origin.as_dict() for origin in made.origins.values()],
    }


def _forecast(made: Made, key: str, table: ForecastTable) -> dict[str, Any]:
    score = table.backtest
    return {
        "series": key,
        "name": _name(made.names[key]),
        "variable": table.variable,
        "area": table.area,
        "unit": table.unit,
        "origin": table.origin,
        "as_of": table.as_of or None,
        "made_by": table.made_by,
        "method": plain_sentence(table.method),
        "sentences": [
            plain_sentence(one)
            for one in outlook(table, made.histories[key], made.names[key], made.backtests.get(key))
        ],
        "sample": table.sample.as_dict(),
        "table": plain_table(table.frame),
        "raw": None if table.raw is None else plain_table(table.raw),
        "tried": None
        if score is None
        else {
            "origins": score.origins,
            "forecasts": score.forecasts,
            "coverage": {f"{level:g}": _number(share) for level, share in score.coverage.items()},
            "relative_error": _number(score.relative_error),
        },
        "history": _history(made.histories[key]),
        "backtest": _backtest(made.backtests[key]) if key in made.backtests else None,
        "scenarios": [
            {
                "name": one.name.text() if isinstance(one.name, Message) else one.name,
                "table": _history(one.values),
            }
            for one in made.scenarios.get(key, ())
        ],
        "revision": _revision(made.revisions[key], made.names[key]) if key in made.revisions else None,
        "sources": list(table.sources),
    }


def _name(name: Names | Message | str) -> dict[str, str]:
    if isinstance(name, str):
        return {"en": name, "zh": name}
    return {"en": name.text("en"), "zh": name.text("zh")}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _history(series: pd.Series) -> dict[str, list[Any]]:
    return {"period": [str(text) for text in series.index], "value": [_number(value) for value in series]}


def _backtest(found: Backtest) -> dict[str, Any]:
    return {
        "method": found.method,
        "scores": plain_frame(found.scores.rename_axis("method").reset_index()),
        "by_step": plain_frame(found.by_step),
        "pit": [_number(count) for count in found.pit],
        "tests": [plain_test(test) for test in found.tests],
        "refusals": [plain_refusal(refusal) for refusal in found.refusals],
        "notes": [plain_sentence(note) for note in found.notes],
        "trials": plain_frame(found.trials.frame),
    }


def _revision(made: Revision, name: Names | Message | str) -> dict[str, Any]:
    return {
        "earlier_origin": made.earlier_origin,
        "sentences": [plain_sentence(sentence) for sentence in changes(made, name)],
        "table": plain_frame(made.table),
        "news": plain_frame(made.news.reset_index()),
        "surprises": plain_frame(made.surprises.rename_axis("period").reset_index()),
        "revised": plain_frame(made.revised.rename_axis("period").reset_index()),
        "refusals": [plain_refusal(refusal) for refusal in made.refusals],
    }
