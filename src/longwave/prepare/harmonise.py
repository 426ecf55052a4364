"""Harmonise: the publisher's codes become longwave's concepts, in longwave's units and area codes.

A variable that no concept knows keeps its own code and unit. A variable that a concept knows but whose unit
cannot be turned into the concept's is held back: figures in a unit that nobody can name are not figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.area import areas
from longwave.core.harvest import Fault, Harvest
from longwave.core.message import Names, Value, say
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit
from longwave.prepare.concepts import Concept, Match, find_concept
from longwave.prepare.sheet import Ints

SILENT = frozenset(
    {
        "",
        "not stated",
        "unstated",
        "see label",
        "see note",
        "n/a",
        "na",
        "none",
        "unknown",
        "-",
        "unit",
        "units",
    }
)
"""Unit texts that say nothing; then the publisher's code must fix the unit, or the series is held back."""
_EACH = frozenset({"hours per worker", "hours per person", "hours per employee"})
"""Under a name that says 'per worker' these are the hours of one worker."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a series of one unit comes into its concept's: multiply by factor, write `unit`."""

    factor: float
    unit: Unit


@dataclass(frozen=True, eq=False)
class Harmonised:
    """Rows under longwave's names (columns as in `Panel`), one meta a variable, and what was found."""

    frame: pd.DataFrame
    metas: tuple[SeriesMeta, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of the rows of one variable in one unit. conversion None: held back."""

    code: str
    variable: str
    conversion: Conversion | None
    meta: SeriesMeta
    unit_text: str
    item: str = ""


def harmonise(harvest: Harvest) -> Harmonised:
    """Names, units and areas of one harvest. Reads everything, changes nothing of the harvest itself."""
    frame = harvest.panel.frame
    if frame.empty:
        return Harmonised(frame, (), ())
    metas = {meta.variable: meta for meta in harvest.metas}
    matches, faults = _matches(list(dict.fromkeys(frame["variable"])), harvest)
    codes, distinct = _pairs(frame)
    plans = [_plan(code, unit, matches.get(code), metas.get(code), harvest) for code, unit in distinct]
    rows = np.bincount(codes, minlength=len(plans))
    faults += [
        _unit_fault(plan, int(count), harvest)
        for plan, count in zip(plans, rows, strict=True)
        if plan.conversion is None
    ]
    return Harmonised(_rewrite(frame, codes, plans), _metas(plans), tuple(faults))


def _pairs(frame: pd.DataFrame) -> tuple[Ints, list[tuple[str, str]]]:
    """Number of the (variable, unit text) pair of each row, and the pairs."""
    variables, names = pd.factorize(frame["variable"])
    units, texts = pd.factorize(frame["unit"])
    codes, pairs = pd.factorize(variables.astype(np.int64) * len(texts) + units)
    split = [divmod(int(pair), len(texts)) for pair in pairs]
    return codes.astype(np.int64), [(str(names[name]), str(texts[text])) for name, text in split]


def convert(stated: Unit, match: Match) -> Conversion | None:
    """How figures in the `stated` unit come into the concept's; None where they cannot.

    In this order: a unit that differs in scale only is converted; silence, or a wording that the code book
    lists, takes the unit that the publisher's code fixes; percent and counts that do not say of what take it
    from the code; concepts of any base keep the publisher's price or index base.
    """
    concept, source = match.concept, match.source
    text = stated.of.casefold().strip() if stated.quantity == "unstated" else ""
    if stated.converts_to(concept.unit):
        return Conversion(stated.factor_to(concept.unit), concept.unit)
    if stated.quantity == "unstated":
        listed = source is not None and text in {said.casefold() for said in source.says}
        if source is None or source.unit is None or not (listed or text in SILENT):
            return None
        return convert(source.unit, replace(match, source=None))
    if concept.name.endswith("_per_worker") and stated.of in _EACH and concept.unit.of == "hours":
        return Conversion(stated.scale / concept.unit.scale, concept.unit)
    if concept.any_base and _same_kind(stated, concept.unit):
        return Conversion(stated.scale / concept.unit.scale, replace(stated, scale=concept.unit.scale))
    if _says_less(stated, concept) or (source is not None and _same_quantity(stated, concept)):
        return Conversion(stated.scale / concept.unit.scale, concept.unit)
    return None


def _same_kind(stated: Unit, wanted: Unit) -> bool:
    """Money at constant prices of any year and currency; an index of any base."""
    if stated.quantity != wanted.quantity:
        return False
    return stated.quantity == "index" or (
        stated.price.startswith("constant") and wanted.price.startswith("constant")
    )


def _says_less(stated: Unit, concept: Concept) -> bool:
    """Percent or a count of something not named: ``%`` of what, ``million`` of whom."""
    loose = {"share": {"share", "growth"}, "count": {"count"}, "index": set()}
    return not stated.of and concept.unit.quantity in loose.get(stated.quantity, set())


def _same_quantity(stated: Unit, concept: Concept) -> bool:
    """For a known code, ``% of total labor force`` is the share of the labour force however it is worded."""
    quantities = {stated.quantity, concept.unit.quantity}
    return quantities == {"share"} or quantities == {"count"} or quantities == {"growth"}


def _matches(codes: list[str], harvest: Harvest) -> tuple[dict[str, Match], list[Fault]]:
    """Concept of each code. Of two codes for one concept in one dataset the code book's first is taken."""
    found = {code: match for code in codes if (match := find_concept(code, harvest.origin)) is not None}
    best: dict[tuple[str, str], str] = {}
    for code, match in sorted(found.items(), key=lambda item: (item[1].rank, item[0])):
        best.setdefault(_place(match), code)
    faults = []
    for code, match in sorted(found.items()):
        if best[_place(match)] != code:
            rows = int((harvest.panel.frame["variable"] == code).sum())
            message = say(
                "prepare.second_code", code=code, variable=match.concept.names, taken=best[_place(match)]
            )
            faults.append(Fault("second_code", f"{harvest.origin.dataset}:{code}", message, rows=rows))
    return {code: match for code, match in found.items() if best[_place(match)] == code}, faults


def _place(match: Match) -> tuple[str, str]:
    return match.concept.name, match.item


def _plan(code: str, unit_text: str, match: Match | None, meta: SeriesMeta | None, harvest: Harvest) -> _Plan:
    stated = Unit.parse(unit_text)
    if meta is not None and stated.quantity == "unstated" and stated.of.casefold() in SILENT:
        stated = meta.unit
    known = meta or SeriesMeta(harvest.origin.dataset, code, Names(code), stated, source_variable=code)
    if match is None:
        own = replace(known, source_variable=known.source_variable or code, unit=stated)
        return _Plan(code, code, Conversion(1.0, stated), own, unit_text)
    conversion = convert(stated, match)
    concept = match.concept
    mapped = SeriesMeta(
        source=harvest.origin.dataset,
        variable=concept.name,
        names=concept.names,
        unit=conversion.unit if conversion else stated,
        source_variable=match.source.code if match.item and match.source else known.source_variable or code,
        dimensions=concept.dimensions,
        domains=concept.domains,
        note=known.note,
    )
    return _Plan(code, concept.name, conversion, mapped, str(stated), match.item)


def _unit_fault(plan: _Plan, rows: int, harvest: Harvest) -> Fault:
    wanted = find_concept(plan.code, harvest.origin)
    accepted = accepted_units(wanted.concept) if wanted else ()
    key = "prepare.unit_silent" if plan.unit_text.casefold() in SILENT else "prepare.unit_other"
    message = say(
        key, code=plan.code, variable=plan.meta.names, stated=plan.unit_text[:80], accepted=accepted
    )
    return Fault("unit", f"{harvest.origin.dataset}:{plan.code}", message, held_back=True, rows=rows)


def accepted_units(concept: Concept) -> tuple[Value, ...]:
    """Wordings of a unit that a concept's figures may come in."""
    unit = concept.unit
    if concept.any_base:
        key = "prepare.any_constant_prices" if unit.quantity == "money" else "prepare.any_index"
        return (say(key),)
    if unit.quantity == "share":
        of = f" of {unit.of}" if unit.of else ""
        return (f"percent{of}", f"share{of}", "%", "share", "fraction")
    if unit.quantity == "growth":
        return ("percent a year", "annual %", "share a year")
    if unit.of == "hours":
        return ("hours", "hours per worker", "hours a year", "annual hours")
    if unit.quantity in {"count", "money"}:
        scales = (1.0, 1e3, 1e6) if unit.quantity == "count" else (1.0, 1e6, 1e9)
        return tuple(str(replace(unit, scale=scale)) for scale in scales)
    return (str(unit),)


def _rewrite(frame: pd.DataFrame, codes: np.ndarray, plans: list[_Plan]) -> pd.DataFrame:
    kept = np.array([plan.conversion is not None for plan in plans])[codes]
    variables = np.array([plan.variable for plan in plans], dtype=object)[codes]
    units = np.array([str(plan.conversion.unit) if plan.conversion else "" for plan in plans], dtype=object)[
        codes
    ]
    factors = np.array([plan.conversion.factor if plan.conversion else 1.0 for plan in plans])[codes]
    items = np.array([plan.item for plan in plans], dtype=object)[codes]
    items = np.where(items == "", frame["item"].to_numpy(object), items)
    places, parts = _known_areas(frame["area"])
    table = frame.assign(
        area=places,
        item=np.where((items == "") & (parts != ""), parts, items),
        variable=variables,
        unit=units,
        value=_scaled(frame["value"].to_numpy(float), factors),
    )
    return table if kept.all() else table[kept]


def _scaled(values: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Values in the new unit. Where the factor is below one its inverse is the round number (percent: 100), and
    dividing by that gives 0.0133 for 1.33 per cent where multiplying gives 0.013300000000000001."""
    scaled: np.ndarray = np.where(factors < 1, values / np.round(1 / factors, 9), values * factors)
    return scaled


_PART = re.compile(r"(?P<whole>[A-Za-z]{2,3})_ex_\w+")
"""An area with parts left out, such as ``US_ex_AZ_CT``."""


def _known_areas(written: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Area codes in the house's case, and the part of the area where a code says that parts are left out.

    A text that is no known code stays as it is. ``US_ex_AZ_CT`` is item ``US_ex_AZ_CT`` of the United States: such
    figures are found under the country, and every result from them names the part.
    """
    codes, distinct = pd.factorize(written)
    tidy = [_tidy(code.strip()) for code in distinct]
    return tuple(np.array(column, dtype=object)[codes] for column in zip(*tidy, strict=True))  # type: ignore[return-value]


def _tidy(code: str) -> tuple[str, str]:
    if code.upper() in areas():
        return code.upper(), ""
    part = _PART.fullmatch(code)
    whole = _whole(part["whole"]) if part else None
    return (whole, code) if whole else (code, "")


def _whole(code: str) -> str | None:
    by_two = {area.alpha2: area.code for area in areas().values() if area.alpha2}
    return code.upper() if code.upper() in areas() else by_two.get(code.upper())


def _metas(plans: list[_Plan]) -> tuple[SeriesMeta, ...]:
    kept = {plan.variable: plan.meta for plan in reversed(plans) if plan.conversion is not None}
    return tuple(kept[name] for name in sorted(kept))
