"""Policy records are kept in order, for good, and nobody changes one without its being seen."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from longwave.core.errors import BadInput, StoreError, UsageError
from longwave.core.origin import checksum
from longwave.core.policy_record import PolicyRecord
from longwave.store import Store
from longwave.store.layout import CATALOGUE, record_path

from .batches import batch
from .processes import tree


def record(number: int, previous: str = "", **parts: Any) -> PolicyRecord:
    given = {"kind": "plan", "domain": "macro", "area": "USA", "made": "2026-05-31"} | parts
    return PolicyRecord(**given, body={"number": number}, previous=previous)


def chain(root: Path, count: int = 3, **parts: Any) -> list[PolicyRecord]:
    kept: list[PolicyRecord] = []
    with Store.open(root, write=True) as store:
        for number in range(count):
            kept.append(record(number, store.last_kept("macro", parts.get("area", "USA")), **parts))
            store.keep(kept[-1])
    return kept


def tamper(root: Path, statement: str, *values: str) -> None:
    with duckdb.connect(str(root / CATALOGUE)) as connection:
        connection.execute(statement, values)


def faults(root: Path) -> list[tuple[str, str]]:
    with Store.open(root) as store:
        assert store.check_chain() == store.check()
        return [
            (fault.check, fault.message.text("zh") and fault.message.text("en")) for fault in store.check()
        ]


def test_records_are_read_back_in_order_and_chosen(tmp_path):
    usa = chain(tmp_path)
    china = chain(tmp_path, 2, area="CHN", kind="adoption")
    with Store.open(tmp_path) as store:
        assert store.kept() == (*usa, *china)
        assert store.kept(area="CHN") == tuple(china)
        assert store.kept("macro", "USA", "plan") == tuple(usa)
        assert store.kept(kind="adoption") == tuple(china)
        assert store.kept("trade") == ()
        assert store.last_kept("macro", "CHN") == china[-1].id
        assert store.last_kept("trade", "CHN") == ""
        assert store.check() == ()


def test_a_store_that_is_not_there_has_no_records(tmp_path):
    with Store.open(tmp_path / "none") as store:
        assert store.kept() == ()
        assert store.check_chain() == ()


def test_kept_twice_is_kept_once(tmp_path):
    first, *_ = chain(tmp_path)
    before = tree(tmp_path)
    with Store.open(tmp_path, write=True) as store:
        store.keep(first)
        assert len(store.kept()) == 3
    assert tree(tmp_path) == before


def test_keeping_again_mends_a_damaged_file(tmp_path):
    first, *_ = chain(tmp_path)
    (tmp_path / record_path(first.id)).write_bytes(b"gone")
    with Store.open(tmp_path, write=True) as store:
        store.keep(first)
        assert store.check() == ()
        assert len(store.kept()) == 3


def test_a_record_must_follow_the_last_one(tmp_path):
    kept = chain(tmp_path)
    before = tree(tmp_path)
    with Store.open(tmp_path, write=True) as store:
        for previous in ("", kept[0].id, "f" * 64):
            with pytest.raises(BadInput, match=f"the last record kept for macro, USA is {kept[-1].id[:12]}"):
                store.keep(record(9, previous))
        with pytest.raises(BadInput, match="CHN is none"):
            store.keep(record(9, kept[-1].id, area="CHN"))
    assert tree(tmp_path) == before


def test_a_body_changed_after_it_was_made_is_refused(tmp_path):
    one = record(1)
    one.body["number"] = 2
    with Store.open(tmp_path, write=True) as store, pytest.raises(BadInput, match="changed after"):
        store.keep(one)


def test_a_reader_cannot_keep(tmp_path):
    with Store.open(tmp_path) as store, pytest.raises(UsageError, match="reading only"):
        store.keep(record(1))


def test_records_and_data_do_not_disturb_each_other(tmp_path):
    kept = chain(tmp_path)
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch()])
        store.keep(record(3, kept[-1].id))
        store.commit([batch(value=2.0)])
    with Store.open(tmp_path, write=True) as store:
        assert len(store.kept()) == 4
        assert len(store.datasets()) == 2
        assert store.check() == ()


@pytest.mark.parametrize("data", [b"", b"not json", None])
def test_a_damaged_body_is_named_and_the_others_are_read(tmp_path, data):
    kept = chain(tmp_path)
    china = chain(tmp_path, 1, area="CHN")
    path = tmp_path / record_path(kept[1].id)
    path.unlink() if data is None else path.write_bytes(data)
    ((check, message),) = faults(tmp_path)
    assert check == ("record_missing" if data is None else "record_altered")
    assert kept[1].id[:12] in message
    with Store.open(tmp_path) as store:
        with pytest.raises(StoreError, match=kept[1].id[:12]) as told:
            store.kept(area="USA")
        assert "backup" in told.value.text("en")
        assert store.kept(area="CHN") == tuple(china)


def test_a_body_rewritten_in_place_is_named(tmp_path):
    kept = chain(tmp_path)
    path = tmp_path / record_path(kept[0].id)
    path.write_bytes(path.read_bytes().replace(b'"number":0', b'"number":7'))
    ((check, message),) = faults(tmp_path)
    assert check == "record_altered"
    assert kept[0].id in message


def test_a_record_exchanged_with_its_file_and_entry_breaks_the_chain(tmp_path):
    """A careful forger changes body, id, file name and catalogue; the record after it still names the old one."""
    kept = chain(tmp_path)
    forged = record(77, kept[0].id)
    path = tmp_path / record_path(forged.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(forged.data)
    tamper(tmp_path, "UPDATE policy_records SET id = ? WHERE serial = 2", forged.id)
    change = "UPDATE files SET sha256 = ?, path = ? WHERE sha256 = ?"
    tamper(tmp_path, change, forged.id, record_path(forged.id), kept[1].id)
    (tmp_path / record_path(kept[1].id)).unlink()
    ((check, message),) = faults(tmp_path)
    assert check == "record_chain"
    assert kept[2].id[:12] in message
    assert forged.id[:12] in message


def test_a_header_rewritten_in_the_catalogue_is_named(tmp_path):
    chain(tmp_path)
    tamper(tmp_path, "UPDATE policy_records SET made = '2020-01-01', kind = 'adoption' WHERE serial = 3")
    ((check, message),) = faults(tmp_path)
    assert check == "record_altered"
    assert "kind, made" in message
    with Store.open(tmp_path) as store, pytest.raises(StoreError, match="kind, made"):
        store.kept()


def test_a_record_taken_out_of_the_middle_is_seen(tmp_path):
    kept = chain(tmp_path)
    tamper(tmp_path, "DELETE FROM policy_records WHERE serial = 2")
    assert sorted(check for check, _ in faults(tmp_path)) == ["record_chain", "record_unlisted"]
    tamper(tmp_path, "DELETE FROM files WHERE sha256 = ?", kept[1].id)
    (tmp_path / record_path(kept[1].id)).unlink()
    assert [check for check, _ in faults(tmp_path)] == ["record_chain"]


@pytest.mark.parametrize("identity", ["../../../etc/passwd", "", "é" * 64])
def test_an_id_that_is_none_opens_no_file(tmp_path, identity):
    chain(tmp_path, 1)
    tamper(tmp_path, "UPDATE policy_records SET id = ?", identity)
    assert [check for check, _ in faults(tmp_path)] == ["record_altered", "record_unlisted"]
    with Store.open(tmp_path) as store, pytest.raises(StoreError, match="altered or damaged"):
        store.kept()


def test_a_file_of_canonical_bytes_but_no_record_is_named(tmp_path):
    chain(tmp_path, 1)
    data = json.dumps({"body": {}}).encode()
    identity = checksum(data)
    path = tmp_path / record_path(identity)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    tamper(tmp_path, "UPDATE policy_records SET id = ?", identity)
    with Store.open(tmp_path) as store:
        assert "record_altered" in [fault.check for fault in store.check()]


@pytest.mark.parametrize("fails_at", ["record", "catalogue"])
def test_a_full_disk_loses_nothing(tmp_path, monkeypatch, fails_at):
    kept = chain(tmp_path)
    before = tree(tmp_path)
    whole = os.fsync
    seen = 0

    def full(handle: int) -> None:
        nonlocal seen
        seen += 1
        if seen == {"record": 1, "catalogue": 4}[fails_at]:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(handle)

    with Store.open(tmp_path, write=True) as store:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="disk is full"):
            store.keep(record(3, kept[-1].id))
        monkeypatch.undo()
        assert store.kept() == tuple(kept)
        assert tree(tmp_path) == before
        store.keep(record(3, kept[-1].id))
        assert len(store.kept()) == 4


def test_a_record_says_when_it_was_made(tmp_path):
    """Nothing may be slipped in behind a later record, nor dated into years to come."""
    kept = chain(tmp_path)
    before = tree(tmp_path)
    with Store.open(tmp_path, write=True) as store:
        with pytest.raises(BadInput, match="dated before the one that it follows"):
            store.keep(record(9, kept[-1].id, made="2020-01-01"))
        with pytest.raises(BadInput, match="dated after today"):
            store.keep(record(9, kept[-1].id, made="2999-01-01"))
        assert tree(tmp_path) == before
        store.keep(record(9, kept[-1].id))
        store.keep(record(0, area="CHN", made="2020-01-01"))
        assert len(store.kept()) == 5
