"""Events on paths, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import UsageError
from longwave.core.period import Period
from longwave.macro.stochastic.events import Event, trials_of, wilson

FIRST = Period.parse("2000")


@given(truth=st.lists(st.booleans(), min_size=1, max_size=12), run=st.integers(1, 5))
def test_runs_are_those_one_would_count(truth, run) -> None:
    path = np.array(truth)[:, None]
    longest = max(map(len, "".join("x" if each else " " for each in truth).split()), default=0)
    if run <= len(truth):
        assert Event("y", in_a_row=run).happened(path, slice(0, len(truth)))[0] == (longest >= run)
    assert Event("y", when="all").happened(path, slice(0, len(truth)))[0] == all(truth)


def test_spans() -> None:
    assert Event("y").rows(FIRST, 5) == slice(0, 5)
    assert Event("y", "2002").rows(FIRST, 5) == slice(2, 3)
    assert Event("y", "2002", "2004").rows(FIRST, 5) == slice(2, 5)
    assert Event("y", last="2001").rows(FIRST, 5) == slice(0, 2)


@pytest.mark.parametrize(
    "event",
    [
        Event("y", "1999"),
        Event("y", "2003", "2005"),
        Event("y", "2003", "2002"),
        Event("y", "2001", in_a_row=2),
        Event("y", in_a_row=0),
    ],
)
def test_spans_outside_are_refused(event) -> None:
    with pytest.raises(UsageError, match="does not lie within"):
        event.rows(FIRST, 5)


def test_wilson_covers_at_its_level() -> None:
    rng = np.random.default_rng(1)
    for share in (0.02, 0.3, 0.5):
        hits = rng.binomial(200, share, size=2000)
        inside = [low <= share <= high for low, high in (wilson(each, 200, 0.9) for each in hits)]
        assert 0.87 < np.mean(inside) < 0.95


def test_pairs_that_mirror_each_other_count_for_more_and_those_that_agree_for_less() -> None:
    opposite = np.tile([True, False], 500)
    opposite[0] = False
    assert trials_of(opposite, False) == 1000
    assert trials_of(opposite, True) > 10_000
    alike = np.repeat(np.random.default_rng(1).random(500) < 0.4, 2)
    assert trials_of(alike, True) == pytest.approx(500, rel=0.01)
    assert trials_of(np.zeros(1000, dtype=bool), True) == 500
