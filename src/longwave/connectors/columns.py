"""What each column of a table is: area, period, variable, value, item, unit, status; by its name, in the
words of the publishers, then by its cells where several columns could be it.

A data package may say so itself: a field of its schema with ``"role": "area"`` (or period, variable, value,
item, unit, status, note, source, is_country, label, ignore) settles the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from longwave.connectors.dates import all_days, all_periods, period_header, year_and_part
from longwave.connectors.figures import Mark
from longwave.connectors.places import ALPHA2_COLUMNS, known_area, known_share

ROLES: dict[str, tuple[str, ...]] = {
    "area": (
        *(
            "iso3",
            "iso3c",
            "iso_3",
            "iso3_code",
            "iso_alpha3",
            "alpha3",
            "alpha_3",
            "iso_code",
            "iso",
            "ref_area",
        ),
        *(
            "country_code",
            "countrycode",
            "area_code",
            "geo_code",
            "code",
            "iso2",
            "iso2c",
            "iso_2",
            "iso2_code",
        ),
        *(
            "iso_alpha2",
            "alpha2",
            "alpha_2",
            "geo",
            "area",
            "country",
            "country_name",
            "countryname",
            "country_or_area",
        ),
        *(
            "economy",
            "entity",
            "reporting_economy",
            "reporter",
            "geography",
            "location",
            "nation",
            "territory",
            "region",
        ),
        *(
            "state",
            "reference_area",
            "国家代码",
            "地区代码",
            "国家",
            "地区",
            "经济体",
            "国家或地区",
            "国家和地区",
            "省份",
        ),
    ),
    "period": (
        *(
            "time_period",
            "period",
            "ref_period",
            "reference_period",
            "quarter",
            "month",
            "date",
            "observation_date",
        ),
        *(
            "obs_date",
            "time",
            "year",
            "years",
            "yr",
            "calendar_year",
            "时期",
            "季度",
            "月份",
            "日期",
            "时间",
            "年份",
            "年度",
            "年",
        ),
    ),
    "value": ("value", "obs_value", "values", "val", "obsvalue", "observation_value", "数值", "观测值", "值"),
    "variable": (
        *(
            "variable",
            "indicator_code",
            "series_code",
            "variable_code",
            "series_id",
            "indicator_id",
            "indicator",
            "series",
        ),
        *("metric", "measure", "subject", "concept", "variable_name", "indicator_name", "series_name"),
        *("指标代码", "变量", "指标", "指标名称"),
    ),
    "item": (
        *(
            "industry",
            "sector",
            "item",
            "type",
            "activity",
            "technology",
            "occupation",
            "product",
            "commodity",
            "category",
        ),
        *(
            "sex",
            "gender",
            "age",
            "age_group",
            "size_class",
            "partner",
            "counterpart_area",
            "行业",
            "部门",
            "产业",
            "类别",
            "分项",
        ),
    ),
    "unit": ("unit", "units", "unit_measure", "unit_of_measure", "unit_of_measurement", "单位", "计量单位"),
    "multiplier": ("unit_mult", "unit_multiplier", "powercode_code"),
    "status": ("status", "obs_status", "observation_status", "flag", "flags", "obs_flag", "状态"),
    "note": (
        "note",
        "notes",
        "comment",
        "comments",
        "obs_note",
        "footnote",
        "footnotes",
        "remark",
        "备注",
        "注释",
    ),
    "source": ("source", "dataset", "dataset_id", "source_id", "来源", "数据来源"),
    "vintage": ("vintage", "vintage_date", "realtime_start"),
    "is_country": ("is_country", "iscountry"),
}
"""Role -> column names that stand for it, tidied (lower case, words joined by _), those to be preferred
first."""

_ROLE_OF = {name: role for role, names in ROLES.items() for name in names}
_SINGLE = ("value", "unit", "multiplier", "status", "note", "source", "vintage", "is_country")
_LABELS = {"variable_name", "indicator_name", "series_name", "指标名称"}
_IGNORED = {"realtime_end", "structure", "structure_id", "dataflow", "decimals", "powercode"}


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about a table beside its cells. roles: column -> role, as a schema states it."""

    area: str = ""
    variable: str = ""
    unit: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    decimal: Mark | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by role; several areas are tried in order for each row, several items are
    joined.

    period: one column, or year and part of the year. labels: names of the variable. spans: headers that are
    periods. rest: columns whose names say nothing.
    """

    area: tuple[str, ...] = ()
    alpha2: bool = False
    period: tuple[str, ...] = ()
    value: str = ""
    variable: str = ""
    labels: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    unit: str = ""
    multiplier: str = ""
    status: str = ""
    note: str = ""
    source: str = ""
    vintage: str = ""
    is_country: str = ""
    spans: Mapping[str, str] = field(default_factory=dict)
    rest: tuple[str, ...] = ()


def tidy(name: str) -> str:
    """A column's name in lower case, its words joined by ``_``."""
    return re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name).casefold()).strip("_")


def names_something(header: str) -> bool:
    """Whether a cell is a word for a role that a column may play, or a period: what a header is known by."""
    return tidy(header) in _ROLE_OF or period_header(header) is not None


def find_columns(frame: pd.DataFrame, hints: Hints) -> Columns:
    """The roles of a table's columns. Nothing is refused here: a role that no column plays stays empty."""
    names = [str(name) for name in frame.columns]
    roles = {name: hints.roles.get(name) or _ROLE_OF.get(tidy(name), "") for name in names}
    by_role: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: _rank(name, roles[name])):
        by_role.setdefault(roles[name], []).append(name)
    headers = {name: period_header(name) for name in names if not roles[name]}
    spans = {name: period for name, period in headers.items() if period}
    area, not_area = _area_columns(frame, by_role.get("area", []), hints)
    variable, labels, not_variable = _variable_columns(frame, by_role.get("variable", []))
    found, not_period = _period_columns(frame, by_role.get("period", []))
    loose = [name for name in headers if name not in spans and tidy(name) not in _IGNORED]
    loose += not_area + not_variable + not_period
    for role in _SINGLE:
        loose += by_role.get(role, [])[1:]
    return Columns(
        area=tuple(area),
        alpha2=bool(area) and tidy(area[0]) in ALPHA2_COLUMNS,
        period=tuple(found),
        variable=variable,
        labels=tuple(labels + by_role.get("label", [])),
        item=tuple(name for name in names if roles[name] == "item"),
        spans=spans,
        rest=tuple(name for name in names if name in loose),
        **{role: by_role.get(role, [""])[0] for role in _SINGLE},
    )


def _rank(name: str, role: str) -> int:
    names = ROLES.get(role, ())
    return names.index(tidy(name)) if tidy(name) in names else -1  # a stated role goes before a guessed one


def _area_columns(frame: pd.DataFrame, candidates: list[str], hints: Hints) -> tuple[list[str], list[str]]:
    """The column whose texts are known areas most often first, then those that can fill its gaps."""
    stated = [name for name in candidates if hints.roles.get(name) == "area"]
    if stated:
        return stated, [name for name in candidates if name not in stated]
    shares = {name: known_share(_distinct(frame[name])) for name in candidates}
    weak = {
        name
        for name in candidates
        if tidy(name) in {"code", "location", "state", "region"} and shares[name] < 0.5
    }
    strong = [name for name in candidates if name not in weak]
    if not strong and weak and "state" in {tidy(name) for name in weak}:
        strong = [name for name in candidates if tidy(name) == "state"]
        weak -= set(strong)
    ordered = sorted(
        strong, key=lambda name: -round(shares[name], 1)
    )  # a stable sort keeps the order of preference
    return ordered, sorted(weak)


def _distinct(column: pd.Series) -> list[str]:
    return [str(text) for text in column.dropna().unique() if str(text).strip()]


def _variable_columns(frame: pd.DataFrame, candidates: list[str]) -> tuple[str, list[str], list[str]]:
    """The variable's code, the columns that only name it, and the others."""
    if not candidates:
        return "", [], []
    first, others = candidates[0], candidates[1:]
    labels = [name for name in others if tidy(name) in _LABELS or determined(frame, [first], name)]
    return first, labels, [name for name in others if name not in labels]


def determined(frame: pd.DataFrame, by: list[str], name: str) -> bool:
    """Whether rows that agree in the columns `by` always agree in `name`."""
    pairs = frame[[*by, name]].astype("string").drop_duplicates()
    return not pairs.duplicated(by).any()


def _period_columns(frame: pd.DataFrame, candidates: list[str]) -> tuple[list[str], list[str]]:
    """The first column whose cells all are periods, or a year with its quarter or month; else the strongest
    name.

    Returns it and the others. A column named date or time counts only when its cells are periods.
    """
    years = [name for name in candidates if tidy(name) in {"year", "years", "yr", "年份", "年"}]
    for part, letter in (("quarter", "Q"), ("month", "M"), ("季度", "Q"), ("月份", "M")):
        for name in candidates:
            if (
                years
                and tidy(name) == part
                and year_and_part(frame[years[0]], frame[name], letter) is not None
            ):
                found = [years[0], name, letter]
                return found, [other for other in candidates if other not in found]
    for name in candidates:
        if all_periods(frame[name]):
            return [name], [other for other in candidates if other != name]
    weak = {"date", "time", "日期", "时间"}
    strong = [name for name in candidates if tidy(name) not in weak or all_days(frame[name])]
    return strong[:1], [name for name in candidates if name not in strong[:1]]


def areas_across(names: tuple[str, ...]) -> bool:
    """Whether headers are areas: at least two, and every one known."""
    return len(names) > 1 and all(known_area(name) for name in names)
