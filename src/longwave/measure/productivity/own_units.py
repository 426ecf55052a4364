"""A user's table of units (firms, plants, farms, schools) with what goes into each and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.measure.frontier.envelopment import Vector
from longwave.measure.measurement import Column

OUTPUTS = ("output", "output_2", "output_3", "output_4")
INPUTS = ("input", "input_2", "input_3", "input_4", "input_5")


def columns(outputs: tuple[str, ...], *, period: str = "") -> tuple[Column, ...]:
    """What such a table has to bring. period: ``needed``, ``optional`` or empty for none."""
    found = [Column("unit", "text", say("productivity.column_unit"))]
    if period:
        found.append(
            Column("period", "period", say("productivity.column_period"), optional=period == "optional")
        )
    for names, meaning in ((outputs, "productivity.column_output"), (INPUTS, "productivity.column_input")):
        # The first may be headed input or input_1, so that the door can ask for neither; `read_units` asks for one.
        found += [Column(name, "number", say(meaning), optional=True) for name in names]
        alias = say("productivity.column_alias", name=names[0])
        found.append(Column(f"{names[0]}_1", "number", alias, optional=True))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Units:
    """Rows that can be used. rows: unit, period (where given), the outputs and inputs; left_out: rows with a gap."""

    rows: pd.DataFrame
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    left_out: int

    def pair(self, rows: pd.DataFrame | None = None) -> tuple[Vector, Vector]:
        """Inputs (n x m) and outputs (n x s)."""
        part = self.rows if rows is None else rows
        return part[list(self.inputs)].to_numpy(float), part[list(self.outputs)].to_numpy(float)


def read_units(table: pd.DataFrame, name: str, *, positive: bool = False) -> Units | Refusal:
    """The rows of a user's table, or why they cannot be used: no rows, units without a name or twice, a negative
    figure, a unit without any input or output; positive: zeros are refused too (logarithms are taken)."""
    for first in (OUTPUTS[0], INPUTS[0]):
        if f"{first}_1" in table and first in table:
            reason = say("productivity.named_twice", first=first, second=f"{first}_1")
            return Refusal(name, reason, say("productivity.named_twice_mend"))
    table = table.rename(columns={f"{first}_1": first for first in (OUTPUTS[0], INPUTS[0])})
    outputs = tuple(each for each in OUTPUTS if each in table and table[each].notna().any())
    inputs = tuple(each for each in INPUTS if each in table and table[each].notna().any())
    if table.empty or not outputs or not inputs:
        return Refusal(name, say("productivity.no_units"), say("productivity.no_units_mend"))
    dated = "period" in table
    key = ["unit", "period"] if dated else ["unit"]
    rows = table[[*key, *outputs, *inputs]]
    if (rows["unit"] == "").any():
        row = int((rows["unit"] == "").to_numpy().argmax())
        return Refusal(name, say("productivity.unnamed_unit", row=row + 1))
    full = rows.dropna()
    if full.empty:
        return Refusal(name, say("productivity.no_units"))
    twice = full.duplicated(key)
    if twice.any():
        return Refusal(name, _twice(full[twice].iloc[0], dated))
    figures = full[[*outputs, *inputs]]
    wrong = (figures <= 0) if positive else (figures < 0)
    if wrong.any().any():
        column = str(wrong.columns[wrong.any()][0])
        unit = str(full.loc[wrong[column], "unit"].iloc[0])
        return Refusal(
            name,
            say(
                "productivity.figure_not_positive" if positive else "productivity.figure_negative",
                unit=unit,
                column=column,
            ),
        )
    idle = ~((full[list(outputs)] > 0).any(axis=1) & (full[list(inputs)] > 0).any(axis=1))
    if idle.any():
        return Refusal(name, say("productivity.idle_unit", unit=str(full.loc[idle, "unit"].iloc[0])))
    return Units(full.reset_index(drop=True), outputs, inputs, len(rows) - len(full))


def left_out(units: Units) -> tuple[Message, ...]:
    """What is said of rows with gaps."""
    return (say("productivity.rows_left_out", count=units.left_out),) if units.left_out else ()


def _twice(row: pd.Series, dated: bool) -> Message:
    if dated:
        return say("productivity.unit_twice_in", unit=str(row["unit"]), period=str(row["period"]))
    return say("productivity.unit_twice", unit=str(row["unit"]))
