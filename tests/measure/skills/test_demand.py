import numpy as np
import pandas as pd

from longwave.core.panel import Panel
from longwave.measure.skills.demand import measure_skills_demand
from longwave.measure.skills.monthly import monthly, ordinal, written


def postings(
    drifts: dict[str, float], months: int = 60, noise: float = 0.01, seed: int = 1, shock: float = 0.0
) -> Panel:
    """Monthly indices from February 2020 on; a field drifts on the whole by so much a month. shock: a
    collapse in the first months that is made good."""
    rng = np.random.default_rng(seed)
    periods = [written(ordinal("2020-02") + at) for at in range(months)]
    whole = 4.6 + np.cumsum(rng.normal(0, 0.02, months))
    frames = [pd.DataFrame({"period": periods, "value": np.exp(whole), "item": ""})]
    for name, drift in drifts.items():
        dip = np.where(np.arange(months) < 10, shock, 0.0)
        values = np.exp(whole + dip + np.cumsum(drift + rng.normal(0, noise, months)))
        frames.append(pd.DataFrame({"period": periods, "value": values, "item": name}))
    return Panel.of(
        pd.concat(frames).assign(area="AAA", variable="job_postings", unit="index", source="made")
    )


NONE = {f"Field {at}": 0.0 for at in range(12)}


def test_a_field_that_drifts_is_named() -> None:
    found = measure_skills_demand(postings({**NONE, "Coding": -0.02, "Nursing": 0.02}), "AAA")
    assert found.table.loc["Coding", "loses"] == 1
    assert found.table.loc["Nursing", "gains"] == 1
    assert found.table[["gains", "loses"]].to_numpy().sum() <= 3
    coding = found.estimate("postings_coding")
    assert coding.low <= -0.24 <= coding.high
    assert all(each.text("zh") and each.text("en") for each in found.findings)


def test_nothing_is_named_where_nothing_drifts() -> None:
    named = 0
    for seed in range(8):
        found = measure_skills_demand(postings(NONE, seed=seed), "AAA")
        named += bool(found.table[["gains", "loses"]].to_numpy().any())
    # At most one sample in ten may name one.
    assert named <= 3


def test_the_pandemic_is_no_fade() -> None:
    """A collapse of 2020 that is made good leaves no trace in what is found."""
    shocked = measure_skills_demand(postings(NONE, shock=-0.8), "AAA")
    calm = measure_skills_demand(postings(NONE), "AAA")
    pd.testing.assert_series_equal(shocked.table["change"], calm.table["change"])


def test_a_total_may_have_a_name() -> None:
    panel = postings({**NONE, "Coding": -0.02})
    renamed = panel.frame.assign(item=panel.frame["item"].replace("", "ALL"))
    found = measure_skills_demand(Panel.of(renamed), "AAA")
    assert "ALL" not in found.table.index
    assert found.table.loc["Coding", "loses"] == 1


def test_what_is_not_there_is_refused() -> None:
    panel = postings({**NONE})
    whole_only = Panel.of(panel.frame[panel.frame["item"] == ""])
    assert measure_skills_demand(whole_only, "AAA").refusals[0].reason.key == "skills.no_fields"
    assert measure_skills_demand(panel, "BBB").refusals[0].reason.key == "measure.missing"
    short = measure_skills_demand(postings(NONE, months=30), "AAA")
    assert short.refusals[0].reason.key == "skills.short_postings"
    zero = Panel.of(
        panel.frame.assign(value=panel.frame["value"].where(panel.frame["item"] != "Field 3", 0.0))
    )
    found = measure_skills_demand(zero, "AAA")
    assert [each.subject for each in found.refusals] == ["Field 3"]


def test_yearly_figures_are_not_monthly() -> None:
    rows = pd.DataFrame({"period": ["2020", "2021"], "value": [1.0, 2.0]})
    panel = Panel.of(rows.assign(area="AAA", variable="job_postings", unit="index"))
    assert monthly(panel, "AAA", "job_postings") is None
