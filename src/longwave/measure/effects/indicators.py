"""What stands for what: the series by which each box of the articles' diagrams is seen in many countries.

The boxes (nodes) are the five drivers of 001 (innovation, digital divide, data security, adaptability, social impact),
the six dimensions of 000 and growth. The first indicator of a node is the one its arrows are drawn by, wherever its
figures can carry a regression; it was fixed before any result was seen. The others are second looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A state of a country by year.

    name: what it is called; node: the box that it stands for; needs: concepts it is made of; how: `level`, `log`,
    `speed` (movement of shares), `pace` (growth over five years) or `per_person`; sparse: whether it comes from
    surveys with years between; mechanical: whether it enters output or productivity by an accounting identity, so that
    its arrow to them cannot be read as an effect.
    """

    name: str
    node: str
    needs: tuple[str, ...]
    how: str
    sparse: bool = False
    mechanical: bool = False


DRIVERS = ("innovation", "digital", "security", "adaptability", "social")
DIMENSIONS = ("productivity", "innovation", "structure", "skills", "returns", "competition")

_SECTORS = ("agriculture", "industry", "services")
INDICATORS = (
    Indicator("rd_intensity", "innovation", ("rd_intensity",), "level"),
    Indicator("patents_per_person", "innovation", ("patent_applications", "population"), "per_person"),
    Indicator("internet_users", "digital", ("internet_users",), "level"),
    Indicator("broadband_subscribers", "digital", ("broadband_subscribers",), "level"),
    Indicator("mobile_subscribers", "digital", ("mobile_subscribers",), "level"),
    Indicator("data_breaches", "security", ("data_breaches",), "log"),
    Indicator("days_to_start_business", "adaptability", ("days_to_start_business",), "log"),
    Indicator("income_gini", "social", ("income_gini",), "level", sparse=True),
    Indicator("labour_share", "social", ("labour_share",), "level"),
    Indicator("speed_of_jobs", "structure", tuple(f"{name}_employment_share" for name in _SECTORS), "speed"),
    Indicator("speed_of_output", "structure", tuple(f"{name}_share" for name in _SECTORS), "speed"),
    Indicator("human_capital", "skills", ("human_capital",), "log"),
    Indicator("human_capital_growth", "skills", ("human_capital",), "pace", mechanical=True),
    Indicator("return_on_capital", "returns", ("return_on_capital",), "level", mechanical=True),
    Indicator("establishment_entry_rate", "competition", ("establishment_entry_rate",), "level"),
)

OUTCOMES = {"growth": ("real_gdp", "employment"), "productivity": ("tfp_published",)}
"""Growth is that of real GDP per person employed; productivity that of total factor productivity as published."""

CONCEPTS = tuple(
    dict.fromkeys(
        name
        for needs in (*(one.needs for one in INDICATORS), *OUTCOMES.values(), ("employment",))
        for name in needs
    )
)

_REACH = 5


def log_outcome(frames: Frames, outcome: str) -> pd.DataFrame:
    """The logarithm whose change is the outcome: year by country."""
    needs = OUTCOMES[outcome]
    if any(name not in frames for name in needs):
        return pd.DataFrame()
    logs = [_log(frames[name]) for name in needs]
    return logs[0] if len(logs) == 1 else logs[0] - logs[1]


def state(frames: Frames, one: Indicator) -> pd.DataFrame:
    """The indicator, year by country; empty where a concept that it is made of is not there.

    Shares that do not make up a whole (0.97 to 1.03) give no speed. The speed is half the sum of absolute changes of
    the three shares over five years, a fifth of it a year (NAV).
    """
    if any(name not in frames for name in one.needs):
        return pd.DataFrame()
    given = [frames[name] for name in one.needs]
    if one.how == "level":
        return given[0]
    if one.how == "log":
        return _log(given[0])
    if one.how == "pace":
        logs = _log(given[0])
        return (logs - logs.shift(_REACH)) / _REACH
    if one.how == "per_person":
        return _log(given[0]) - _log(given[1])
    whole = given[0] + given[1] + given[2]
    right = (whole > 0.97) & (whole < 1.03)
    moved = [(part.where(right) - part.where(right).shift(_REACH)).abs() for part in given]
    return (moved[0] + moved[1] + moved[2]) / (2 * _REACH)


def _log(frame: pd.DataFrame) -> pd.DataFrame:
    """The logarithm, nothing where there is none."""
    positive = frame.where(frame > 0)
    return pd.DataFrame(np.log(positive.to_numpy(float)), index=frame.index, columns=frame.columns)
