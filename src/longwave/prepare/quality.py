"""Quality: each check is one small pure function that looks at a sheet and says what it found.

A check never changes a figure by itself. What it finds is one of: a note; rows that are projections (status
F); rows whose zero stands for a missing value (value taken out, and the note says why); repeated rows (one
is kept); or a series that cannot be trusted, which is held back whole. Nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.catalogue import Catalogue
from longwave.core.harvest import Fault
from longwave.core.message import Names, Value, say
from longwave.core.panel import Status
from longwave.core.series import SeriesKey
from longwave.prepare.sheet import Flags, Ints, Sheet


class Action(Enum):
    """What is done about a finding."""

    NOTE = "note"
    PROJECTION = "projection"
    MISSING = "missing"
    DROP = "drop"
    HOLD_BACK = "hold_back"


@dataclass(frozen=True, eq=False)
class Finding:
    """What a check found in series of one variable.

    message: catalogue key, whose blanks are variable, areas, series, rows and those of `details`; series:
    numbers of the series in the sheet; rows: the rows concerned; whole: told of the dataset, not of one series.
    """

    message: str
    series: Ints
    rows: Ints
    action: Action = Action.NOTE
    details: Mapping[str, Value] = field(default_factory=dict)
    whole: bool = False


Check: TypeAlias = Callable[[Sheet], Sequence[Finding]]

CHECKS: Catalogue[Check] = Catalogue(
    "check",
    rooms=(
        "longwave.prepare.checks.duplicates",
        "longwave.prepare.checks.future",
        "longwave.prepare.checks.zeros",
        "longwave.prepare.checks.scale",
        "longwave.prepare.checks.jumps",
        "longwave.prepare.checks.labels",
        "longwave.prepare.checks.ranges",
        "longwave.prepare.checks.totals",
        "longwave.prepare.checks.places",
        "longwave.prepare.checks.shape",
        "longwave.prepare.checks.outliers",
    ),
)

_FIRST = ("beyond_measure", "duplicated_periods", "implausible_values", "unit_jump", "share_or_percent")
"""Checks whose verdict is told rather than a later one's: a figure that cannot be explains the rest."""
NAMED_AREAS = 6
"""Areas that a fault names before it counts the rest; more would not be read."""


@dataclass(frozen=True, eq=False)
class Checked:
    """Rows after the checks, the faults, and the series that were held back."""

    frame: pd.DataFrame
    faults: tuple[Fault, ...]
    held_back: tuple[SeriesKey, ...]


def check(sheet: Sheet) -> Checked:
    """Runs every check on the sheet as it came, then does what they found."""
    # Figures at the ends of the floating range overflow in differences; no threshold takes an infinity for a fault.
    with np.errstate(over="ignore", invalid="ignore"):
        found = [
            (name, finding)
            for name in sorted(CHECKS.names(), key=_turn)
            for finding in CHECKS.get(name)(sheet)
            if len(finding.series)
        ]
    found = _one_cause(sheet, found)
    held = _rows(sheet, found, Action.HOLD_BACK)
    kept = ~held & ~_rows(sheet, found, Action.DROP)
    frame = _mark(sheet, _rows(sheet, found, Action.MISSING), _rows(sheet, found, Action.PROJECTION))
    numbers = np.unique(sheet.of_row[held])
    faults = sorted((_fault(sheet, name, finding) for name, finding in found), key=_order)
    return Checked(
        frame if kept.all() else frame[kept],
        tuple(faults),
        tuple(sorted({sheet.key(int(number)) for number in numbers})),
    )


def _turn(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _one_cause(sheet: Sheet, found: list[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """One cause, one fault: of a series that is held back only the first check that holds it back speaks."""
    held = np.zeros(len(sheet), dtype=bool)
    kept: list[tuple[str, Finding]] = []
    for name, finding in found:
        if finding.action is Action.HOLD_BACK:
            part = _without(sheet, finding, held)
            held[part.series] = True
            kept.append((name, part))
    notes = [
        (name, finding if finding.whole else _without(sheet, finding, held))
        for name, finding in found
        if finding.action is not Action.HOLD_BACK
    ]
    return [(name, finding) for name, finding in (*kept, *notes) if len(finding.series)]


def _without(sheet: Sheet, finding: Finding, held: Flags) -> Finding:
    """A finding without the series that are held back already."""
    if not held[finding.series].any():
        return finding
    series = finding.series[~held[finding.series]]
    return replace(finding, series=series, rows=finding.rows[~held[sheet.of_row[finding.rows]]])


def by_variable(
    sheet: Sheet,
    message: str,
    series: Ints,
    rows: Ints | None = None,
    action: Action = Action.NOTE,
    details: Mapping[str, Value] | None = None,
) -> list[Finding]:
    """One finding a variable from the numbers of the series; rows: those concerned, every row where None."""
    codes, _ = sheet.variable_code
    concerned = sheet.rows_of(series) if rows is None else rows
    code_of_row = codes[sheet.of_row[concerned]]
    findings = []
    for code in np.unique(codes[series]):
        own = np.unique(series[codes[series] == code])
        findings.append(Finding(message, own, concerned[code_of_row == code], action, details or {}))
    return findings


def _rows(sheet: Sheet, found: list[tuple[str, Finding]], action: Action) -> Flags:
    """Rows under one action; holding back takes the whole series."""
    flags = np.zeros(len(sheet.frame), dtype=bool)
    for _, finding in found:
        if finding.action is action:
            flags[sheet.rows_of(finding.series) if action is Action.HOLD_BACK else finding.rows] = True
    return flags


def _mark(sheet: Sheet, missing: Flags, projected: Flags) -> pd.DataFrame:
    frame = sheet.frame
    if not missing.any() and not projected.any():
        return frame
    frame = frame.copy()
    frame.loc[missing, "value"] = np.nan
    frame.loc[missing, "status"] = str(Status.MISSING)
    frame.loc[missing, "note"] = _joined(frame.loc[missing, "note"], "zero for missing")
    plain = projected & ~missing & (frame["status"] == str(Status.NORMAL)).to_numpy()
    frame.loc[plain, "status"] = str(Status.FORECAST)
    frame.loc[plain, "note"] = _joined(frame.loc[plain, "note"], "period ends after the release")
    return frame


def _joined(notes: pd.Series, added: str) -> pd.Series:
    return notes.map(lambda note: f"{note}; {added}" if note else added)


def _fault(sheet: Sheet, name: str, finding: Finding) -> Fault:
    variables, areas_of = (sheet.names(column)[finding.series] for column in ("variable", "area"))
    source, variable = sheet.names("source")[finding.series[0]], variables[0]
    concept = sheet.concept(variable)
    areas = list(dict.fromkeys(areas_of))
    named: tuple[Value, ...] = tuple(area_names(code) for code in areas[:NAMED_AREAS])
    if len(areas) > NAMED_AREAS:
        named = (*named, say("prepare.more_areas", count=len(areas) - NAMED_AREAS))
    blanks: dict[str, Value] = {
        "variable": concept.names if concept else Names(variable),
        "areas": named,
        "series": len(variables),
        "rows": len(finding.rows),
        **finding.details,
    }
    if finding.whole:
        subject = str(source)
    elif len(variables) == 1:
        subject = str(sheet.key(int(finding.series[0])))
    else:
        subject = f"{source}:{variable}" if len(set(variables)) == 1 else source
    held = finding.action is Action.HOLD_BACK
    return Fault(name, subject, say(finding.message, **blanks), held_back=held, rows=len(finding.rows))


def _order(fault: Fault) -> tuple[bool, str, str]:
    return (not fault.held_back, fault.check, fault.subject)
