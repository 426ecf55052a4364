"""Where a column of a library model comes from: alternatives, tried in order, each with what it assumes.

In a model's description a column is a text, ``Y = "real_gdp"``, a table, or a list of these:

    K = [
      "capital_stock",
      { is = "3 * capital_services", en = "capital is three years of output", zh = "..." },
    ]

is: an expression of the model language over earlier columns, the model's parameters and the store's variables.
over: ``mean``, ``first`` or ``last`` of its known values in place of one value a period.
where: an earlier column that must be known too.
within: what lies outside counts as unknown; must: where the last value has to lie, else the economy is refused.
en, zh: what the alternative assumes.

A column whose name begins with ``_`` serves others and is no column of the model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longwave.core.message import Names
from longwave.macro.language.read import read_expression
from longwave.macro.language.tree import Expression

ANYTHING = (-math.inf, math.inf)
NOTHING = Names("")


@dataclass(frozen=True, eq=False)
class Alternative:
    """One way to a column. text: as written; assumed: empty where nothing is."""

    text: str
    expression: Expression
    over: str = ""
    where: str = ""
    within: tuple[float, float] = ANYTHING
    must: tuple[float, float] = ANYTHING
    assumed: Names = NOTHING


def alternatives(told: str | Mapping[str, Any] | list[Any]) -> tuple[Alternative, ...]:
    """The alternatives of a column as its description tells them."""
    return tuple(_alternative(each) for each in (told if isinstance(told, list) else [told]))


def _alternative(told: str | Mapping[str, Any]) -> Alternative:
    if isinstance(told, str):
        return Alternative(told, read_expression(told))
    return Alternative(
        told["is"],
        read_expression(told["is"]),
        told.get("over", ""),
        told.get("where", ""),
        _range(told.get("within")),
        _range(told.get("must")),
        Names(told.get("en", ""), told.get("zh", "")),
    )


def _range(told: list[float] | None) -> tuple[float, float]:
    return (float(told[0]), float(told[1])) if told else ANYTHING
