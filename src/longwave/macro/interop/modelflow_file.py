"""ModelFlow's model files (``.pcim``): gzipped or plain JSON with equations, data and descriptions.

``frml`` holds the equations, ``lastdf`` the data frame {variable: {period: value}} as a text of JSON within,
``var_description`` the names, ``current_per`` the periods of the last solution. The data hold add-factors and
exogenising switches as ordinary columns, so the file's last solution is a solution here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Message, Names, say
from longwave.core.period import Period, normalise_periods
from longwave.macro.databank import Databank
from longwave.macro.interop.eviews import read_frml
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.importing import IMPORTERS, Importer
from longwave.macro.interop.source import MOST_BYTES, text_of
from longwave.macro.model import Model


def read_modelflow_file(source: str | Path | bytes) -> Imported:
    """The model and the data of a ``.pcim`` file. Raises BadInput, UnsafeInput."""
    content = _json(text_of(source))
    if not isinstance(content, dict) or not isinstance(content.get("frml"), str):
        raise BadInput(say("interop.no_pcim"), say("interop.no_pcim_mend"))
    found = read_frml("\n" + content["frml"], name=str(content.get("modelname") or "modelflow")[:60])
    data = _bank(content.get("lastdf"))
    model = _described(found.model, content.get("var_description"))
    if data is not None:
        model = replace(model, frequency=data.first.frequency)
    found = replace(found, model=model, warnings=(*found.warnings, *_solved(content.get("current_per"))))
    return found if data is None else replace(found, data=found.complete(data))


def _json(text: str) -> Any:
    if len(text) > MOST_BYTES:
        raise BadInput(say("interop.too_large", most=MOST_BYTES // 2**20), say("interop.too_large_mend"))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            say("interop.no_json", reason=str(error)[:120]), say("interop.no_pcim_mend")
        ) from error


def _described(model: Model, descriptions: object) -> Model:
    if not isinstance(descriptions, Mapping):
        return model
    named = {str(name).upper(): str(text) for name, text in descriptions.items()}

    def names(name: str) -> Names:
        text = " ".join(named.get(name, "").split())[:200]
        return Names("" if text == name else text)

    return replace(
        model,
        endogenous=tuple(replace(each, names=names(each.name)) for each in model.endogenous),
        exogenous=tuple(replace(each, names=names(each.name)) for each in model.exogenous),
    )


def _bank(frame: object) -> Databank | None:
    """The data, None where the file has none."""
    if isinstance(frame, str):
        frame = _json(frame)
    if not frame:
        return None
    if not isinstance(frame, Mapping) or not all(isinstance(column, Mapping) for column in frame.values()):
        raise BadInput(say("interop.no_frame"), say("interop.no_pcim_mend"))
    rows = list(dict.fromkeys(row for column in frame.values() for row in column))
    periods = _periods(rows)
    order = {
        row: place
        for place, (_, row) in enumerate(
            sorted(zip(periods, rows, strict=True), key=lambda each: each[0].ordinal)
        )
    }
    first, last = min(periods, key=lambda each: each.ordinal), max(periods, key=lambda each: each.ordinal)
    if last - first != len(rows) - 1 or len(set(periods)) != len(rows):
        raise BadInput(say("interop.gaps"), say("interop.gaps_mend"))
    values = np.full((len(rows), len(frame)), np.nan)
    for place, (name, column) in enumerate(frame.items()):
        for row, value in column.items():
            if isinstance(value, bool | int | float):
                values[order[row], place] = value
            elif value is not None:
                raise BadInput(
                    say("interop.no_number", name=str(name), text=str(value)[:60]), say("interop.number_mend")
                )
    return Databank(first, tuple(str(name) for name in frame), values)


def _periods(rows: list[str]) -> list[Period]:
    if all(
        row.lstrip("-").isdecimal() and len(row) > 6 for row in rows
    ):  # milliseconds, as pandas writes dates
        stamps = pd.DatetimeIndex(pd.to_datetime([int(row) for row in rows], unit="ms")).sort_values()
        letter = pd.infer_freq(stamps) if len(stamps) > 2 else None
        if letter is None or letter[0] not in "AYQM":
            raise BadInput(say("interop.gaps"), say("interop.gaps_mend"))
        by = {"A": "Y", "Y": "Y", "Q": "Q", "M": "M"}[letter[0]]
        rows = [str(pd.Timestamp(int(row), unit="ms").to_period(by)) for row in rows]
    return [Period.parse(text) for text in normalise_periods(pd.Series(rows, dtype="string"))]


def _solved(periods: object) -> tuple[Message, ...]:
    if not isinstance(periods, Mapping) or not periods:
        return ()
    known = [str(each) for each in periods.values()]
    return (say("interop.solved", first=known[0][:20], last=known[-1][:20]),)


def _sure(text: str) -> int:
    return 3 if text.lstrip()[:1] == "{" and '"frml"' in text else 0


IMPORTERS.register("modelflow")(Importer(_sure, read_modelflow_file, endings=(".pcim",)))
