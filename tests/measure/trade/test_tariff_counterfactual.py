"""Tariffs from a user's table: what is read, told and refused."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import RANGE
from longwave.core.message import Message
from longwave.measure.measurement import MEASURES, TableMeasure
from longwave.measure.own_table import of_own_table
from longwave.measure.trade.tariff_counterfactual import NAME, measure_tariffs

COLUMNS = ["exporter", "importer", "flow", "tariff_before", "tariff_after"]


def rows(extra: float = 0.2, answer: float = 0.0) -> pd.DataFrame:
    """Three countries; A puts `extra` on all imports, the others `answer` on A's goods."""
    made = []
    for exporter in "ABC":
        for importer in "ABC":
            home = exporter == importer
            more = extra if importer == "A" and not home else answer if exporter == "A" and not home else 0.0
            made.append(
                (
                    exporter,
                    importer,
                    20.0 if home else 3.0,
                    0.0 if home else 0.05,
                    0.0 if home else 0.05 + more,
                )
            )
    return pd.DataFrame(made, columns=COLUMNS)


def measured(table: pd.DataFrame):
    entry = MEASURES.get(NAME)
    assert isinstance(entry, TableMeasure)
    return of_own_table(entry, table)


def test_tariff_counterfactual_tells_a_range() -> None:
    found = measured(rows())
    one = found.estimate("real_income_A")
    assert one.low < one.value < one.high
    assert found.estimate("real_income_B").high < 0
    assert found.table.loc["A", "imports"] < 0
    keys = [each.key for each in found.findings]
    assert {"trade.nobody_answers", "trade.certificate", "trade.one_sector"} <= set(keys)
    assert all(each.text("zh") for each in found.findings)


def test_an_answer_takes_the_gain() -> None:
    alone, answered = measured(rows()), measured(rows(answer=0.2))
    assert answered.estimate("real_income_A").value < alone.estimate("real_income_A").value
    assert "trade.nobody_answers" not in [each.key for each in answered.findings]


@pytest.mark.parametrize("times", [1e-250, 1e300])
def test_flows_in_any_unit(times: float) -> None:
    table = rows()
    one, other = measured(table), measured(table.assign(flow=times * table["flow"]))
    np.testing.assert_allclose(one.table["real_income"], other.table["real_income"], rtol=1e-8)


def test_nothing_changes() -> None:
    found = measured(rows(0.0))
    assert [each.key for each in found.findings] == ["trade.no_change"]
    assert found.estimate("world_real_income").value == pytest.approx(0, abs=1e-12)


def test_pairs_without_a_row_are_zero_and_said() -> None:
    table = rows()
    found = measured(table[~((table["exporter"] == "B") & (table["importer"] == "C"))])
    said = {each.key: each for each in found.findings}
    assert said["trade.pairs_as_zero"].values["count"] == 1


def change(column: str, where: int, value: object) -> pd.DataFrame:
    table = rows().astype({"exporter": object})
    table.loc[where, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (rows().query("exporter != importer"), "trade.no_home_sales"),
        (change("flow", 0, 0.0), "trade.no_home_sales"),
        (change("flow", 1, np.nan), "trade.flow_missing"),
        (change("flow", 1, -1.0), "trade.flow_below_zero"),
        (change("tariff_after", 1, np.nan), "trade.tariff_missing"),
        (change("tariff_after", 1, -1.0), "trade.tariff_too_low"),
        (change("tariff_after", 1, 25.0), "trade.tariff_too_high"),
        (change("tariff_before", 0, 0.1), "trade.tariff_at_home"),
        (change("exporter", 0, " "), "trade.nameless"),
        (pd.concat([rows(), rows().head(1)]), "trade.pair_twice"),
        (rows().query("exporter == 'A' and importer == 'A'"), "trade.one_country"),
        (rows().head(0), "trade.no_flows"),
        (rows().assign(flow=0.0), "trade.all_zero"),
    ],
)
def test_refusals(table: pd.DataFrame, key: str) -> None:
    found = measured(table)
    assert [one.reason.key for one in found.refusals] == [key]
    assert isinstance(found.refusals[0].mend, Message)
    assert not found.estimates


@pytest.mark.parametrize("times", [100.0, 30.0])
def test_low_tariffs_in_per_cent_are_no_fractions(times: float) -> None:
    """Five per cent written as 1.5 or 5 would pass for 150 or 500 %."""
    table = rows()
    for column in ("tariff_before", "tariff_after"):
        table[column] *= times
    assert [one.reason.key for one in measured(table).refusals] == ["trade.tariff_too_high"]


def test_the_rates_that_were_read_are_told() -> None:
    (told,) = [each for each in measured(rows()).findings if each.key == "trade.tariffs_read"]
    assert told.values["before"] == pytest.approx(0.05)
    assert told.values["after"] == pytest.approx(0.05 + 0.2 / 3)
    assert "5.0%" in told.text("en")


def test_the_range_of_the_elasticity_has_no_probability() -> None:
    assert all(one.level == RANGE for one in measured(rows()).estimates)


def test_flows_without_end_are_refused() -> None:
    table = rows()
    table.loc[1, "flow"] = np.inf
    found = measure_tariffs(table)
    assert [one.reason.key for one in found.refusals] == ["trade.flow_infinite"]
