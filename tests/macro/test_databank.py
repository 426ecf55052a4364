"""The table a model runs on."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.macro.databank import Databank


def test_periods_are_read_from_what_people_have() -> None:
    for index in (
        [1962, 1963],
        pd.period_range("1962Q3", periods=2, freq="Q"),
        pd.date_range("1962-07-01", periods=3, freq="QS"),
        ["1962-01", "1962-02"],
        ["1962Q3", "1962Q4"],
    ):
        bank = Databank.from_frame(pd.DataFrame({"x": np.arange(float(len(index)))}, index=index))
        assert bank.first.year == 1962
        assert bank.frame()["x"].tolist() == list(np.arange(float(len(index))))


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"x": [1.0, 2.0]}, index=[1990, 1992]),
        pd.DataFrame({"x": [1.0, 2.0]}, index=[1991, 1990]),
        pd.DataFrame({"x": [1.0, 2.0]}, index=[1990, 1990]),
        pd.DataFrame([[1.0, 2.0]], index=[1990], columns=["x", "x"]),
        pd.DataFrame({"x": ["a", 2.0]}, index=[1990, 1991]),
        pd.DataFrame({"x": [1.0]}, index=["soon"]),
    ],
)
def test_what_is_no_such_table_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(BadInput):
        Databank.from_frame(frame)


def test_columns_can_be_taken_replaced_and_missed() -> None:
    bank = Databank.from_frame(pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}, index=[1990, 1991]))
    taken = bank.columns(["y", "z", "w"], {"w": 0.0})
    assert taken[:, 0].tolist() == [3.0, 4.0]
    assert np.isnan(taken[:, 1]).all()
    assert taken[:, 2].tolist() == [0.0, 0.0]
    more = bank.with_columns({"z": np.array([5.0, 6.0]), "x": np.array([0.0, 0.0])})
    assert more.names == ("x", "y", "z")
    assert more.series("x").tolist() == [0.0, 0.0]
    assert bank.series("x").tolist() == [1.0, 2.0]
    with pytest.raises(UsageError):
        bank.series("z")


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": [1.0 + 2.0j]}, index=[1990]),
        pd.DataFrame({"x": pd.to_datetime(["1990-01-01"])}, index=[1990]),
        pd.DataFrame({"x": pd.to_timedelta(["1 day"])}, index=[1990]),
        pd.DataFrame([[1.0]], index=[1990], columns=pd.MultiIndex.from_tuples([("a", "x")])),
    ],
)
def test_what_is_no_number_does_not_become_one(frame: pd.DataFrame) -> None:
    with pytest.raises(BadInput) as caught:
        Databank.from_frame(frame)
    assert caught.value.text("zh")


@pytest.mark.parametrize("what", [None, {"x": [1.0]}, pd.Series([1.0], index=[1990])])
def test_what_is_no_table_is_named(what: object) -> None:
    with pytest.raises(UsageError, match=type(what).__name__):
        Databank.from_frame(what)  # type: ignore[arg-type]
