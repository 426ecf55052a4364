"""An older store is brought up to date, or read as it is; a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from longwave.core.errors import StoreTooNew
from longwave.store import Store
from longwave.store.layout import CATALOGUE
from longwave.store.migrations import LATEST, MIGRATIONS, migrate, version_of

from .batches import batch, fault, figures
from .processes import tree


def taken_back_to(root: Path, number: int) -> None:
    """Makes a store as the longwave of migration `number` left it, without what came later."""
    path, old = root / CATALOGUE, root / "old"
    columns = "SELECT table_name, string_agg(column_name, ', ') FROM duckdb_columns() WHERE NOT internal GROUP BY ALL"
    with duckdb.connect(str(old)) as connection:
        migrate(connection, MIGRATIONS[:number])
        connection.execute("DELETE FROM migrations")
        rooms = connection.execute(columns).fetchall()
        connection.execute(f"ATTACH '{path}' AS new")
        for room, names in rooms:
            connection.execute(f"INSERT INTO {room} ({names}) SELECT {names} FROM new.{room}")  # noqa: S608
        connection.execute("DELETE FROM migrations WHERE number > ?", [number])
    old.replace(path)


def test_migrations_are_numbered_from_one_and_say_why():
    assert [step.number for step in MIGRATIONS] == list(range(1, LATEST + 1))
    assert all(step.what and step.why and step.statements for step in MIGRATIONS)


@pytest.mark.parametrize("number", range(1, LATEST))
def test_an_older_store_is_read_untouched_and_upgraded_by_a_writer(tmp_path, number):
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch(value=3.0)])
    taken_back_to(tmp_path, number)
    before = tree(tmp_path)
    with Store.open(tmp_path) as store:
        pd.testing.assert_frame_equal(store.read().frame, batch(value=3.0).panel.frame)
        assert store.faults() == ()
        assert store.check() == ()
    assert tree(tmp_path) == before
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch(value=4.0, held_back=(fault(),))])
    with Store.open(tmp_path) as store:
        assert figures(store.read(areas=["CHN"]))[0][2] == 4.0
        assert [figures(store.history(serial))[0][2] for serial in (1, 2)] == [3.0, 4.0]
        assert store.faults() == (fault(),)


def test_step_by_step_and_all_at_once_give_the_same_catalogue():
    def layout(*stages: int) -> list[tuple[str, str]]:
        with duckdb.connect() as connection:
            for stage in stages:
                migrate(connection, MIGRATIONS[:stage])
            assert version_of(connection) == LATEST
            return connection.execute(
                "SELECT table_name, column_name || data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
            ).fetchall()

    assert layout(*range(1, LATEST + 1)) == layout(LATEST) == layout(LATEST, LATEST)


def test_a_store_of_a_later_longwave_is_left_alone(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch()])
    with duckdb.connect(str(tmp_path / CATALOGUE)) as connection:
        connection.execute("INSERT INTO migrations VALUES (?, 'what we do not know yet')", [LATEST + 1])
    before = tree(tmp_path)
    for write in (False, True):
        with pytest.raises(StoreTooNew, match="later longwave") as told:
            Store.open(tmp_path, write=write)
        assert "升级" in told.value.text("zh")
    assert tree(tmp_path) == before
