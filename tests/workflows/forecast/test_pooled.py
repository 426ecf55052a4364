"""Many series: together, in batches, on several processes."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput, DataError, LongwaveError, UsageError
from longwave.core.harvest import silent
from longwave.core.message import Message
from longwave.forecast.many import Pools, Task
from longwave.workflows.forecast import pooled
from longwave.workflows.forecast.pooled import forecast_pooled, forecast_stream, shortened, workers

from .conftest import many, walk

TASK = Task(3, "drift")


def read(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def test_all_series_of_a_table(tmp_path: Path) -> None:
    table = read(many(tmp_path / "own.csv"))
    made = forecast_pooled(table, TASK, backtest=True, progress=silent)
    assert (made.series, made.refused) == (40, 1)
    assert [one.subject for one in made.refusals] == ["same"]
    assert len(made.frame) == 120
    assert set(made.backtests) == {12}
    assert {"drift", "naive2", "naive", "ar2"} <= set(made.backtests[12].scores.index)
    trials = made.backtests[12].trials.frame
    assert trials["outcome"].tolist() == _last(table, trials)
    document = json.dumps(made.results(), allow_nan=False)
    assert "12" in json.loads(document)["scores"]


def _last(table: pd.DataFrame, trials: pd.DataFrame) -> list[float]:
    known = table.set_index(["unique_id", "ds"])["y"]
    return [
        known[(one, f"{period}-01")]
        for one, period in zip(trials["unique_id"], trials["period"], strict=True)
    ]


def test_shortened_series_have_lost_their_ends(tmp_path: Path) -> None:
    from longwave.forecast.frames import read_many

    series = read_many(read(many(tmp_path / "own.csv", 3, 12)))
    cut = shortened(series, 5)
    assert [cut.of(place).tolist() for place in range(len(cut))] == [
        series.of(place)[:-5].tolist() for place in range(len(series))
    ]
    assert len(shortened(series, 100).values) == 0


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("out", ["out.parquet", "out.CSV"])
def test_a_file_in_batches(tmp_path: Path, ending: str, out: str) -> None:
    path = many(tmp_path / f"own.{ending}")
    steps: list[tuple[int, int]] = []

    def progress(label: Message, done: int, total: int) -> None:
        steps.append((done, total))

    made = forecast_stream(path, tmp_path / out, TASK, processes=1, progress=progress)
    assert (made.series, made.refused, made.out) == (40, 1, tmp_path / out)
    written = pd.read_parquet(made.out) if out.endswith("parquet") else pd.read_csv(made.out)
    whole = forecast_pooled(read(path), TASK, progress=silent).frame
    assert written["longwave"].to_numpy() == pytest.approx(whole["longwave"].to_numpy())
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([path.name, out])
    assert steps
    assert all(done <= total for done, total in steps if total)


def test_nothing_is_left_where_it_breaks_off(tmp_path: Path) -> None:
    path = many(tmp_path / "own.csv")
    table = read(path).sort_values("ds", kind="stable")
    table.to_csv(path, index=False)
    with pytest.raises(BadInput, match="do not stand together"):
        forecast_stream(path, tmp_path / "out.parquet", TASK, processes=1, progress=silent)

    def interrupted(label: Message, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecast_stream(many(path), tmp_path / "out.csv", TASK, processes=1, progress=interrupted)
    assert [each.name for each in tmp_path.iterdir()] == ["own.csv"]


def test_a_table_of_which_nothing_can_be_said(tmp_path: Path) -> None:
    table = pd.DataFrame({"unique_id": ["a"] * 8, "ds": range(2000, 2008), "y": 7.0})
    with pytest.raises(DataError, match="does not vary"):
        forecast_pooled(table, TASK, backtest=True, progress=silent)
    table.to_csv(tmp_path / "own.csv", index=False)
    with pytest.raises(DataError, match="does not vary"):
        forecast_stream(tmp_path / "own.csv", tmp_path / "out.csv", TASK, processes=1, progress=silent)
    assert not (tmp_path / "out.csv").exists()


def test_ids_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    table = read(many(tmp_path / "own.csv", 2))
    table["unique_id"] = table["unique_id"].replace({"s00": "=1+1"})
    table.to_csv(tmp_path / "own.csv", index=False)
    forecast_stream(tmp_path / "own.csv", tmp_path / "out.csv", TASK, processes=1, progress=silent)
    assert set(pd.read_csv(tmp_path / "out.csv")["unique_id"]) == {"'=1+1", "s01"}


def test_another_ending_and_too_few_processes(tmp_path: Path) -> None:
    path = many(tmp_path / "own.csv", 2)
    with pytest.raises(UsageError):
        forecast_stream(path, tmp_path / "out.json", TASK, processes=1, progress=silent)
    with pytest.raises(UsageError):
        forecast_stream(path, tmp_path / "out.csv", TASK, processes=0, progress=silent)


def test_two_processes_say_the_same_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooled, "_WORTH_PROCESSES", 10)
    path = many(tmp_path / "own.csv", 20, 24)
    one = forecast_pooled(read(path), TASK, processes=1, progress=silent)
    two = forecast_pooled(read(path), TASK, processes=2, progress=silent)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert multiprocessing.active_children() == []


def test_processes_end_with_an_interruption_or_a_loss() -> None:
    with pytest.raises(KeyboardInterrupt), workers(1000, 2) as executor:
        assert executor is not None
        executor.submit(abs, -1).result()
        raise KeyboardInterrupt
    assert multiprocessing.active_children() == []
    with pytest.raises(LongwaveError, match="ended by itself"), workers(1000, 2) as executor:
        assert executor is not None
        executor.submit(_vanish).result()


def _vanish() -> None:
    import os

    os._exit(9)


def test_a_frequency_met_in_a_later_batch_gets_its_own_factors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty monthly series fill the first batch, yearly ones come in later ones; both have a pool."""
    monkeypatch.setattr(pooled, "_BATCH", 2200)
    months = read(many(tmp_path / "own.csv", 60))
    dates = [f"{year}-12-31" for year in range(1985, 2017)]
    years = [pd.DataFrame({"unique_id": f"y{n:02d}", "ds": dates, "y": walk(32, n)}) for n in range(80)]
    pd.concat([months, *years]).to_csv(tmp_path / "own.csv", index=False)
    seen = []
    learn = pooled.learn_pools

    def noted(*given: Any, **named: Any) -> Pools:
        seen.append(learn(*given, **named))
        return seen[-1]

    monkeypatch.setattr(pooled, "learn_pools", noted)
    made = forecast_stream(tmp_path / "own.csv", tmp_path / "out.csv", TASK, processes=1, progress=silent)
    assert [set(one.by_season) for one in seen] == [{12}, {1}]
    first, later = seen
    counts = first.judged[0.8], later.judged[0.8]
    whole = (first.coverage[0.8] * counts[0] + later.coverage[0.8] * counts[1]) / sum(counts)
    assert made.coverage[0.8] == pytest.approx(whole)
    learned = first.by_season[12].series + later.by_season[1].series
    assert any(f"was learned from {learned} series" in str(note) for note in made.notes)
    assert made.series == 140
