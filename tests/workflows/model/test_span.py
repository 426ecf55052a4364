"""The periods over which a model can be solved with the figures that are there."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import NotEnoughData
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.solve import bound, solve
from longwave.workflows.model.span import solvable_span

NAN = np.nan


def bank(**columns: list[float]) -> Databank:
    return Databank(Period.parse("2001"), tuple(columns), np.array(list(columns.values())).T)


def span(text: str, figures: Databank) -> tuple[str, str]:
    first, last = solvable_span(bound(read_model(text)), figures)
    return str(first), str(last)


def test_without_lags_all_that_is_given() -> None:
    assert span("exogenous x\nidentity y = x\n", bank(x=[1, 2, 3.0])) == ("2001", "2003")


def test_a_lag_wants_a_figure_before_and_the_endogenous_none_after() -> None:
    text = "exogenous x\nbehavioural y = 0.5*y(-1) + x\n"
    assert span(text, bank(x=[1, 1, 1, 1.0], y=[NAN, 2, NAN, NAN])) == ("2003", "2004")


def test_a_lag_of_what_is_given_counts() -> None:
    assert span("exogenous x\nidentity y = x(-2)\n", bank(x=[NAN, 1, 1, 1.0])) == ("2004", "2004")


def test_a_hole_ends_a_run_and_the_longest_is_taken() -> None:
    text = "exogenous x\nidentity y = x\n"
    assert span(text, bank(x=[1, NAN, 1, 1, NAN, 1.0])) == ("2003", "2004")


def test_a_lead_wants_a_figure_after_the_end() -> None:
    text = "exogenous x\nbehavioural y = 0.5*y(+1) + x\n"
    assert span(text, bank(x=[1, 1, 1, 1.0], y=[NAN, NAN, 2, NAN])) == ("2001", "2002")


def test_what_is_found_can_be_solved() -> None:
    text = "exogenous x, z\nbehavioural y = 0.5*y(-1) + 0.2*y(+1) + x + z(-1)\n"
    rng = np.random.default_rng(1)
    for _ in range(40):
        columns = {name: rng.normal(size=9) for name in ("x", "z", "y")}
        for each in columns.values():
            each[rng.random(9) < 0.25] = NAN
        figures = bank(**{name: list(each) for name, each in columns.items()})
        model = read_model(text)
        try:
            first, last = solvable_span(bound(model), figures)
        except NotEnoughData:
            continue
        assert solve(model, figures, first, last).certificate.holds


def test_columns_in_the_way_are_named() -> None:
    with pytest.raises(NotEnoughData) as caught:
        span("exogenous x, z\nidentity y = x + z\n", bank(x=[1, 2.0], z=[NAN, NAN]))
    assert "z" in caught.value.text("en")
    assert "z" in caught.value.text("zh")


def test_a_lag_longer_than_the_table_is_named() -> None:
    for rows in (1, 3, 7):
        with pytest.raises(NotEnoughData, match=r"y\(-4\)" if rows < 4 else r"z\(-8\)"):
            text = "exogenous x, z\nbehavioural y = 0.5*y(-4) + x" + ("" if rows < 4 else " + z(-8)") + "\n"
            span(text, bank(x=[1.0] * rows, y=[1.0] * rows, z=[1.0] * rows))


def test_a_lead_without_figures_beyond_the_end_is_named_with_the_mend() -> None:
    text = "exogenous x\nbehavioural y = 0.5*y(+3) + x\n"
    figures = bank(x=[1.0, 1, 1], y=[1.0, 1, 1])
    with pytest.raises(NotEnoughData, match=r"y\(\+3\)") as caught:
        span(text, figures)
    assert "--terminal" in caught.value.text("zh")
    first, last = solvable_span(bound(read_model(text)), figures, "constant")
    assert (str(first), str(last)) == ("2001", "2003")


def test_columns_that_are_not_there_are_named() -> None:
    with pytest.raises(NotEnoughData, match="x") as caught:
        span("exogenous x\nidentity y = x\n", bank(X=[1.0, 2.0]))
    assert "X" in str(caught.value.mend)
