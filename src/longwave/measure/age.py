"""Figures that ended long ago: told as old, and with less evidence behind them.

    age = newest year of which the area has a published figure of any kind - last year that a measure rests on

A series that a publisher stopped is no statement about today, however many years it has. Beyond five years a
measurement says so first and its estimates have grade C at best; beyond fifteen D.
"""

from __future__ import annotations

from dataclasses import replace

from longwave.core.area import area_names
from longwave.core.estimate import Grade
from longwave.core.message import say
from longwave.core.panel import Panel, Status
from longwave.measure.measurement import Measurement

OLD, VERY_OLD = 5, 15
"""Years behind the newest figure beyond which a measurement tells of then, and beyond which it is too thin to build
on."""


def newest_year(panel: Panel, area: str) -> int | None:
    """The last year of which the area has a figure that is no forecast and not dated after its release."""
    frame = panel.of_area(area).frame
    known = frame[frame["value"].notna() & (frame["status"] != str(Status.FORECAST))]
    if known.empty:
        return None
    years = known["period"].str[:4].astype(int)
    released = known["vintage"].where(known["vintage"] != "", "9999").str[:4].astype(int)
    return int(years.where(years <= released, released).max())


def told_as_old(measurement: Measurement, panel: Panel) -> Measurement:
    """The measurement with its age told first and its grades lowered where its table ends long before the newest
    figure."""
    newest = newest_year(panel, measurement.area)
    if newest is None or measurement.table.empty or not (measurement.estimates or measurement.findings):
        return measurement
    last = int(str(measurement.table.index[-1])[:4])
    behind = newest - last
    if behind <= OLD:
        return measurement
    least = Grade.D if behind > VERY_OLD else Grade.C
    warned = say(
        "measure.old_figures",
        area=area_names(measurement.area), last=str(last), newest=str(newest), years=behind,
    )  # fmt: skip
    return replace(
        measurement,
        findings=(warned, *measurement.findings),
        estimates=tuple(replace(one, grade=max(one.grade, least)) for one in measurement.estimates),
    )
