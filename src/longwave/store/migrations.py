"""How the catalogue came to look as it does: numbered steps, each with its reason, applied once and in order.

A new step goes at the end of `MIGRATIONS`; one that has been released is never changed. All steps that a
catalogue lacks are applied in one transaction. A reader applies them to its own copy in memory, so an older
store can be read without being touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from longwave.core.errors import StoreTooNew
from longwave.core.message import say


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, what it does, why, and the statements that do it."""

    number: int
    what: str
    why: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "vintages of datasets, their series, and the files that hold them",
        "a figure must be found by dataset and release, and its bytes be told from damaged ones",
        (
            "CREATE TABLE files (path VARCHAR PRIMARY KEY, sha256 VARCHAR NOT NULL, size BIGINT NOT NULL)",
            """CREATE TABLE vintages (
                serial BIGINT PRIMARY KEY, dataset VARCHAR NOT NULL, released VARCHAR NOT NULL,
                realtime BOOLEAN NOT NULL, digest VARCHAR NOT NULL, content VARCHAR NOT NULL,
                path VARCHAR NOT NULL, origin VARCHAR NOT NULL, series BIGINT NOT NULL,
                observations BIGINT NOT NULL, areas BIGINT NOT NULL, first VARCHAR NOT NULL,
                last VARCHAR NOT NULL)""",
            """CREATE TABLE raw_files (
                serial BIGINT, position INTEGER, sha256 VARCHAR NOT NULL, name VARCHAR NOT NULL)""",
            "CREATE TABLE metas (serial BIGINT, position INTEGER, record VARCHAR NOT NULL)",
        ),
    ),
    Migration(
        2,
        "faults found at ingest",
        "what was held back must still be told when the data is checked again, long after it was added",
        ("CREATE TABLE faults (serial BIGINT, position INTEGER, record VARCHAR NOT NULL)",),
    ),
    Migration(
        3,
        "datasets that come piece by piece",
        "two answers of a publisher's service must not hide each other",
        ("ALTER TABLE vintages ADD COLUMN gathered BOOLEAN DEFAULT false",),
    ),
    Migration(
        4,
        "policy records",
        "what was planned, adopted, watched and found must be read a year later, in the order in which it was kept",
        (
            """CREATE TABLE policy_records (
                serial BIGINT PRIMARY KEY, id VARCHAR NOT NULL, kind VARCHAR NOT NULL, domain VARCHAR NOT NULL,
                area VARCHAR NOT NULL, made VARCHAR NOT NULL, previous VARCHAR NOT NULL)""",
        ),
    ),
)
LATEST = MIGRATIONS[-1].number

_LEDGER = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, what VARCHAR NOT NULL)"


def version_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the last step applied, 0 for none. Raises duckdb.CatalogException without a ledger."""
    row = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()
    return int(row[0]) if row else 0


def check_version(version: int, root: Path) -> None:
    """Raises StoreTooNew when a later longwave made the store."""
    if version > LATEST:
        message = say("store.too_new", root=str(root), version=version, latest=LATEST)
        raise StoreTooNew(message, say("store.too_new_mend"))


def migrate(connection: duckdb.DuckDBPyConnection, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Applies the steps that the catalogue lacks. The caller holds the transaction."""
    connection.execute(_LEDGER)
    done = version_of(connection)
    for step in steps:
        if step.number > done:
            for statement in step.statements:
                connection.execute(statement)
            connection.execute("INSERT INTO migrations VALUES (?, ?)", [step.number, step.what])
