"""The store's promises: what is committed is read back, by release and as of a date."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from longwave.core.errors import BadInput, StoreError, UsageError
from longwave.core.harvest import RawFile
from longwave.core.origin import checksum
from longwave.core.panel import Panel
from longwave.store import Batch, DatasetRecord, Store

from .batches import RAW, batch, fault, figures, meta, origin, realtime
from .processes import tree


def commit(root: Path, *batches: Batch) -> None:
    with Store.open(root, write=True) as store:
        store.commit(batches)


def test_the_face_is_what_is_promised():
    import longwave.store

    assert longwave.store.__all__ == ["Batch", "DatasetRecord", "Store"]
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = longwave.store.nothing_here


def test_a_panel_comes_back_as_it_went_in(tmp_path):
    brought = batch(value=0.1 + 0.2)
    commit(tmp_path / "store", brought)
    with Store.open(tmp_path / "store") as store:
        pd.testing.assert_frame_equal(store.read().frame, brought.panel.frame)
        assert store.metas() == brought.metas
        assert store.origins() == {"who": brought.origin}
        assert store.raw(checksum(RAW.data)) == RAW.data
        assert store.check() == ()


def test_a_panel_read_passes_the_panels_own_door(tmp_path):
    commit(tmp_path, batch("b"), batch("a"), realtime([("2019", "2020-01-01", 1.0)]))
    with Store.open(tmp_path) as store:
        panel = store.read()
    pd.testing.assert_frame_equal(Panel.of(panel.frame).frame, panel.frame)


def test_rows_of_any_order_and_kind_come_back_sorted(tmp_path):
    brought = batch()
    frame = brought.panel.frame.sample(frac=1, random_state=1).astype({"area": "category"})
    commit(tmp_path, Batch(brought.origin, Panel(frame), brought.metas))
    with Store.open(tmp_path) as store:
        pd.testing.assert_frame_equal(store.read().frame, brought.panel.frame)


def test_reading_selects_areas_variables_and_sources(tmp_path):
    commit(tmp_path, batch("a"), batch("b", areas=["DEU"]))
    with Store.open(tmp_path) as store:
        assert store.read(areas=["USA", "DEU"]).areas() == ["DEU", "USA"]
        assert store.read(variables=["gdp"]).variables() == ["gdp"]
        assert store.read(sources=["b"]).sources() == ["b"]
        assert store.read(areas="USA", variables="gdp", sources="a").frame.shape[0] == 5
        assert [m.source for m in store.metas(sources=["b"])] == ["b", "b"]


def test_what_is_not_there_is_an_empty_panel(tmp_path):
    commit(tmp_path, batch())
    with Store.open(tmp_path) as store:
        for words in ({"areas": []}, {"variables": ["x'; --"]}, {"sources": ["none"]}, {"areas": ["?"]}):
            panel = store.read(**words)
            assert len(panel) == 0
            pd.testing.assert_frame_equal(Panel.of(panel.frame).frame, panel.frame, check_dtype=False)


def test_a_store_that_is_not_there_is_empty_and_stays_not_there(tmp_path):
    root = tmp_path / "none" / "yet"
    with Store.open(root) as store:
        assert (len(store.read()), store.datasets(), store.metas(), store.origins()) == (0, (), (), {})
        assert (store.faults(), store.check()) == ((), ())
    assert list(tmp_path.iterdir()) == []


def test_the_same_batch_again_adds_nothing(tmp_path):
    commit(tmp_path, batch())
    before = tree(tmp_path)
    commit(tmp_path, batch(retrieved="2025-06-30"))  # fetched again on another day: the same figures
    assert tree(tmp_path) == before


def test_a_changed_table_supersedes_and_the_earlier_stays_readable(tmp_path):
    commit(tmp_path, batch(value=1.0))
    commit(tmp_path, batch(value=2.0))
    with Store.open(tmp_path) as store:
        assert figures(store.read(areas=["CHN"]))[0] == ("2000", "2024-01-31", 2.0)
        first, second = store.datasets()
        assert (first.superseded, first.current, second.superseded, second.current) == (
            True,
            False,
            False,
            True,
        )
        assert figures(store.history(first.serial))[0] == ("2000", "2024-01-31", 1.0)
        assert store.check() == ()


def test_back_to_an_earlier_table_is_a_commit_too(tmp_path):
    for value in (1.0, 2.0, 1.0):
        commit(tmp_path, batch(value=value))
    with Store.open(tmp_path) as store:
        assert [record.serial for record in store.datasets()] == [1, 2, 3]
        assert figures(store.read(areas=["CHN"]))[0][2] == 1.0
        assert store.check() == ()


def test_a_record_counts_what_a_vintage_holds(tmp_path):
    commit(tmp_path, batch())
    with Store.open(tmp_path) as store:
        (record,) = store.datasets()
    # two areas by two variables, five years each, the last figure missing
    assert record == DatasetRecord(batch().origin, 1, False, 4, 19, 2, "2000", "2004", current=True)


def test_as_of_takes_the_newest_release_known_then(tmp_path):
    commit(tmp_path, batch("a", "2023-05-01", value=23.0), batch("b", "2024-03-01", value=1.0))
    commit(tmp_path, batch("a", "2024-05-01", value=24.0))
    commit(tmp_path, batch("a", "2022-05-01", value=22.0))  # an old release that comes late is still old

    def told(as_of: date | None) -> dict[str, float]:
        with Store.open(tmp_path) as store:
            frame = store.read(areas=["CHN"], as_of=as_of).frame
            assert set(store.origins(as_of)) == set(frame["source"])
        return frame.groupby("source")["value"].first().to_dict()

    assert told(None) == {"a": 24.0, "b": 1.0}
    assert told(date(2024, 5, 1)) == {"a": 24.0, "b": 1.0}
    assert told(date(2024, 4, 30)) == {"a": 23.0, "b": 1.0}
    assert told(date(2024, 2, 29)) == {"a": 23.0}
    assert told(date(2022, 12, 31)) == {"a": 22.0}
    assert told(date(2000, 1, 1)) == {}


def test_as_of_reads_a_realtime_dataset_by_the_vintage_of_each_row(tmp_path):
    rows = [
        ("2019", "2020-01-30", 1.0),
        ("2019", "2020-02-27", 1.1),
        ("2020", "2020-02-27", 2.0),
        ("2019", "2021-07-29", None),
    ]
    commit(tmp_path, realtime(rows))
    with Store.open(tmp_path) as store:
        assert figures(store.read()) == [("2019", "2021-07-29", None), ("2020", "2020-02-27", 2.0)]
        assert figures(store.read(as_of=date(2020, 12, 31))) == [
            ("2019", "2020-02-27", 1.1),
            ("2020", "2020-02-27", 2.0),
        ]
        assert figures(store.read(as_of=date(2020, 1, 30))) == [("2019", "2020-01-30", 1.0)]
        assert figures(store.read(as_of=date(2020, 1, 29))) == []
        assert len(store.history(1)) == 4


def test_an_area_is_read_from_every_dataset_that_has_it(tmp_path):
    commit(tmp_path, batch("whole"), realtime([("2019", "2020-01-30", 1.0)]))
    with Store.open(tmp_path) as store:
        assert store.read(areas=["USA"]).sources() == ["alfred", "whole"]
        assert store.read(areas=["CHN"]).sources() == ["whole"]


def test_raw_bytes_lie_untouched_with_their_origins_beside(tmp_path):
    shared = RawFile("both.zip", bytes(range(256)))
    commit(tmp_path, batch("a", raw=(shared,)), batch("b", raw=(shared,)))
    commit(tmp_path, batch("a", "2025-01-31", raw=(shared,)))
    sha256 = checksum(shared.data)
    path = tmp_path / "raw" / sha256[:2] / sha256
    assert path.read_bytes() == shared.data
    beside = json.loads(path.with_name(f"{sha256}.origin.json").read_text("utf-8"))
    assert (beside["sha256"], beside["size"]) == (sha256, 256)
    assert [(o["dataset"], o["released"], o["file"]) for o in beside["origins"]] == [
        ("a", "2024-01-31", "both.zip"),
        ("b", "2024-01-31", "both.zip"),
        ("a", "2025-01-31", "both.zip"),
    ]
    assert beside["origins"][0]["licence"] == {"name": "CC-BY-4.0", "url": "", "stated": True}


def test_raw_bytes_that_are_not_there_are_refused(tmp_path):
    commit(tmp_path, batch())
    with Store.open(tmp_path) as store:
        for sha256 in ("", "../../longwave.duckdb", "0" * 64, "Z" * 64):
            with pytest.raises(StoreError, match="no raw file"):
                store.raw(sha256)


def test_faults_are_told_in_both_languages_until_a_better_vintage_comes(tmp_path):
    commit(tmp_path, batch(held_back=(fault(),)))
    with Store.open(tmp_path) as store:
        (kept,) = store.faults()
    assert kept == fault()
    assert (kept.message.text("en"), kept.message.text("zh")) == (
        fault().message.text("en"),
        fault().message.text("zh"),
    )
    commit(tmp_path, batch(value=2.0))
    with Store.open(tmp_path) as store:
        assert store.faults() == ()


def test_a_vintage_of_which_everything_was_held_back_is_kept(tmp_path):
    commit(tmp_path, batch(areas=[], held_back=(fault(),)))
    with Store.open(tmp_path) as store:
        assert (len(store.read()), store.faults()) == (0, (fault(),))
        assert store.datasets()[0].observations == 0


def test_all_batches_are_committed_or_none(tmp_path):
    commit(tmp_path, batch("before"))
    before = tree(tmp_path)
    with Store.open(tmp_path, write=True) as store:
        with pytest.raises(BadInput):
            store.commit([batch("good", raw=(RawFile("x", b"x"),)), batch("bad", "31.1.2024")])
        assert tree(tmp_path) == before
        assert [record.dataset for record in store.datasets()] == ["before"]
        store.commit([batch("good")])  # and the store goes on
        assert set(store.origins()) == {"before", "good"}


def test_two_batches_of_one_dataset_in_one_commit(tmp_path):
    commit(tmp_path, batch(value=1.0), batch(value=1.0), batch(value=2.0))
    with Store.open(tmp_path) as store:
        assert [record.serial for record in store.datasets()] == [1, 2]
        assert figures(store.read(areas=["CHN"]))[0][2] == 2.0


def test_nothing_to_commit_is_no_change(tmp_path):
    commit(tmp_path, batch())
    before = tree(tmp_path)
    commit(tmp_path)
    assert tree(tmp_path) == before


def test_a_store_open_for_reading_refuses_to_commit(tmp_path):
    with Store.open(tmp_path) as store, pytest.raises(UsageError, match="reading only"):
        store.commit([batch()])


def test_a_commit_that_is_not_there_is_named(tmp_path):
    with Store.open(tmp_path) as store, pytest.raises(UsageError, match="no commit 3"):
        store.history(3)


def test_a_reader_keeps_the_state_that_it_opened(tmp_path):
    commit(tmp_path, batch(value=1.0))
    with Store.open(tmp_path) as reader:
        commit(tmp_path, batch(value=2.0))
        assert figures(reader.read(areas=["CHN"]))[0][2] == 1.0
        assert reader.check() == ()  # a check looks at what is there now
    with Store.open(tmp_path) as reader:
        assert figures(reader.read(areas=["CHN"]))[0][2] == 2.0


@pytest.mark.parametrize("name", ["数据 库", "we[i]rd *", "o'brien\"s", "a=b", "100%"])
def test_a_folder_may_have_any_name(tmp_path, name):
    commit(tmp_path / name, batch())
    with Store.open(tmp_path / name) as store:
        assert len(store.read(areas=["USA"])) == 10
        assert store.check() == ()


def test_a_folder_with_a_question_mark_is_refused(tmp_path):
    for write in (True, False):
        with pytest.raises(StoreError, match="question mark"):
            Store.open(tmp_path / "what?", write=write)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_may_be_reached_by_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    commit(tmp_path / "link" / ".." / "link", batch())
    with Store.open(tmp_path / "link") as store:
        assert len(store.read()) == 20


def test_a_dataset_may_have_any_id_and_stays_in_the_store(tmp_path):
    root = tmp_path / "store"
    ids = [
        "../../out",
        "/etc/passwd",
        "a/b",
        "..",
        ".",
        "con",
        "数据",
        "x" * 300,
        "a\\b",
        "a:b",
        "who",
        "WHO",
    ]
    commit(root, *(batch(dataset) for dataset in ids))
    with Store.open(root) as store:
        assert set(store.origins()) == set(ids)
        assert [len(store.read(sources=[dataset])) for dataset in ids] == [20] * len(ids)
        assert store.check() == ()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    assert len(list(root.glob("tables/*/*.parquet"))) == len(ids)


def test_the_connection_reads_nothing_but_the_stores_tables(tmp_path):
    import duckdb

    (tmp_path / "secret.csv").write_text("a\n1\n")
    commit(tmp_path / "store", batch())
    with Store.open(tmp_path / "store") as store:
        for statement in (
            f"FROM read_csv('{tmp_path / 'secret.csv'}')",
            f"FROM read_parquet('{tmp_path}/store/tables/../../secret.csv')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                store._connection.execute(statement)
    assert not (tmp_path / "out.csv").exists()


def test_many_metas_and_variables(tmp_path):
    variables = [f"v{number}" for number in range(300)]
    commit(tmp_path, batch(variables=variables))
    with Store.open(tmp_path) as store:
        assert store.metas() == tuple(meta("who", variable) for variable in variables)


def test_an_origin_without_its_bytes_is_welcome(tmp_path):
    """Built-in figures have no raw file."""
    brought = batch()
    commit(tmp_path, Batch(origin(sha256="", retrieved=""), brought.panel, brought.metas))
    with Store.open(tmp_path) as store:
        assert store.check() == ()
        assert not (tmp_path / "raw").exists()


@pytest.mark.slow
def test_one_area_of_the_world_is_read_quickly(tmp_path, world_pack):
    """The world pack has about 700,000 rows; reading one country must not feel like it."""
    import time

    world = pd.read_parquet(world_pack / "panel.parquet")
    frame = pd.DataFrame(
        {"source": "world", "area": world["iso3"], "variable": world["variable"].astype(str)}
    )
    frame["variable"] = world["source"].astype(str) + ":" + frame["variable"]
    panel = Panel.of(frame.assign(period=world["year"].astype(str), value=world["value"]))
    commit(tmp_path, Batch(origin("world"), panel, ()))

    def seconds() -> float:
        start = time.perf_counter()
        with Store.open(tmp_path) as store:
            assert len(store.read(areas=["USA"])) > 1000
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.3
