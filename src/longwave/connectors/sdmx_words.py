"""Words that publishers of SDMX data share: which dimension is the area, the unit, the time, and what a
status means.

Used for SDMX messages and for DBnomics, whose datasets keep their publishers' dimensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from longwave.connectors.connector import known_area, scaled
from longwave.core.area import find_area
from longwave.core.errors import UnknownArea
from longwave.core.panel import EMPTY_STATUSES, Status
from longwave.core.unit import Unit

AREA = ("ref_area", "geo", "country", "location", "area", "cou", "refarea", "reporter", "iso3")
UNIT = ("unit_measure", "unit", "units", "unitmeasure", "unit_of_measure")
TIME = ("time_period", "time", "timeperiod")
MULTIPLIER = ("unit_mult", "powercode")
_FREQUENCY = ("freq", "frequency")

_EU_WORDS = {"EL": "GRC", "UK": "GBR", "EU27_2020": "EUU"}
"""Eurostat's own codes. Its other groups (EA19, EU28...) have members that longwave's areas do not have."""
_STATUS_WORDS = {
    "A": Status.NORMAL,
    "B": Status.BREAK,
    "D": Status.LOW_RELIABILITY,
    "E": Status.ESTIMATED,
    "F": Status.FORECAST,
    "G": Status.LOW_RELIABILITY,
    "H": Status.MISSING,
    "I": Status.IMPUTED,
    "J": Status.LOW_RELIABILITY,
    "K": Status.NORMAL,
    "L": Status.NOT_COLLECTED,
    "M": Status.CANNOT_EXIST,
    "N": Status.LOW_RELIABILITY,
    "O": Status.MISSING,
    "P": Status.PROVISIONAL,
    "Q": Status.SUPPRESSED,
    "S": Status.LOW_RELIABILITY,
    "U": Status.LOW_RELIABILITY,
    "V": Status.NORMAL,
    "W": Status.NORMAL,
}
"""Code list CL_OBS_STATUS 2.2 onto the statuses that a panel knows; the original code goes into the note."""


def first_of(names: Iterable[str], words: tuple[str, ...]) -> str | None:
    """The dimension among `names` that is one of `words`, whatever its case."""
    by_word = {re.sub(r"[^a-z0-9]+", "_", name.lower()): name for name in names}
    return next((by_word[word] for word in words if word in by_word), None)


def area_of(code: str, label: str = "") -> str | None:
    """Alpha-3 code for an area code as SDMX publishers write it, or by its English name; None for a strange
    one."""
    upper = code.strip().upper()
    known = _EU_WORDS.get(upper) or known_area(upper)
    # A group with a number in its code (EA19) is fixed to its members of a day; its label does not say so.
    if known is not None or not label or re.match(r"(EA|EU|EZ)\d", upper):
        return known
    try:
        return find_area(label).code
    except UnknownArea:
        return None


def status_of(code: str, value: float | None) -> tuple[str, str]:
    """(panel status, note) for a publisher's status code and the value that came with it.

    A gap keeps the reason that the code states; a value under a code for gaps is kept, and the code noted.
    """
    word = code.strip().upper()
    status = _STATUS_WORDS.get(word)
    note = f"status {code.strip()}" if word and (status is None or word != str(status)) else ""
    if value is None:
        return str(status if status in EMPTY_STATUSES else Status.MISSING), note
    if status is None or status in EMPTY_STATUSES:
        return str(Status.NORMAL), f"status {code.strip()}" if word else ""
    return str(status), note


def period_of(text: str) -> str:
    """SDMX writings of a period in the house's form: 2019-A1, 2019-M07, 2019Q3 and 2019-Q3. Others as they
    are."""
    tidy = text.strip()
    if match := re.fullmatch(r"(\d{4})(?:-A1)?", tidy):
        return match[1]
    if match := re.fullmatch(r"(\d{4})-?M(\d\d)", tidy):
        return f"{match[1]}-{match[2]}"
    if match := re.fullmatch(r"(\d{4})-?Q([1-4])", tidy):
        return f"{match[1]}-Q{match[2]}"
    return tidy


def is_house_period(text: str) -> bool:
    """Whether a period is a year, a quarter or a month; days, weeks and half-years are not."""
    return re.fullmatch(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?", text) is not None


def unit_of(label: str, multiplier: str) -> Unit:
    """The unit from its label and the power of ten that SDMX keeps apart."""
    unit = Unit.parse(label or "not stated")
    power = int(multiplier) if re.fullmatch(r"[+-]?\d{1,2}", multiplier.strip()) else 0
    return scaled(unit, power)


def variable_of(values: Mapping[str, str], area: str | None, skip: Iterable[str] = ()) -> str:
    """A variable's code: the series key with a star where the area stands, so that areas share a variable."""
    left_out = set(skip)
    return ".".join("*" if name == area else value for name, value in values.items() if name not in left_out)
