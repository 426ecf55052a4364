"""``longwave nowcast``: a user's own table from end to end, in both languages, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from .conftest import Run


def economy(months: int = 240, seed: int = 3) -> pd.DataFrame:
    """A common monthly factor behind three indicators and a quarterly figure whose last two quarters are unknown."""
    generator = np.random.default_rng(seed)
    factor = np.zeros(months)
    for month in range(1, months):
        factor[month] = 0.8 * factor[month - 1] + generator.normal()
    dates = pd.date_range("2003-01-01", periods=months, freq="MS")
    parts = [
        pd.DataFrame(
            {
                "unique_id": name,
                "ds": dates,
                "y": 100 + np.cumsum(0.2 + factor + generator.normal(0, 0.4, months)),
            }
        )
        for name in ("orders", "sales", "jobs")
    ]
    growth = factor.reshape(-1, 3).mean(axis=1) + generator.normal(0, 0.2, months // 3)
    quarters = pd.date_range("2003-01-01", periods=months // 3, freq="QS")
    gdp = pd.DataFrame({"unique_id": "gdp", "ds": quarters, "y": 500 + np.cumsum(1 + 3 * growth)}).iloc[:-2]
    return pd.concat([gdp, *(part.iloc[: -1 - place] for place, part in enumerate(parts))])


@pytest.fixture
def table(run: Run) -> Path:
    """A file in the folder in which the commands run."""
    path = Path("economy.csv")
    economy().to_csv(path, index=False)
    return path


def test_a_table_of_one_s_own(run: Run, table: Path) -> None:
    done = run("nowcast", "gdp", "--file", str(table), "--json", "-q")
    assert done.code == 0, done.err
    document = done.document
    assert document["schema"] == "longwave.nowcast/1"
    assert (document["origin"], document["period"]) == ("2022-Q2", "2022-Q3")
    assert [each["name"] for each in document["methods"]] == ["dynamic_factor", "ar2", "mean"]
    table_ = document["methods"][0]["table"]
    assert table_["0.025"][0] < table_["0.1"][0] < table_["0.5"][0] < table_["0.9"][0] < table_["0.975"][0]
    assert set(document["weights"]) >= {"orders", "sales", "jobs"}


def test_it_is_told_in_both_languages(run: Run, table: Path) -> None:
    english = run("nowcast", "gdp", "--file", str(table), "--method", "bridge")
    assert english.code == 0, english.err
    assert "Nowcast of gdp for 2022-Q3" in english.out
    chinese = run("nowcast", "gdp", "--file", str(table), "--method", "bridge", "--lang", "zh")
    assert "即时预测" in chinese.out


def test_a_candidate_that_is_noise_is_not_praised(run: Run, table: Path) -> None:
    frame = pd.read_csv(table)
    months = frame[frame["unique_id"] == "orders"]
    noise = np.random.default_rng(8).normal(size=len(months))
    frame = pd.concat([frame, months.assign(unique_id="tone", y=100 + noise)])
    frame.to_csv(table, index=False)
    words = (
        "nowcast",
        "gdp",
        "--file",
        str(table),
        "--method",
        "bridge",
        "--candidate",
        "tone",
        "--json",
        "-q",
    )
    (candidate,) = run(*words).document["candidates"]
    assert candidate["name"] == "tone"
    assert not candidate["helps"]


def test_what_moved_it_adds_up(run: Run, table: Path) -> None:
    frame = pd.read_csv(table)
    old = frame.groupby("unique_id").apply(
        lambda part: part if part.name == "gdp" else part.iloc[:-1], include_groups=False
    )
    old.reset_index("unique_id").to_csv("old.csv", index=False)
    done = run("nowcast", "gdp", "--file", str(table), "--earlier", "old.csv", "--json", "-q")
    assert done.code == 0, done.err
    news = done.document["news"]
    assert sum(news["rows"]["impact"]) == pytest.approx(news["after"] - news["before"], abs=1e-9)
    lines = run("nowcast", "gdp", "--file", str(table), "--earlier", "old.csv", "-q").out.splitlines()
    told = [line for line in lines if line.startswith("  - ")]
    assert len(told) == len(set(told))
    assert sum("moved from" in line for line in told) == 1


def test_wrong_use_is_told_with_a_mend(run: Run, table: Path) -> None:
    for words in (
        ("nowcast", "gdp"),
        ("nowcast", "gdp", "--file", str(table), "--method", "crystal_ball"),
        ("nowcast", "gnp", "--file", str(table)),
        ("nowcast", "gdp", "--file", "nowhere.csv"),
        ("nowcast", "gdp", "--file", str(table), "--as-of", "2020-01-01"),
        ("nowcast", "gdp", "--file", str(table), "--since", "2020-01-01"),
        ("nowcast", "real_gdp@USA", "--with", "employment@USA", "--earlier", str(table)),
    ):
        done = run(*words)
        assert done.code == 2, (words, done.err)
        assert done.err.startswith("Error"), words


def test_a_file_has_no_dates(run: Run, table: Path) -> None:
    for option in ("--as-of", "--since"):
        done = run("nowcast", "gdp", "--file", str(table), option, "2020-01-01")
        assert option in done.err and "--earlier" in done.err


def test_named_series_of_the_factbook(run: Run) -> None:
    """Yearly figures: the bridge takes them, or the refusal says what is missing."""
    done = run("nowcast", "real_gdp@USA", "--freq", "A", "--with", "employment@USA", "--method", "bridge")
    assert done.code in {0, 5}, done.err
    assert "real_gdp" in done.out + done.err
