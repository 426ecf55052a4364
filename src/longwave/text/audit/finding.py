"""One thing found about a corpus, and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from longwave.core.message import Message, say
from longwave.text.table import Split, TextTable

Severity: TypeAlias = Literal["info", "warning", "serious"]
HELD_OUT: tuple[Split, ...] = ("test", "dev")
SHOWN = 20
"""Ids that a finding carries: enough to look at, few enough to print."""


@dataclass(frozen=True)
class Finding:
    """kind: its name, e.g. "leaks"; count: rows (or labels) that it is about; share: of the rows looked at; ids: of some
    of them, the worst first."""

    kind: str
    severity: Severity
    count: int
    share: float
    message: Message
    ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Audit:
    """rows: how many were looked at; findings: the serious ones first."""

    rows: int
    findings: tuple[Finding, ...]

    def of(self, kind: str) -> Finding | None:
        """The finding of that kind, if there is one."""
        return next((each for each in self.findings if each.kind == kind), None)

    @property
    def serious(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity == "serious")


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The serious ones first, else in their order."""
    return tuple(sorted(findings, key=lambda each: get_args(Severity)[::-1].index(each.severity)))


def some_ids(table: TextTable, places: Iterable[int]) -> tuple[str, ...]:
    """The ids of the first rows at these places."""
    ids = table.frame["id"]
    return tuple(str(ids.iloc[int(at)]) for at in list(places)[:SHOWN])


def held_out(
    key: str,
    part: Split,
    table: TextTable,
    places: Sequence[int],
    rows: int,
    grave: tuple[Severity, Severity] = ("serious", "warning"),
) -> Finding:
    """That rows of a part which is held out were learnt from.

    key: of the message, by which the finding is called too; places: in the table; rows: of the part; grave: from one row in
    a hundred on, and below."""
    share = len(places) / rows
    message = say(
        key,
        part=say(f"text_audit.part_{part}"),
        count=len(places),
        rows=rows,
        share=share,
    )
    severity = grave[0] if share >= 0.01 else grave[1]
    return Finding(
        f"{key.partition('.')[2]}_{part}", severity, len(places), share, message, some_ids(table, places)
    )
