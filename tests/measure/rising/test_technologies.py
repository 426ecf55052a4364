import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.rising.technologies import measure_emerging_technologies

YEARS = list(range(1998, 2021))


def grants(scale: float = 1000.0, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drifts = {"computers": 0.06, "chemistry": 0.0, "mechanics": -0.02, "medicine": 0.0}
    return pd.DataFrame(
        {
            name: np.round(scale * np.exp(np.cumsum(0.02 + drift + rng.normal(0, 0.01, len(YEARS)))))
            for name, drift in drifts.items()
        },
        index=YEARS,
    )


def panel_of(table: pd.DataFrame, total: bool = True) -> Panel:
    whole = table.assign(**{"": table.sum(axis=1)}) if total else table
    rows = whole.rename_axis("period").reset_index().melt("period", var_name="item")
    rows["period"] = rows["period"].astype(str)
    return Panel.of(rows.assign(area="AAA", variable="patents_by_field", unit="grants", source="made"))


def test_a_field_that_gains_is_named() -> None:
    found = measure_emerging_technologies(panel_of(grants()), "AAA")
    assert found.table.loc["computers", "rising"] == 1
    assert found.table.loc["computers", "beyond_chance"] == 1
    assert found.table.loc["mechanics", "rising"] == 0
    keys = [each.key for each in found.findings]
    assert keys[0] == "rising.technologies"
    assert {"rising.all_grants", "rising.grant_lag"} <= set(keys)
    assert all(each.text("zh") for each in found.findings)
    # Growth of the field less growth of the whole is its gain in the last window.
    assert found.table.loc["computers", "growth"] > found.table.loc["computers", "gain"]


def test_without_a_total_the_fields_are_the_whole() -> None:
    one = measure_emerging_technologies(panel_of(grants()), "AAA").table
    other = measure_emerging_technologies(panel_of(grants(), total=False), "AAA").table
    assert other["gain"].to_numpy() == pytest.approx(one["gain"].to_numpy())


def test_a_handful_of_grants_is_luck() -> None:
    few = grants()
    few["medicine"] = 5.0
    found = measure_emerging_technologies(panel_of(few), "AAA")
    assert [each.subject for each in found.refusals] == ["medicine"]
    none = measure_emerging_technologies(panel_of(grants(scale=8.0)), "AAA")
    assert none.refusals[0].reason.key == "rising.few_grants"
    assert measure_emerging_technologies(panel_of(grants()), "BBB").refusals
    short = measure_emerging_technologies(panel_of(grants().tail(12)), "AAA")
    assert short.refusals[0].reason.key == "rising.short_items"


def test_fields_that_end_before_the_total_are_read_to_their_end() -> None:
    """The USPTO's series by category ends a year before its total."""
    table = grants()
    panel = panel_of(table)
    later = panel.frame[panel.frame["item"] == ""].tail(1).assign(period="2021")
    found = measure_emerging_technologies(Panel.of(pd.concat([panel.frame, later])), "AAA")
    assert found.estimate("gain_computers").sample.last == "2020"
