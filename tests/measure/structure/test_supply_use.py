"""Supply and use: with one product an industry they are the table of industries itself."""

import numpy as np
import pytest

from longwave.measure.structure.leontief import domestic, input_coefficients
from longwave.measure.structure.published_tables import published_table, published_tables
from longwave.measure.structure.supply_use import supply_use

USE = np.array([[150.0, 500], [200, 100]])
OUTPUT = np.array([1000.0, 2000])


def test_one_product_an_industry_is_the_table_of_industries():
    tables = supply_use(USE, np.diag(OUTPUT), OUTPUT, [100, 0])
    np.testing.assert_allclose(tables.coefficients(), input_coefficients(USE, OUTPUT))
    home = domestic(input_coefficients(USE, OUTPUT), OUTPUT, [100, 0])
    np.testing.assert_allclose(tables.coefficients(home=True), home)


def test_market_shares_keep_what_is_bought():
    supply = np.array([[900.0, 300], [100, 1700], [0, 0]])
    use = np.vstack([USE, [10, 20]])
    tables = supply_use(use, supply, supply.sum(axis=0), [0, 50, 80])
    np.testing.assert_allclose(tables.market_shares.sum(axis=0), [1, 1, 0])
    # A product that nobody makes at home is bought from no industry.
    np.testing.assert_allclose(tables.coefficients().sum(axis=0), USE.sum(axis=0) / supply.sum(axis=0))
    np.testing.assert_allclose(tables.import_shares, [0, 50 / 1850, 1])


@pytest.mark.parametrize(
    ("supply", "output", "imports"),
    [
        (np.ones((2, 3)), OUTPUT, [0, 0]),
        (-np.eye(2), OUTPUT, [0, 0]),
        (np.eye(2), [1, 0], [0, 0]),
        (np.eye(2), OUTPUT, [-1, 0]),
        (np.eye(2), OUTPUT, [np.inf, 0]),
    ],
)
def test_tables_that_do_not_fit(supply, output, imports):
    with pytest.raises(ValueError, match=r"must|industry"):
        supply_use(USE, supply, output, imports)


def test_published_tables_say_whose_they_are():
    for table in published_tables():
        assert table.origin.licence.stated
        assert table.origin.citation()
        assert table.title.zh and table.copy.zh
        assert len(table.industries) == len(table.tables.output)
    assert published_table("USA").period == "2021"
    assert published_table("XXX") is None
