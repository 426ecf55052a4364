import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.rising.task_labels import measure_language_model_tasks, task_exposure


def made(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "soc": ["11-1011.00"] * 3 + ["47-2031.00"] * 2,
            "title": ["Chief Executives"] * 3 + ["Carpenters"] * 2,
            "label": ["E1", "e2", "E0", "E0", "E3"],
            "kind": ["Core", "Supplemental", "Core", "", ""],
            "employment": [100.0] * 3 + [300.0] * 2,
        }
    )
    return table.assign(**columns)


def test_by_hand() -> None:
    found = task_exposure(made())
    assert found.loc["11-1011.00"].to_list() == pytest.approx([1 / 2.5, 1.25 / 2.5, 1.5 / 2.5])
    assert found.loc["47-2031.00"].to_list() == pytest.approx([0, 0.25, 0.5])


@given(labels=st.lists(st.sampled_from(["E0", "E1", "E2", "E3"]), min_size=1, max_size=20))
def test_the_three_are_in_order(labels: list[str]) -> None:
    table = pd.DataFrame({"soc": "a", "label": labels, "kind": "core"})
    one = task_exposure(table).loc["a"]
    assert 0 <= one["alpha"] <= one["beta"] <= one["zeta"] <= 1


def test_shares_of_workers() -> None:
    found = measure_language_model_tasks(made())
    assert found.table["employment_share"].to_list() == pytest.approx([0.25, 0.75])
    assert "25% a half or more" in str(found.findings[1])
    assert all(each.text("zh") for each in found.findings)
    bare = measure_language_model_tasks(made().drop(columns=["employment", "kind", "title"]))
    assert bare.refusals[0].subject == "employment"
    assert bare.findings[1].key == "rising.tasks_occupations"


def test_bad_tables_are_refused_in_a_sentence() -> None:
    cases = {
        "rising.no_tasks": made(label=""),
        "rising.strange_label": made(label="yes"),
        "rising.strange_kind": made(kind="main"),
    }
    for key, table in cases.items():
        assert measure_language_model_tasks(table).refusals[0].reason.key == key
    with pytest.raises(ValueError, match="labels"):
        task_exposure(made(label="E9"))
