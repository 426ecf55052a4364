"""Whether the test comes after what is learnt from: a model that has read the future scores too well."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.core.message import say
from longwave.text.audit.finding import Finding, Severity, some_ids
from longwave.text.table import TextTable


def order_in_time(table: TextTable) -> Iterator[Finding]:
    """Test rows that are dated before the latest training row."""
    if not (table.has("date") and table.has("split")):
        return
    frame = table.frame
    dated = frame["date"] != ""
    train = frame.loc[dated & (frame["split"] == "train"), "date"]
    test = frame.loc[dated & (frame["split"] == "test"), "date"]
    if train.empty or test.empty:
        return
    latest = str(train.max())
    early = test.index[test < latest]
    if not len(early):
        return
    share = len(early) / len(test)
    message = say("text_audit.test_before_train", count=len(early), share=share, latest=latest)
    severity: Severity = "warning" if share > 0.05 else "info"
    yield Finding(
        "test_before_train", severity, len(early), share, message, some_ids(table, early.to_numpy())
    )
