"""Which vintage a reader takes."""

from __future__ import annotations

from datetime import date

from longwave.store.record import DatasetRecord, chosen, known_at

from .batches import origin


def record(serial: int, released: str, *, realtime: bool = False, dataset: str = "who") -> DatasetRecord:
    return DatasetRecord(origin(dataset, released), serial, realtime, 1, 1, 1, "2000", "2001")


def test_the_newest_release_counts_not_the_last_commit():
    records = [record(1, "2024-01-01"), record(2, "2023-01-01")]
    assert chosen(records)["who"].serial == 1


def test_of_one_release_the_last_commit_counts():
    records = [record(1, "2024-01-01"), record(2, "2024-01-01")]
    assert chosen(records)["who"].serial == 2
    assert chosen(reversed(records))["who"].serial == 2


def test_a_date_hides_what_was_released_after_it():
    assert known_at(record(1, "2024-01-01"), date(2024, 1, 1))
    assert not known_at(record(1, "2024-01-01"), date(2023, 12, 31))
    assert chosen([record(1, "2024-01-01")], date(2023, 12, 31)) == {}


def test_a_realtime_commit_knows_its_own_past():
    records = [record(1, "2020-01-01"), record(2, "2024-01-01", realtime=True)]
    assert chosen(records, date(2021, 1, 1))["who"].serial == 2


def test_datasets_are_apart_and_in_order():
    assert list(chosen([record(1, "2024-01-01", dataset="b"), record(2, "2020-01-01", dataset="a")])) == [
        "a",
        "b",
    ]
