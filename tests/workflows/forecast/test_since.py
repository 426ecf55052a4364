"""What changed since an earlier forecast of one's own table, kept as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.workflows.forecast import Made, make_forecast
from longwave.workflows.forecast.told import changes

from .conftest import walk


def kept(made: Made, path: Path) -> Path:
    path.write_text(json.dumps({"schema": "longwave.forecast/1", **made.results()}), "utf-8")
    return path


def table(path: Path, rows: int, **changed: float) -> Path:
    values = walk(40)[:rows]
    for year, value in changed.items():
        values[int(year.removeprefix("y")) - 1980] = value
    pd.DataFrame({"ds": range(1980, 1980 + rows), "y": values}).to_csv(path, index=False)
    return path


def test_new_and_revised_figures_share_the_change(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    earlier = kept(make_forecast(table(path, 36), horizon=5, method="drift"), tmp_path / "earlier.json")
    made = make_forecast(table(path, 38, y2014=108.0), horizon=5, method="drift", since=earlier)
    revision = made.revisions["own"]
    parts = revision.median[["revisions", "new_observations", "re_estimation", "unreproduced"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(revision.median["change"].to_numpy())
    assert revision.surprises.index.tolist() == ["2016", "2017"]
    assert revision.revised.index.tolist() == ["2014"]
    for lang in ("en", "zh"):
        said = [one.text(lang) for one in changes(revision, made.names["own"])]
        assert said[0].startswith("own")
    assert made.results()["forecasts"][0]["revision"]["sentences"]


def test_nothing_new_changes_nothing(tmp_path: Path) -> None:
    path = table(tmp_path / "own.csv", 36)
    earlier = kept(make_forecast(path, horizon=5, method="drift"), tmp_path / "earlier.json")
    revision = make_forecast(path, horizon=5, method="drift", since=earlier).revisions["own"]
    assert abs(revision.median["change"]).max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"forecasts": [{"series": "own", "table": {"0.5": [1]}}]}']
)
def test_what_is_no_earlier_forecast(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text, "utf-8")
    with pytest.raises(BadInput, match="not the JSON"):
        make_forecast(table(tmp_path / "own.csv", 36), method="drift", since=tmp_path / "bad.json")


def test_an_earlier_forecast_of_another_series(tmp_path: Path) -> None:
    other = table(tmp_path / "other.csv", 36)
    earlier = kept(make_forecast(other, horizon=2, method="drift"), tmp_path / "earlier.json")
    with pytest.raises(UsageError, match="other series: other"):
        make_forecast(table(tmp_path / "own.csv", 36), method="drift", since=earlier)


def test_an_earlier_method_that_cannot_be_fitted_again_says_why(tmp_path: Path) -> None:
    path = table(tmp_path / "own.csv", 36)
    document = make_forecast(path, horizon=3, method="drift").results()
    history = document["forecasts"][0]["history"]
    document["forecasts"][0]["history"] = {name: column[-1:] for name, column in history.items()}
    (tmp_path / "earlier.json").write_text(json.dumps(document), "utf-8")
    made = make_forecast(table(path, 37), horizon=3, method="drift", since=tmp_path / "earlier.json")
    reasons = [one.reason.key for one in made.revisions["own"].refusals]
    assert reasons
    assert "revision.no_replay" not in reasons


def test_a_series_that_the_earlier_forecast_lacks_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    frame = pd.DataFrame({"year": range(1980, 2016), "a": walk(36), "b": walk(36, 1)})
    frame[["year", "a"]].to_csv(path, index=False)
    earlier = make_forecast(path, horizon=3, method="drift").results()
    earlier["forecasts"][0]["series"] = "a"
    (tmp_path / "earlier.json").write_text(json.dumps(earlier), "utf-8")
    frame.to_csv(path, index=False)
    made = make_forecast(path, horizon=3, method="drift", since=tmp_path / "earlier.json")
    assert set(made.tables) == {"a", "b"}
    assert [one.subject for one in made.refusals] == [key for key in ("a", "b") if key not in made.revisions]
    assert "b" not in made.revisions
