"""Growth over spans in sentences: the last span beside the one before, and the same without the years of shocks."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.message import Message, Value, say
from longwave.measure.spans import SpanStudy, shocks_in
from longwave.measure.wording import doubts, pace, percents, verdict, years


def growth_told(
    kind: str, changes: pd.Series, whole: SpanStudy, calm: SpanStudy, **words: Value
) -> Iterator[Message]:
    """Sentences on yearly growth; `kind` is ``tfp`` or ``productivity``, words fill the blanks that only it has.

    changes: yearly growth by year, to name the shock years in it; whole: means by span; calm: the last ones without
    shock years.
    """
    last, before = whole.last, whole.before
    if last is not None and before is not None and whole.change is not None:
        yield say(
            f"measure.{kind}_change",
            **words,
            pace=pace(last),
            span=years(last),
            interval=percents(last),
            earlier=before.value,
            before=years(before),
            verdict=verdict(whole.change),
            doubts=doubts(last, before, whole.change),
        )
    elif last is not None:
        yield say(
            f"measure.{kind}_last",
            **words,
            pace=pace(last),
            span=years(last),
            interval=percents(last),
            doubts=doubts(last),
        )
    if calm.change is not None and calm.last is not None:
        yield say(
            f"measure.{kind}_calm",
            area=words["area"],
            left_out=shocks_in(changes),
            pace=pace(calm.last),
            interval=percents(calm.last),
            verdict=verdict(calm.change),
            doubts=doubts(calm.last, calm.change),
        )
