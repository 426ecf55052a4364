"""The measure productivity_index: chains of a user's own books."""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.measurement import MEASURES
from longwave.measure.own_table import of_own_table
from longwave.measure.productivity.productivity_index import measure_index


def books(years=15, growth=0.02, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(years):
        for side, item, quantity in (
            ("output", "bread", 100 * np.exp(growth * at)),
            ("output", "cake", 50 * np.exp(growth * at)),
            ("Input", "hours", 10.0),
            ("input", "flour", 30.0),
        ):
            noise = np.exp(rng.normal(0, 0.003)) if side == "output" else 1.0
            rows.append([2000 + at, side, item, quantity * noise, 1 + 0.1 * rng.uniform()])
    return pd.DataFrame(rows, columns=["period", "side", "item", "quantity", "price"])


def run(table):
    return of_own_table(MEASURES.get("productivity_index"), table)


def test_a_steady_bakery():
    found = run(books())
    end = found.table.iloc[-1]
    assert end["productivity_fisher"] == pytest.approx(np.exp(0.02 * 14), rel=0.01)
    assert end["input_tornqvist"] == pytest.approx(1)
    assert end["matched_output"] == pytest.approx(1)
    for one in found.estimates[:2]:
        assert one.low < 0.02 < one.high
    assert all(one.text(lang) for one in found.findings for lang in ("en", "zh"))


def test_units_and_order_do_not_matter():
    table = books()
    other = table.sample(frac=1, random_state=1)
    flour = other["item"] == "flour"
    other.loc[flour, "quantity"] *= 1000
    other.loc[flour, "price"] /= 1000
    pd.testing.assert_frame_equal(run(other).table, run(table).table)


def test_a_new_item_is_left_out_where_it_has_no_match_and_that_is_said():
    table = books(years=4)
    new = pd.DataFrame(
        [[2002, "output", "pie", 500.0, 1.0], [2003, "output", "pie", 500.0, 1.0]], columns=table.columns
    )
    found = run(pd.concat([table, new]))
    assert found.table["matched_output"].min() < 0.8
    assert any(one.key == "productivity.index_matched" for one in found.findings)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda t: t.iloc[:0], "productivity.empty_table"),
        (lambda t: t.assign(side="outputs"), "productivity.bad_side"),
        (lambda t: t[t["side"] == "output"], "productivity.no_input"),
        (lambda t: t[t["side"] != "output"], "productivity.no_output"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "productivity.item_twice"),
        (lambda t: t.assign(quantity=-1.0), "productivity.negative_item"),
        (lambda t: t[t["period"] == 2000], "productivity.one_period"),
        (lambda t: t.assign(quantity=0.0), "productivity.no_common_output"),
        (lambda t: t.assign(price=np.nan), "productivity.no_common_output"),
        (lambda t: t.assign(item=t["item"] + t["period"].astype(str)), "productivity.no_common_output"),
    ],
)
def test_what_cannot_be_told_is_refused(change, key):
    found = run(change(books(years=3)))
    assert found.table.empty
    assert found.refusals[0].reason.key == key
    assert found.refusals[0].reason.text("zh")


def test_quarters_have_indices_but_no_yearly_growth():
    table = books(years=3)
    table["period"] = table["period"].map({2000: "2020-Q1", 2001: "2020-Q2", 2002: "2020-Q3"})
    found = run(table)
    assert len(found.table) == 3
    assert not found.estimates
    assert found.refusals[0].reason.key == "productivity.not_years"


def test_few_years_have_no_interval():
    found = measure_index(run_checked(books(years=5)))
    assert found.refusals[0].reason.key == "productivity.few_links"


def run_checked(table):
    from longwave.measure.own_table import checked

    return checked(MEASURES.get("productivity_index"), table)
