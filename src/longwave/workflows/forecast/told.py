"""A forecast and its change in sentences; where a series belongs to no area, its own name stands in the area's place."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, Names, say
from longwave.forecast import revision_wording, wording
from longwave.forecast.revision import Revision

Name = Names | Message | str


def outlook(table: ForecastTable, history: pd.Series, name: Name) -> tuple[Message, ...]:
    """Where the forecast points, and what it did on the series' own past."""
    return tuple(_placed(one, table.area, name) for one in wording.sentences(table, history, name))


def changes(made: Revision, name: Name) -> tuple[Message, ...]:
    """What changed since an earlier forecast."""
    return tuple(_placed(one, made.area, name) for one in revision_wording.sentences(made, name))


def _placed(sentence: Message, area: str, name: Name) -> Message:
    if area or "area" not in sentence.values:
        return sentence
    return replace(sentence, values={**sentence.values, "area": name, "name": say("workflows.the_figure")})
