import numpy as np
import pandas as pd
import pytest

from longwave.measure.rising.exposure import measure_language_model_exposure, weighted_exposure

SKILLS = ("Writing", "Programming", "Repairing", "Speaking")


def made(count: int = 40, **columns: object) -> pd.DataFrame:
    """Occupations whose writing grows and whose repairing falls from the first to the last."""
    rows = []
    for at in range(count):
        part = at / (count - 1)
        levels = {"Writing": 1 + 4 * part, "Programming": 2.0, "Repairing": 5 - 4 * part, "Speaking": 3.0}
        for name in SKILLS:
            for scale, value in (("IM", levels[name]), ("LV", 7 * levels[name] / 5)):
                rows.append(
                    {
                        "soc": f"{11 + at}-1000.00",
                        "title": f"Occupation {at}, with comma",
                        "skill": name,
                        "scale": scale,
                        "value": value,
                        "employment": 100.0,
                        "wage": 10_000.0 + 1000 * at,
                        "published": part**2,
                    }
                )
    return pd.DataFrame(rows).assign(**columns)


def test_occupations_that_write_are_exposed() -> None:
    found = measure_language_model_exposure(made())
    assert found.table.index[0].startswith("50-1000")
    assert found.table["exposure"].between(0, 1).all()
    assert found.table["standardised"].mean() == pytest.approx(0, abs=1e-9)
    assert found.estimate("rank_correlation_published").value == pytest.approx(1)
    assert found.estimate("rank_correlation_wage").value == pytest.approx(1)
    keys = [each.key for each in found.findings]
    assert {"rising.exposure_proxy", "rising.exposure_caveat", "rising.exposure_employment"} <= set(keys)
    assert all(each.text("zh") and each.text("en") for each in found.findings)


def test_given_relatedness_is_what_counts() -> None:
    table = made()
    turned = table.assign(relatedness=(table["skill"] == "Repairing").astype(float))
    found = measure_language_model_exposure(turned)
    assert found.table.index[0].startswith("11-1000")
    assert "rising.exposure_proxy" not in [each.key for each in found.findings]


def test_rescaled_relatedness_changes_no_order() -> None:
    table = made()
    one = measure_language_model_exposure(table.assign(relatedness=table["skill"].map(len).astype(float)))
    other = measure_language_model_exposure(table.assign(relatedness=3.0 * table["skill"].map(len) + 1))
    assert one.table.index.to_list() == other.table.index.to_list()
    assert one.table["standardised"].to_numpy() == pytest.approx(other.table["standardised"].to_numpy())


def test_bad_tables_are_refused_in_a_sentence() -> None:
    whole = made()
    cases = {
        "rising.no_scales": whole[whole["scale"] == "IM"],
        "rising.off_scale": whole.assign(value=10 * whole["value"]),
        "rising.no_text_skills": whole[whole["skill"] != "Writing"],
        "rising.few_occupations": made(count=8),
        "rising.same_exposure": whole.assign(value=2.0),
    }
    for key, table in cases.items():
        found = measure_language_model_exposure(table)
        assert found.refusals[0].reason.key == key
        assert found.refusals[0].reason.text("zh")
        assert found.table.empty
    assert measure_language_model_exposure(whole.assign(soc="")).refusals
    assert measure_language_model_exposure(whole.assign(value=np.nan)).refusals
    with pytest.raises(ValueError, match="relatedness"):
        weighted_exposure(pd.DataFrame({"a": [1.0]}), pd.DataFrame({"a": [1.0]}), pd.Series({"b": 1.0}))
