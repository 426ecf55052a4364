import numpy as np
import pandas as pd
import pytest

from longwave.measure.skills.tasks import (
    ACTIVITIES,
    SKILLS,
    ElementList,
    element_list,
    measure_task_content,
    shape_over_rank,
    task_scores,
    thirds,
)


def made(
    count: int = 60, elements: ElementList = SKILLS, hump: bool = True, **columns: object
) -> pd.DataFrame:
    """Occupations up the wage ladder; routine peaks in the middle where asked."""
    rng = np.random.default_rng(5)
    rows = []
    for at in range(count):
        rank = at / (count - 1)
        routine = 2 + (1.8 - 6 * (rank - 0.5) ** 2 if hump else 0.0)
        levels = dict.fromkeys(elements.routine, routine) | dict.fromkeys(elements.manual, 2.0)
        levels |= dict.fromkeys(elements.abstract, 2.5)
        for name, level in levels.items():
            value = float(np.clip(6 - level if name in elements.turned else level, 1, 5))
            rows.append(
                {
                    "soc": f"{11 + at % 40}-{1000 + at}.00",
                    "title": f"Occupation {at}",
                    "skill": name,
                    "scale": "IM",
                    "value": float(np.clip(value + rng.normal(0, 0.05), 1, 5)),
                    "employment": 1000.0 + at,
                    "wage": 20_000.0 * (1 + rank),
                }
            )
    return pd.DataFrame(rows).assign(**columns)


def test_a_hump_of_routine_is_seen() -> None:
    found = measure_task_content(made())
    assert found.estimate("rti_curvature_over_wages").high < 0
    assert "skills.shape_rti_hump" in [each.key for each in found.findings]
    assert found.table["employment_share"].sum() == pytest.approx(1)
    assert np.average(found.table["rti"], weights=found.table["employment_share"]) == pytest.approx(
        0, abs=1e-9
    )
    assert all(each.text("zh") for each in found.findings)


def test_no_hump_is_not_seen() -> None:
    found = measure_task_content(made(hump=False))
    assert "skills.shape_rti_flat" in [each.key for each in found.findings]


def test_the_published_elements_are_taken_where_they_are_there() -> None:
    found = measure_task_content(made(elements=ACTIVITIES))
    assert "skills.tasks_by_skills" not in [each.key for each in found.findings]
    assert found.estimate("rti_curvature_over_wages").high < 0
    assert element_list(frozenset({"Writing"})) is None


def test_polarisation_of_employment() -> None:
    table = made()
    rank = (table["wage"] / 20_000 - 1).to_numpy()
    before = table["employment"] * np.exp(-0.5 * (rank - 0.5) ** 2 * 4)
    found = measure_task_content(table.assign(employment_before=before))
    assert found.estimate("employment_curvature_over_wages").low > 0
    assert "skills.shape_employment_valley" in [each.key for each in found.findings]


def test_the_index_by_hand() -> None:
    ratings = pd.DataFrame({name: [4.0] for name in SKILLS.routine}, index=["a"])
    ratings = ratings.assign(**dict.fromkeys(SKILLS.manual, 2.0), **dict.fromkeys(SKILLS.abstract, 2.5))
    assert task_scores(ratings, SKILLS).loc["a", "rti"] == pytest.approx(np.log(4 / (2 * 2.5)))
    with pytest.raises(ValueError, match="1 to 5"):
        task_scores(0 * ratings, SKILLS)


def test_thirds_add_up() -> None:
    rng = np.random.default_rng(1)
    index, employment, wage = (pd.Series(rng.uniform(1, 9, 31)) for _ in range(3))
    parts = thirds(index, employment, wage)
    assert parts[["employment_share", "wage_bill_share"]].sum().to_list() == pytest.approx([1, 1])


def test_the_interval_of_a_shape_covers() -> None:
    rng = np.random.default_rng(7)
    rank = pd.Series(np.linspace(0, 1, 80))
    weights = pd.Series(rng.uniform(1, 20, 80))
    inside = 0
    for _ in range(200):
        y = 2 * rank**2 + rng.normal(0, 0.2 + rank)
        found = shape_over_rank(y, rank, weights)
        inside += found.low <= 2 <= found.high
    assert 182 <= inside <= 200
    with pytest.raises(ValueError, match="ten occupations"):
        shape_over_rank(rank.head(5), rank.head(5), weights.head(5))


def test_without_employment_no_share_is_given() -> None:
    found = measure_task_content(made().drop(columns=["employment", "wage", "title"]))
    assert not found.estimates
    assert "employment_share" not in found.table.columns
    assert [each.subject for each in found.refusals] == ["employment"]


def test_bad_tables_are_refused_in_a_sentence() -> None:
    whole = made()
    cases = {
        "skills.no_elements": whole[whole["skill"] != "Mathematics"],
        "skills.off_scale": whole.assign(value=20 * whole["value"]),
        "skills.few_occupations": made(count=10),
        "skills.same_tasks": whole.assign(value=2.0),
    }
    for key, table in cases.items():
        found = measure_task_content(table)
        assert found.refusals[0].reason.key == key
        assert found.refusals[0].reason.text("zh")
    assert measure_task_content(whole.assign(value=np.nan)).refusals
    assert measure_task_content(whole.assign(soc="?")).refusals
