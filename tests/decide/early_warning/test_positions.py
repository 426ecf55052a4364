"""A portfolio's door: every fault named with its row, nothing made up for what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.decide.early_warning.concentration import breaches, concentration
from longwave.decide.early_warning.positions import Limits, portfolio_of

GOOD = pd.DataFrame(
    {
        "name": ["A", "B", "C", "D"],
        "area": ["USA", "USA", "CHN", ""],
        "amount": [30.0, 30.0, 20.0, 20.0],
        "pd": [0.01, 0.02, np.nan, 1.0],
        "lgd": [0.45, 0.45, 0.45, 0.45],
        "limit": [40.0, 20.0, np.nan, 20.0],
    },
    index=[2, 3, 4, 5],
)


def test_what_is_not_given_is_told() -> None:
    found = portfolio_of(GOOD)
    assert found.total == 100
    assert found.covered == pytest.approx(0.8)
    keys = [each.key for each in found.remarks]
    assert keys == [
        "early_warning.without_pd",
        "early_warning.some_limits",
        "early_warning.in_default",
    ]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("amount", -1.0, "row 3 (B): the amount -1 is below nought"),
        ("amount", np.nan, "row 3 (B) has no amount"),
        ("pd", 2.5, "row 3 (B): pd 2.5 is above 1; if that is per cent, write 2.5%"),
        ("pd", -0.1, "row 3 (B): pd -0.1 is below nought"),
        ("lgd", 45.0, "row 3 (B): lgd 45 is above 1"),
        ("lgd", -0.45, "row 3 (B): lgd -0.45 is below nought"),
        ("limit", -3.0, "row 3 (B): the limit -3 is below nought"),
        ("name", "", "row 3 has no name"),
        ("least", 25.0, "row 3 (B): the least amount 25 is above the limit"),
    ],
)
def test_a_fault_names_its_row(column: str, value: object, words: str) -> None:
    table = GOOD.copy()
    table.loc[3, column] = value
    with pytest.raises(BadInput) as refused:
        portfolio_of(table)
    assert words in refused.value.text()
    assert refused.value.text("zh")


def test_all_faults_are_counted() -> None:
    table = pd.concat([GOOD] * 5, ignore_index=True).assign(pd=2.0)
    with pytest.raises(BadInput) as refused:
        portfolio_of(table)
    assert "and 12 more" in refused.value.text()


@pytest.mark.parametrize("name", ["Total", "合计", " sum: "])
def test_a_line_that_sums_the_others_is_no_position(name: str) -> None:
    rows = pd.DataFrame({"name": ["A", "B", name], "amount": [1.0, 2.0, 3.0]})
    with pytest.raises(BadInput) as refused:
        portfolio_of(rows)
    assert "adds up the others" in refused.value.text()
    assert len(portfolio_of(rows.assign(amount=[1.0, 2.0, 4.0])).table) == 3


def test_per_cents_written_as_fractions_are_asked_about() -> None:
    found = portfolio_of(GOOD.assign(pd=[0.5, 0.8, 0.9, 0.3]))
    assert "early_warning.pd_high" in [each.key for each in found.remarks]


@pytest.mark.parametrize("table", [GOOD.drop(columns="amount"), GOOD.iloc[:0], GOOD.assign(amount=0.0)])
def test_what_is_no_portfolio_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(BadInput):
        portfolio_of(table)


@pytest.mark.parametrize("caps", [Limits(single=0), Limits(areas={"USA": 1.5}), Limits(sectors={"x": -0.1})])
def test_caps_are_shares(caps: Limits) -> None:
    with pytest.raises(BadInput):
        portfolio_of(GOOD, caps)


def test_concentration_and_breaches() -> None:
    found = portfolio_of(GOOD, Limits(single=0.25, areas={"USA": 0.5}))
    by_area = concentration(found, "area")
    assert by_area.shares["USA"] == pytest.approx(0.6)
    assert by_area.hhi == pytest.approx(0.6**2 + 2 * 0.2**2)
    assert by_area.equal_number == pytest.approx(1 / by_area.hhi)
    named = [(each.kind, each.name, each.excess) for each in breaches(found)]
    assert named[0] == ("position", "B", 10)
    assert {(kind, name) for kind, name, _ in named[1:]} == {
        ("single", "A"),
        ("single", "B"),
        ("area", "USA"),
    }


def test_a_least_amount_above_what_may_be_lent_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        portfolio_of(GOOD.assign(least=[0.0, 0.0, 500.0, 0.0]))
    assert "row 4 (C): the least amount 500 is above the amount" in refused.value.text()


def test_rows_alike_are_asked_about() -> None:
    found = portfolio_of(pd.concat([GOOD, GOOD.iloc[:1].set_axis([6])]))
    told = next(each for each in found.remarks if each.key == "early_warning.rows_alike")
    assert "2, 6" in told.text()
