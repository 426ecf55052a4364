"""A dataset that comes piece by piece: no piece hides another, and no series is spliced from two vintages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from longwave.core.errors import StoreError
from longwave.core.harvest import RawFile
from longwave.core.panel import Panel
from longwave.store import Batch, Store
from longwave.store.gather import joined

from .batches import batch, fault, figures, realtime


def piece(
    variable: str, released: str, value: float, *, area: str = "USA", unit: str = "not stated"
) -> Batch:
    raw = (RawFile("answer.json", f"{variable} {released} {value}".encode()),)
    one = batch("bank", released, value=value, areas=[area], variables=[variable], raw=raw)
    return replace(one, panel=Panel(one.panel.frame.assign(unit=unit)), adds=True)


def told(store: Store, as_of: date | None = None) -> dict[tuple[str, str], float]:
    frame = store.read(as_of=as_of).frame
    return frame.groupby(["area", "variable"])["value"].first().to_dict()


def test_a_second_answer_does_not_hide_the_first(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([piece("gdp", "2024-01-31", 1.0)])
        store.commit([piece("hours", "2024-03-31", 2.0)])
        store.commit(
            [piece("gdp", "2024-02-29", 3.0, area="CHN")]
        )  # released before the second, fetched after
        assert told(store) == {("USA", "gdp"): 1.0, ("USA", "hours"): 2.0, ("CHN", "gdp"): 3.0}
        assert [meta.variable for meta in store.metas()] == ["gdp", "hours"]
        assert store.origins()["bank"].released == "2024-03-31"
        assert told(store, date(2024, 2, 29)) == {("USA", "gdp"): 1.0, ("CHN", "gdp"): 3.0}
        assert told(store, date(2024, 1, 30)) == {}
        assert [record.gathered for record in store.datasets()] == [True] * 3
        assert store.check() == ()


def test_pieces_of_one_commit_are_joined_too(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([piece("gdp", "2024-01-31", 1.0), piece("hours", "2024-01-31", 2.0)])
        assert told(store) == {("USA", "gdp"): 1.0, ("USA", "hours"): 2.0}


def test_a_newer_vintage_of_a_series_replaces_it_whole(tmp_path):
    old = piece("gdp", "2023-01-31", 1.0, unit="million USD, constant 2012")
    new = piece("gdp", "2024-01-31", 2.0, unit="million USD, constant 2017")
    shorter = replace(new, panel=Panel(new.panel.frame[new.panel.frame["period"] > "2002"]))
    with Store.open(tmp_path, write=True) as store:
        store.commit([old])
        store.commit([shorter])
        assert figures(store.read()) == [("2003", "2024-01-31", 2.0), ("2004", "2024-01-31", None)]
        assert len(store.read(as_of=date(2023, 6, 30))) == 5


def test_a_vintage_brought_again_is_not_spliced_with_itself(tmp_path):
    whole = piece("gdp", "2024-01-31", 1.0)
    shorter = replace(whole, panel=Panel(whole.panel.frame[:2]))
    with Store.open(tmp_path, write=True) as store:
        store.commit([whole])
        store.commit([shorter])
        assert len(store.read()) == 2


def test_the_same_answer_again_adds_nothing(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        for variable in ("gdp", "hours", "gdp", "hours"):
            store.commit([piece(variable, "2024-01-31", 1.0)])
        assert len(store.datasets()) == 2
        assert store.check() == ()


def test_a_piece_after_whole_releases_keeps_their_past(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([replace(piece("gdp", "2022-01-31", 1.0), adds=False)])
        store.commit([replace(piece("gdp", "2023-01-31", 2.0), adds=False)])
        store.commit([piece("hours", "2024-01-31", 3.0)])
        assert told(store) == {("USA", "gdp"): 2.0, ("USA", "hours"): 3.0}
        assert told(store, date(2022, 6, 30)) == {("USA", "gdp"): 1.0}


def test_a_whole_release_after_pieces_is_all_there_is(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([piece("hours", "2023-01-31", 1.0)])
        store.commit([replace(piece("gdp", "2024-01-31", 2.0), adds=False)])
        assert told(store) == {("USA", "gdp"): 2.0}
        assert told(store, date(2023, 6, 30)) == {("USA", "hours"): 1.0}


def test_realtime_pieces_are_joined_row_by_row(tmp_path):
    first = realtime([("2019", "2020-01-30", 1.0), ("2019", "2020-02-27", 1.1)])
    second = realtime([("2019", "2020-02-27", 1.2), ("2020", "2021-01-28", 2.0)])
    with Store.open(tmp_path, write=True) as store:
        store.commit([replace(first, adds=True)])
        store.commit([replace(second, adds=True)])
        assert figures(store.read()) == [("2019", "2020-02-27", 1.2), ("2020", "2021-01-28", 2.0)]
        assert figures(store.read(as_of=date(2020, 2, 1))) == [("2019", "2020-01-30", 1.0)]
        assert store.datasets()[-1].realtime


def test_a_damaged_table_is_mended_by_fetching_again_what_came_last(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([piece("gdp", "2024-01-31", 1.0)])
        store.commit([piece("hours", "2024-03-31", 2.0)])
        newest = max(tmp_path.glob("tables/bank/*.parquet"))
    newest.write_bytes(b"PAR1")
    with Store.open(tmp_path, write=True) as store:
        with pytest.raises(StoreError, match="damaged"):
            store.read()
        store.commit([piece("hours", "2024-03-31", 2.0)])
        assert told(store) == {("USA", "gdp"): 1.0, ("USA", "hours"): 2.0}
        assert store.check() == ()
        assert len(store.datasets()) == 2


def test_faults_of_earlier_pieces_stay(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([replace(piece("gdp", "2024-01-31", 1.0), held_back=(fault("bank:a"),))])
        store.commit([replace(piece("hours", "2024-01-31", 1.0), held_back=(fault("bank:b"),))])
        assert [kept.subject for kept in store.faults()] == ["bank:a", "bank:b"]


@pytest.mark.parametrize("dated", ["2023-01-31", "2025-01-31"])
def test_the_later_date_is_the_datasets(dated):
    assert joined(piece("gdp", dated, 1.0), piece("hours", "2024-01-31", 1.0)).origin.released == max(
        dated, "2024-01-31"
    )
