"""Results as plain data, the same wherever they are written: sentences in both languages, missing numbers null."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.dating import Dating
from longwave.core.estimate import Refusal, TestResult
from longwave.core.message import LANGUAGES, Message
from longwave.measure.measurement import Measurement


def plain_measurement(measurement: Measurement) -> dict[str, Any]:
    return {
        "measure": measurement.measure,
        "dimension": measurement.dimension,
        "area": measurement.area,
        "sources": list(measurement.sources),
        "findings": [plain_sentence(message) for message in measurement.findings],
        "estimates": [
            {**estimate.as_dict(), "method": plain_sentence(estimate.method)}
            for estimate in measurement.estimates
        ],
        "datings": [_dating(dating) for dating in measurement.datings],
        "tests": [plain_test(test) for test in measurement.tests],
        "refusals": [plain_refusal(refusal) for refusal in measurement.refusals],
        "units": dict(measurement.units),
        "table": plain_table(measurement.table),
    }


def plain_sentence(message: Message) -> dict[str, str]:
    return {"key": message.key, **{lang: message.text(lang) for lang in LANGUAGES}}


def plain_refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "subject": refusal.subject,
        "reason": plain_sentence(refusal.reason),
        "mend": None if refusal.mend is None else plain_sentence(refusal.mend),
    }


def plain_table(frame: pd.DataFrame) -> dict[str, Any]:
    """A table by columns: ``{"period": [...], "column": [...]}``."""
    columns = {str(name): [_cell(value) for value in frame[name]] for name in frame.columns}
    return {"period": [str(period) for period in frame.index], **columns}


def plain_frame(frame: pd.DataFrame) -> dict[str, Any]:
    """A frame by columns, its index left out."""
    return {str(name): [_cell(value) for value in frame[name]] for name in frame.columns}


def _dating(dating: Dating) -> dict[str, Any]:
    reason = None if dating.reason is None else plain_sentence(dating.reason)
    return {**dating.as_dict(), "method": plain_sentence(dating.method), "reason": reason}


def plain_test(test: TestResult) -> dict[str, Any]:
    return {**test.as_dict(), "null": plain_sentence(test.null), "method": plain_sentence(test.method)}


def _cell(value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if not isinstance(value, int | float | np.number):
        return str(value)
    number = float(value)
    return number if math.isfinite(number) else None
