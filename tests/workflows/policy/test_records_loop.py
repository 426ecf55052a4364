"""The loop over its records: planned, adopted, watched, adjusted, evaluated, looked back on."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.workflows.policy.kept import fill, garden_folder, settings_in

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.settings import Settings
from longwave.policy.loop import PlanOptions
from longwave.policy.problem import paths_of
from longwave.store import Store
from longwave.workflows.policy.adjust import adjust_policy
from longwave.workflows.policy.adopt import Adoption, adopt_policy
from longwave.workflows.policy.decided import Decision, read_decision
from longwave.workflows.policy.evaluate import evaluate_policy
from longwave.workflows.policy.history import one_record, policy_history
from longwave.workflows.policy.monitor import monitor_policy
from longwave.workflows.policy.records import keep_plan, records_of
from longwave.workflows.policy.run import make_policy

PLANNED, DECIDED = "2015-07-01", date(2015, 7, 2)


@dataclass(frozen=True)
class Garden:
    """A domain's folder, and a store with a plan of 2015 for France."""

    folder: str
    settings: Settings
    plan: str

    def adopt(self, *sentences: str, **more: object) -> Adoption:
        decisions = [read_decision(each) for each in sentences]
        given = {"on": DECIDED, "recorded": DECIDED, "settings": self.settings, **more}
        return adopt_policy(self.folder, "FRA", decisions, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The garden's folder, a store with its plan, and the plan's id: made once, copied for each test."""
    place = tmp_path_factory.mktemp("planted")
    folder, settings = garden_folder(place / "garden"), fill(place / "store", shift=1.0)
    options = PlanOptions(replications=60)
    made = make_policy(folder, "FRA", options=options, as_of=PLANNED, made=PLANNED, settings=settings)
    return folder, place / "store", keep_plan(made, settings)


@pytest.fixture
def garden(planted: tuple[Path, Path, str], tmp_path: Path) -> Garden:
    folder, store, plan = planted
    shutil.copytree(store, tmp_path / "store")
    return Garden(str(folder), settings_in(tmp_path / "store"), plan)


def test_the_same_plan_twice_is_one_record(garden: Garden):
    options = PlanOptions(replications=60)
    again = make_policy(
        garden.folder, "FRA", options=options, as_of=PLANNED, made=PLANNED, settings=garden.settings
    )
    assert keep_plan(again, garden.settings) == garden.plan
    other = make_policy(
        garden.folder, "FRA", options=PlanOptions(replications=60, seed=3), as_of=PLANNED, made=PLANNED,
        settings=garden.settings,
    )  # fmt: skip
    second = keep_plan(other, garden.settings)
    records = records_of("garden", "FRA", garden.settings)
    assert [each.id for each in records] == [garden.plan, second]
    assert records[1].previous == garden.plan
    assert records[0].body["data"][0]["sha256"]
    assert records[0].body["options"]["seed"] == 0
    assert records[0].body["versions"]["longwave"]


def test_the_mix_is_adopted_with_the_promise_of_its_plan(garden: Garden):
    made = garden.adopt(note="Garden law")
    plan = records_of("garden", "FRA", garden.settings)[0].body["plans"]["garden"]["design"]
    body = made.body
    assert body["plan"] == garden.plan
    assert body["decided_on"] == "2015-07-02"
    assert list(body["paths"]["water"].values()) == pytest.approx(plan["mix"]["water"]["best"])
    assert body["promise"]["outcomes"]["green"]["value"] == plan["outcomes"]["green"]["0.5"]
    assert {each["rule"]["name"]: each["promised"] for each in body["watch"]} == {
        "dry": None,
        "off_the_path": "green",
    }
    assert max(body["watch"][1]["figures"]) == "2014"
    assert body["evaluation"][0]["smallest"] > 0
    assert body["evaluation"][0]["design"]["level"] == 0.9
    assert made.record is not None
    assert made.record.previous == garden.plan


def test_own_paths_get_a_promise_of_their_own(garden: Garden):
    nothing = garden.adopt("water = 0", dry_run=True)
    effects = nothing.body["promise"]["effects"]["green"]
    assert np.allclose(effects["value"], 0.0)
    some = garden.adopt("water = 1 in 2016..2017", dry_run=True)
    assert some.body["paths"]["water"] == {"2016": 1, "2017": 1, "2018": 0, "2019": 0, "2020": 0, "2021": 0}
    told = some.body["promise"]["effects"]["green"]
    effect = dict(
        zip(told["period"], zip(told["value"], told["low"], told["high"], strict=True), strict=True)
    )
    assert effect["2016"] == pytest.approx((1.0, 0.55, 1.45), abs=0.12)  # watering is uniform on 0.5 .. 1.5
    assert some.record is None
    assert len(records_of("garden", "FRA", garden.settings)) == 1
    assert not some.notes  # the data are those of the plan
    other = garden.adopt("water = 1 in 2018", dry_run=True)
    assert other.body["begins"] == 2018


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("water", "cannot be read"),
        ("water = much", "cannot be read"),
        ("wine = 1", "no policy instrument wine"),
        ("water = 9", "outside the bounds"),
        ("water = 1 in 2010", "not within the plan"),
        ("water = 1 in 2018..2016", "not within the plan"),
        ("water = 1 in 2018..2090", "not within the plan"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_with_the_mend(garden: Garden, sentence: str, says: str):
    with pytest.raises(UsageError, match=says) as raised:
        garden.adopt(sentence)
    assert raised.value.mend is not None
    assert len(records_of("garden", "FRA", garden.settings)) == 1


def test_values_beyond_the_bounds_are_recorded_where_asked_for(garden: Garden):
    assert garden.adopt("water = 9", beyond_bounds=True).body["beyond_bounds"]


@pytest.mark.parametrize(
    ("on", "says"),
    [("2015-06-30", "before its plan"), ("2015-07-03", "not come yet"), ("soon", "not a date")],
)
def test_the_day_of_a_decision(garden: Garden, on: str, says: str):
    with pytest.raises(UsageError, match=says):
        garden.adopt(on=on)


def test_a_plan_that_has_begun_is_not_adopted(garden: Garden):
    with pytest.raises(UsageError, match="before the decision"):
        garden.adopt(on="2018-01-01", recorded=date(2018, 1, 2))


def test_nothing_planned_and_nothing_adopted_are_told(garden: Garden):
    with pytest.raises(UsageError, match="no plan to adopt"):
        adopt_policy(garden.folder, "DEU", settings=garden.settings)
    for verb in (monitor_policy, adjust_policy, evaluate_policy):
        with pytest.raises(UsageError, match="Nothing was adopted"):
            verb(garden.folder, "FRA", settings=garden.settings)
    with pytest.raises(UsageError, match="No such record"):
        garden.adopt(plan="ffffffff")


def test_watching_tells_revisions_from_news(garden: Garden):
    garden.adopt()
    early = monitor_policy(garden.folder, "FRA", as_of="2016-01-01", settings=garden.settings)
    assert {str(each.state) for each, _ in early.signals} == {"not_decidable"}
    seen = monitor_policy(garden.folder, "FRA", settings=garden.settings)
    by_name = {each.name: each for each, _ in seen.signals}
    chart = by_name["off_the_path"]
    assert str(chart.state) != "not_decidable"
    assert chart.watched == ("2015", "2024")
    assert chart.table["revision"].abs().max() > 0.5  # the earlier figures are higher by one now
    assert seen.record is not None
    json.dumps(seen.results(), allow_nan=False)
    again = monitor_policy(garden.folder, "FRA", settings=garden.settings)
    assert again.record == seen.record  # the same figures on the same day


def test_an_evaluation_waits_for_figures_and_then_judges_the_promise(garden: Garden):
    garden.adopt("water = 1")
    with pytest.raises(NotEnoughData, match="too early") as raised:
        evaluate_policy(garden.folder, "FRA", as_of="2016-01-01", settings=garden.settings)
    assert "2016" in raised.value.mend.text("en")  # type: ignore[union-attr]
    with pytest.raises(UsageError, match="No evaluation design"):
        evaluate_policy(garden.folder, "FRA", design="nothing", settings=garden.settings)
    found = evaluate_policy(garden.folder, "FRA", settings=garden.settings)
    answer = found.answers[0]
    assert list(answer.effect.path.index) == ["2016", "2017", "2018"]
    assert answer.check is not None
    assert answer.check.path["promised"].loc["2016"] == pytest.approx(1.0, abs=0.12)
    assert answer.smallest == pytest.approx(found.adopted.designs[0].smallest)  # type: ignore[union-attr]
    json.dumps(found.results(), allow_nan=False)


def test_an_adjustment_starts_from_what_is_in_force(garden: Garden):
    garden.adopt("water = 1 in 2016..2019")
    made = adjust_policy(
        garden.folder, "FRA", start=2019, figures_to=2017, made=date(2024, 12, 31), settings=garden.settings
    )
    problem = made.design.problem
    assert str(problem.figures.base) == "2017"
    assert made.in_force == {"water": 1.0}
    assert made.kept_paths["water"] == {str(year): 0.0 if year < 2020 else -1.0 for year in range(2018, 2025)}
    lever = problem.instruments[0]
    assert (lever.low, lever.high) == (-3.0, 1.0)
    keep, best, back = made.ways
    best_paths = {name: dict(path.dropna()) for name, path in paths_of(made.design.policy).items()}
    assert problem.centre_loss(made.kept_paths) == pytest.approx(keep.loss)
    assert problem.centre_loss(best_paths) == pytest.approx(best.loss)
    assert best.loss <= min(keep.loss, back.loss) + 1e-9
    again = adopt_policy(
        garden.folder, "FRA", [Decision("water", 0.5, 2019, 2020)], on="2018-06-01", settings=garden.settings
    )
    assert again.body["in_force"] == {"water": 1.0}
    assert again.body["paths"]["water"]["2019"] == 0.5
    assert again.body["paths"]["water"]["2022"] == -1.0  # not named: as it was adopted


def test_history_tells_all_and_marks_what_was_altered(garden: Garden):
    garden.adopt(note="Garden law")
    monitor_policy(garden.folder, "FRA", settings=garden.settings)
    found = policy_history("garden", "FRA", settings=garden.settings)
    assert [each.kind for each in found.entries] == ["plan", "adoption", "monitoring"]
    assert not found.faults
    assert "Garden law" in found.entries[1].words.text("en")
    assert policy_history("FRA", settings=garden.settings).entries == found.entries
    assert not policy_history("garden", "DEU", settings=garden.settings).entries
    record = one_record(garden.plan[:8], settings=garden.settings)
    assert record.id == garden.plan
    for each in found.entries:
        assert each.words.text("zh")
    with Store.open(garden.settings.store) as store:
        path = next(store.root.glob(f"records/*/{garden.plan}*"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"FRA"', b'"DEU"', 1))
    broken = policy_history("garden", "FRA", settings=garden.settings)
    assert [bool(each.faults) for each in broken.entries] == [True, False, False]
    assert broken.faults


def test_a_plan_in_hindsight_reads_no_later_figures(garden: Garden):
    made = make_policy(
        garden.folder, "FRA", options=PlanOptions(replications=60), figures_to=2010, settings=garden.settings
    )
    assert str(made.plan.figures.base) == "2010"  # type: ignore[union-attr]
    assert str(made.plan.figures.start) == "2011"  # type: ignore[union-attr]
    keep_plan(made, garden.settings)
    adopted = adopt_policy(garden.folder, "FRA", settings=garden.settings)
    assert adopted.body["decided_on"] == "2010-12-31"
    assert "hindsight" in adopted.notes[-1].text("en")
    assert pd.Series(adopted.body["watch"][0]["figures"]).index.max() == "2010"
