"""Multipliers and linkages of a Leontief model as a table, estimates and sentences.

Every interval answers one question: what if each input coefficient had an independent error of a tenth of it? It holds
neither the age of the table nor the assumption of fixed coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Grade, Sample
from longwave.core.message import Message, Names, say
from longwave.measure.rising.industries import slug
from longwave.measure.structure.leontief import COEFFICIENT_ERROR, Leontief, half_width

Vector = NDArray[np.float64]
_TOLD = 4
_MULTIPLE, _RATIO = "output per final demand", "ratio to the mean"
_SHARE = "share of final demand"


@dataclass(frozen=True, eq=False)
class Linked:
    """What the sentences and tables are made of.

    industries: code -> name; whole: the model of all inputs; home: of inputs made at home, None where the table does
    not say what is imported; output: by industry; value_added: by industry, None where it is not given; period and
    sources: of the table.
    """

    industries: Mapping[str, Names]
    whole: Leontief
    home: Leontief | None
    output: Vector
    value_added: Vector | None = None
    period: str = ""
    sources: tuple[str, ...] = ()

    @property
    def near(self) -> Leontief:
        """The model that linkages are read from: what stays at home where that is known."""
        return self.whole if self.home is None else self.home

    @property
    def value_share(self) -> Vector | None:
        """Value added a unit of output."""
        if self.value_added is None:
            return None
        return np.asarray(self.value_added / np.where(self.output > 0, self.output, 1.0))


def linkage_table(linked: Linked) -> pd.DataFrame:
    """One row an industry: output, multiplier, domestic_multiplier, backward_linkage, forward_linkage, each but output
    with _low and _high; key (1 where both linkages are above one) and value_added_content."""
    table = pd.DataFrame(
        {"output": linked.output}, index=pd.Index(list(linked.industries), name="industry", dtype=object)
    )
    for name, values, errors, (floor, ceiling) in _columns(linked):
        half = half_width(errors)
        table[name] = values
        table[f"{name}_low"] = np.minimum(values, np.maximum(values - half, floor))
        table[f"{name}_high"] = np.maximum(values, np.minimum(values + half, ceiling))
    near = linked.near
    table["key"] = ((near.backward > 1) & (near.forward > 1)).astype(float)
    return table


def linkage_units(linked: Linked, money: str) -> dict[str, str]:
    """Units of the table's columns."""
    units = {"output": money, "key": "1 = yes"}
    for name, *_ in _columns(linked):
        units |= {f"{name}{end}": _unit(name) for end in ("", "_low", "_high")}
    return units


def linkage_estimates(linked: Linked, table: pd.DataFrame) -> Iterator[Estimate]:
    """Each column of each industry, named ``<column>_<industry>``."""
    sample = Sample(1, linked.period, linked.period)
    columns = list(_columns(linked))
    method = say("input_output.method", error=COEFFICIENT_ERROR, count=len(table))
    for place, code in enumerate(table.index):
        for name, *_ in columns:
            yield Estimate(
                f"{name}_{slug(str(code))}",
                float(table[name].iloc[place]),
                float(table[f"{name}_low"].iloc[place]),
                float(table[f"{name}_high"].iloc[place]),
                _unit(name),
                method,
                sample,
                # One table of one year: coefficients that no second observation confirms.
                Grade.C,
                sources=linked.sources,
            )


def linkage_findings(linked: Linked, table: pd.DataFrame) -> Iterator[Message]:
    """The largest multipliers, the key industries, and what a multiplier is not."""
    first = "multiplier" if linked.home is None else "domestic_multiplier"
    top = table.sort_values(first, ascending=False, kind="stable").head(_TOLD)
    listed = tuple(
        say("input_output.item", item=linked.industries[str(code)], value=float(row[first]))
        for code, row in top.iterrows()
    )
    if linked.home is None:
        yield say("input_output.largest", items=listed, count=len(table))
    else:
        gap = linked.whole.multipliers - linked.home.multipliers
        most = int(np.argmax(gap))
        code = list(linked.industries)[most]
        yield say("input_output.largest_home", items=listed, count=len(table))
        yield say(
            "input_output.leakage",
            item=linked.industries[code],
            whole=float(linked.whole.multipliers[most]),
            home=float(linked.home.multipliers[most]),
        )
    yield _key(linked, table)
    yield say("input_output.no_welfare")


def _key(linked: Linked, table: pd.DataFrame) -> Message:
    keys = table[table["key"] == 1]
    if keys.empty:
        return say("input_output.no_key")
    sure = keys[(keys["backward_linkage_low"] > 1) & (keys["forward_linkage_low"] > 1)]
    names = tuple(linked.industries[str(code)] for code in keys.index[:12])
    if len(sure) == len(keys):
        return say("input_output.key_sure", items=names)
    if sure.empty:
        return say("input_output.key_unsure", items=names)
    certain = tuple(linked.industries[str(code)] for code in sure.index[:12])
    return say("input_output.key_some", items=names, sure=certain)


def _columns(linked: Linked) -> Iterator[tuple[str, Vector, Vector, tuple[float, float]]]:
    """Name, values, standard errors, and between what the value must lie by arithmetic: above one, and between nought and
    one, only where no coefficient is below zero."""
    ones = np.ones(len(linked.output))
    unbounded = bool((linked.whole.coefficients < 0).any())
    least, floor, ceiling = (-np.inf, -np.inf, np.inf) if unbounded else (1.0, 0.0, 1.0)
    yield "multiplier", linked.whole.multipliers, linked.whole.errors_of(ones), (least, np.inf)
    if linked.home is not None:
        yield "domestic_multiplier", linked.home.multipliers, linked.home.errors_of(ones), (least, np.inf)
    near = linked.near
    yield "backward_linkage", near.backward, near.backward_errors(), (floor, np.inf)
    yield "forward_linkage", near.forward, near.forward_errors(), (floor, np.inf)
    share = linked.value_share
    if share is not None:
        errors = near.content_errors(share, linked.whole.coefficients)
        yield "value_added_content", share @ near.inverse, errors, (floor, ceiling)


def _unit(name: str) -> str:
    if name == "value_added_content":
        return _SHARE
    return _MULTIPLE if name.endswith("multiplier") else _RATIO
