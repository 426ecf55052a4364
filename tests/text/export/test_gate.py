"""The gate judges as the task's judge does: groups of rows drawn whole, no score that is not defined, units as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from longwave.core.errors import NotEnoughData
from longwave.text.export.gate import judged_beside, told
from longwave.text.score.comparison import compared
from longwave.text.score.judge import judge
from longwave.text.table import TextTable

from ..score.made import classified, guesses


def _in_documents() -> TextTable:
    """Rows of one document are alike."""
    table = classified(300, document=[str(place // 15) for place in range(300)])
    labels = [table.labels[place // 15 % 3] for place in range(300)]
    return replace(table, frame=table.frame.assign(label=labels))


def test_documents_are_drawn_whole() -> None:
    table = _in_documents()
    own = [{"label": label} for label in table.frame["label"]]
    exported = [row if place // 15 % 4 else {"label": "flat"} for place, row in enumerate(own)]
    found = judged_beside(table, own, exported)
    gaps = compared(judge("classify", table, exported), judge("classify", table, own))
    wanted = {each.name: (each.low, each.high) for each in gaps}
    assert (found.gap.low, found.gap.high) == wanted["accuracy"]
    loose = judged_beside(replace(table, frame=table.frame.drop(columns="document")), own, exported)
    assert found.gap.high - found.gap.low > 1.5 * (loose.gap.high - loose.gap.low)


def test_a_kappa_is_told_as_it_is() -> None:
    table = replace(classified(100), ordered=True)
    own = guesses(table, right=0.9)
    worse = [{**row, "label": "up" if place % 4 == 0 else row["label"]} for place, row in enumerate(own)]
    found = judged_beside(table, own, worse)
    assert found.headline == "quadratic_kappa"
    assert found.worst[0] == "quadratic_kappa"
    said = told(found).text("en")
    assert f"it lost {found.lost:.4f}, and at most 0.003" in said
    assert "points" not in said


def test_a_headline_that_is_not_defined_is_left_out() -> None:
    table = replace(classified(60), task="intent", outside="up")
    beyond = table.take(np.flatnonzero(table.frame["label"] == "up").tolist())
    found = judged_beside(beyond, guesses(beyond), guesses(beyond))
    assert [name for name, _ in found.shown] == ["accuracy"]
    with pytest.raises(NotEnoughData):
        judged_beside(beyond.take([]), [], [])
