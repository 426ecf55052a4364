import numpy as np
import pandas as pd
import pytest

from longwave.measure.structure.complexity import CannotRank, complexity, fitness, revealed_advantage
from longwave.measure.structure.economic_complexity import NAME, measure_complexity

NESTED = np.tri(6)[::-1]
"""The first place makes everything, the last one product: the pattern that real exports come near to."""


def table_of(makes, **columns):
    rows = [
        {"place": f"c{i}", "product": f"p{j}", "value": float(value)} | columns
        for i, row in enumerate(makes)
        for j, value in enumerate(row)
    ]
    return pd.DataFrame(rows)


def test_a_nested_table_is_ranked_by_diversity():
    found = complexity(NESTED)
    assert (np.diff(found.eci) < 0).all()
    assert (np.diff(found.pci) > 0).all(), "what fewer places make is more complex"
    assert found.eci.mean() == pytest.approx(0, abs=1e-12)
    assert found.eci.std() == pytest.approx(1)


def test_order_of_rows_and_columns_does_not_matter():
    rng = np.random.default_rng(0)
    makes = (rng.random((9, 14)) < np.linspace(0.9, 0.2, 9)[:, None]).astype(float)
    rows, columns = rng.permutation(9), rng.permutation(14)
    np.testing.assert_allclose(
        complexity(makes[rows][:, columns]).eci, complexity(makes).eci[rows], atol=1e-9
    )


def test_it_is_the_second_eigenvector():
    rng = np.random.default_rng(3)
    makes = (rng.random((8, 20)) < 0.5).astype(float)
    found = complexity(makes)
    step = (makes / makes.sum(axis=1, keepdims=True)) @ (makes / makes.sum(axis=0)).T
    vector = found.eci - np.average(found.eci, weights=makes.sum(axis=1))
    np.testing.assert_allclose(step @ vector, found.eigenvalue * vector, atol=1e-9)


def test_fitness_agrees_with_the_nested_order():
    places, products = fitness(NESTED, rounds=50)
    assert (np.diff(places) < 0).all()
    assert (np.diff(products) > 0).all()


@pytest.mark.parametrize(
    ("makes", "fault"),
    [
        (np.ones((2, 5)), "small"),
        (np.ones((4, 4)), "tied"),
        (np.kron(np.eye(2), np.ones((2, 2))), "split"),
        (np.vstack([NESTED, np.zeros(6)]), "empty"),
    ],
)
def test_tables_that_give_no_order(makes, fault):
    with pytest.raises(CannotRank) as caught:
        complexity(makes)
    assert caught.value.fault == fault


def test_advantage():
    found = revealed_advantage([[10, 0], [10, 20]])
    assert found[0, 0] == pytest.approx(2)
    with pytest.raises(ValueError, match="nothing at all"):
        revealed_advantage([[1, 0], [1, 0]])
    with pytest.raises(ValueError, match="negative"):
        revealed_advantage([[1, -1], [1, 1]])


def test_the_measure_says_the_trap():
    found = measure_complexity(table_of(NESTED * 10 + 0.1))
    assert found.measure == NAME == "economic_complexity"
    assert found.table.index[0] == "c0"
    assert (found.table["eci_low"] <= found.table["eci"]).all()
    text = " ".join(str(one) for one in found.findings)
    assert "cannot be compared with another year" in text
    assert "Atlas" in text
    assert all(one.text("zh") for one in found.findings)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (table_of(NESTED).assign(value=np.nan), "no row"),
        (table_of(np.kron(np.eye(3), np.ones((2, 2)))), "falls apart"),
        (table_of(np.ones((5, 5))), "No single order"),
        (table_of(np.ones((2, 2))), "at least three places"),
        (table_of(-NESTED), "negative"),
        (pd.concat([table_of(NESTED), table_of(NESTED)]), "stands twice"),
        (
            pd.concat([table_of(NESTED, period="2000"), table_of(NESTED, period="2001")]),
            "one period at a time",
        ),
        (table_of(np.zeros((5, 5))), "at least three places"),
    ],
)
def test_refusals(table, words):
    found = measure_complexity(table)
    assert found.table.empty
    assert words in str(found.refusals[0].reason) + str(found.refusals[0].mend)
