"""What ``longwave policy adopt``, ``monitor``, ``adjust``, ``evaluate`` and ``history`` print and how they end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.cli.conftest import Run
from tests.workflows.policy.kept import fill, garden_folder

STORE = "store"


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty regions that move alike; in NJ something adds 5 from 2005 on."""
    generator = np.random.default_rng(1)
    years = range(1980, 2015)
    common = np.cumsum(generator.normal(0.0, 1.0, len(years)))
    table = pd.DataFrame(
        {f"R{n}": 50 + common * (0.5 + n / 20) + generator.normal(0, 0.2, len(years)) for n in range(20)},
        index=pd.Index(years, name="year"),
    )
    table["NJ"] = table[["R3", "R7", "R11"]].mean(axis=1) + generator.normal(0, 0.2, len(years))
    table.loc[2005:, "NJ"] += 5.0
    path = tmp_path_factory.mktemp("wide") / "jobs.csv"
    table.to_csv(path)
    return path


def test_the_loop_from_the_command_line(run: Run, tmp_path: Path):
    garden = str(garden_folder(tmp_path / "garden"))
    fill(tmp_path / STORE)
    store = ("--store", str(tmp_path / STORE))
    none = run("policy", "adopt", garden, "FRA", *store)
    assert none.code == 2
    assert "no plan to adopt" in none.err
    planned = run("policy", garden, "FRA", "--figures-to", "2014", "--draws", "40", "--quiet", *store)
    assert planned.code == 0, planned.err
    tried = run("policy", "adopt", garden, "FRA", "--set", "water = 1 in 2015..2016", "--dry-run", *store)
    assert tried.code == 0
    assert "Nothing was recorded" in tried.err
    adopted = run("policy", "adopt", garden, "FRA", "--note", "Garden law", "--json", *store)
    assert adopted.code == 0
    assert adopted.document["schema"] == "longwave.policy-adoption/1"
    assert adopted.document["note"] == "Garden law"
    seen = run("policy", "monitor", garden, "FRA", *store)
    assert seen.code == 0
    assert "watch rules fired" in seen.out
    failing = run("policy", "monitor", garden, "FRA", "--fail", "--json", *store)
    fired = any(each["state"] == "fired" for each in failing.document["signals"])
    assert failing.code == (3 if fired else 0)
    judged = run("policy", "evaluate", garden, "FRA", "--lang", "zh", *store)
    assert judged.code == 0
    assert "所作决定的评估" in judged.out
    adjusted = run("policy", "adjust", garden, "FRA", "--figures-to", "2016", *store)
    assert adjusted.code == 0, adjusted.err
    assert "Back to nothing" in adjusted.out
    history = run("policy", "history", "FRA", "--json", *store)
    assert history.code == 0
    kinds = [each["kind"] for each in history.document["records"]]
    assert kinds == ["plan", "adoption", "monitoring", "evaluation", "adjustment"]
    assert history.document["whole"]
    whole = run("policy", "history", "--id", history.document["records"][0]["id"][:8], "--json", *store)
    assert whole.document["body"]["figures_to"] == 2014
    listed = run("policy", "history", *store)
    assert "Garden law" in listed.out


def test_nothing_is_kept_where_nothing_should_be(run: Run):
    found = run("policy", "history")
    assert (found.code, "No record" in found.out) == (0, True)
    assert run("policy", "history", "--id", "abcd").code == 2


def test_a_table_of_the_users_own(run: Run, wide: Path):
    found = run(
        "policy",
        "evaluate",
        "--file",
        str(wide),
        "--outcome",
        "jobs",
        "--area",
        "NJ",
        "--start",
        "2005",
        "--json",
    )
    assert found.code == 0, found.err
    answer = found.document["answers"][0]
    assert answer["average"]["interval"]["low"] < 5.0 < answer["average"]["interval"]["high"]
    assert answer["average"]["value"] == pytest.approx(5.0, abs=0.5)
    assert 0 < answer["smallest"] < 5.0
    assert set(answer["placebos"]["kind"]) >= {"space", "time"}
    told = run(
        "policy", "evaluate", "--file", str(wide), "--outcome", "jobs", "--of", "NJ", "--start", "2005"
    )
    assert "Taken as treated" in told.out
    assert "Least average effect" in told.out


def test_did_takes_the_treated_area_as_an_adopter(run: Run, wide: Path):
    found = run(
        "policy", "evaluate", "--file", str(wide), "--of", "NJ", "--start", "2005", "--estimator",
        "difference_in_differences", "--hit", "R0,R1", "--json",
    )  # fmt: skip
    assert found.code == 0, found.err
    assert found.document["answers"][0]["average"]["value"] == pytest.approx(5.0, abs=2.0)


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (("--of", "NJ", "--start", "2005"), 2, "Say what to evaluate"),
        (("--file", "jobs.csv", "--start", "2005"), 2, "--of AREA"),
        (("--file", "nowhere.csv", "--of", "NJ", "--start", "2005"), 5, "nowhere.csv"),
        (("--file", "jobs.csv", "--of", "Nowhere", "--start", "2005"), 5, "Nowhere"),
        (("--file", "jobs.csv", "--of", "NJ", "--start", "2050"), 5, "2050"),
        (("--file", "jobs.csv", "--of", "NJ", "--start", "1982"), 5, "1982"),
        (
            ("--file", "jobs.csv", "--of", "NJ", "--start", "2005", "--estimator", "tea_leaves"),
            2,
            "tea_leaves",
        ),
        (("--file", "jobs.csv", "--of", "NJ", "--start", "2005", "--adopter", "R1"), 2, "R1"),
        (("--file", "words.csv", "--of", "NJ", "--start", "2005"), 5, "many"),
        (("--file", "empty.csv", "--of", "NJ", "--start", "2005"), 5, "empty.csv"),
        (("--file", "ragged.csv", "--of", "NJ", "--start", "2005"), 5, "ragged.csv"),
        (("--file", "twice.csv", "--of", "NJ", "--start", "2005"), 5, "more than one column named R1"),
        (("macro",), 2, "Say what to evaluate"),
        (("macro", "USA", "--file", "jobs.csv"), 2, "without a domain"),
    ],
)
def test_what_cannot_be_evaluated_is_told(
    run: Run, wide: Path, surroundings: Path, argv: tuple[str, ...], code: int, says: str
):
    text = wide.read_text("utf-8")
    (surroundings / "jobs.csv").write_text(text, "utf-8")
    lines = text.splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + ",many"
    (surroundings / "words.csv").write_text("\n".join(lines), "utf-8")
    (surroundings / "empty.csv").write_text("", "utf-8")
    (surroundings / "ragged.csv").write_text('year,NJ\n2001,"1\n2002,2,3,4\n', "utf-8")
    (surroundings / "twice.csv").write_text("\n".join([lines[0].replace("R2,", "R1,"), *lines[1:]]), "utf-8")
    found = run("policy", "evaluate", *argv)
    assert found.code == code, (found.out, found.err)
    assert says in found.err + found.out
