"""Places: areas that longwave does not know, and sums of countries that pass for a country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.area import areas
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

COUNTRIES = 15
"""Countries from which the sum of the others is an amount that no country reaches."""
AS_LARGE = 0.95
"""Part of all other countries together from which an area is their sum."""


@CHECKS.register("unknown_areas")
def unknown_areas(sheet: Sheet) -> list[Finding]:
    """Areas outside ISO 3166 and the known aggregates: kept under their names, never counted as countries.

    One finding for the dataset, told on the variable that has most of them.
    """
    known = areas()
    strange = np.flatnonzero(~sheet.keys["area"].isin(list(known)).to_numpy())
    if not len(strange):
        return []
    codes, _ = sheet.variable_code
    fullest = np.bincount(codes[strange]).argmax()
    told = strange[codes[strange] == fullest]
    distinct = int(sheet.keys["area"].iloc[strange].nunique())
    return [
        Finding(
            "prepare.unknown_areas", told, sheet.rows_of(strange), details={"count": distinct}, whole=True
        )
    ]


@CHECKS.register("aggregate_as_country")
def aggregate_as_country(sheet: Sheet) -> list[Finding]:
    """Areas as large as all countries together.

    Under a country's code: held back; under an unknown one: a note.
    """
    known = areas()
    findings: list[Finding] = []
    for variable in sheet.variable_code[1]:
        concept = sheet.concept(variable)
        if concept is None or not concept.additive:
            continue
        series = sheet.series_of(variable)
        rows = sheet.rows_of(series)
        frame = sheet.frame.iloc[rows]
        whole = frame["item"].eq("") & frame["value"].gt(0)
        plain = frame["area"].map(lambda code: code not in known or not known[code].aggregate)
        rows, frame = rows[(whole & plain).to_numpy()], frame[whole & plain]
        place = [frame["source"], frame["vintage"], frame["period"]]
        others = frame.groupby(place)["value"].transform("sum") - frame["value"]
        many = frame.groupby(place)["area"].transform("nunique") > COUNTRIES
        large = (many & (frame["value"] >= AS_LARGE * others)).to_numpy()
        usual = pd.Series(large).groupby(sheet.of_row[rows]).mean()
        found = usual[usual > 0.5].index.to_numpy()
        coded = sheet.keys["area"].iloc[found].isin(list(known)).to_numpy(bool)
        findings += by_variable(sheet, "prepare.aggregate_coded", found[coded], action=Action.HOLD_BACK)
        findings += by_variable(sheet, "prepare.aggregate_named", found[~coded])
    return findings
