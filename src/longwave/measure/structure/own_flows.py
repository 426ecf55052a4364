"""A user's own input-output table in long form: who sells how much to whom, and what is known of each industry.

Each row is one cell: industry_from, industry_to, value. A word in place of an industry says what the cell is:

    in industry_to      final_demand, exports, ... (several may stand beside each other; they are added up)
                        imports (of the row's product; flows then are home and imported together)
    in industry_from    value_added, compensation, surplus, taxes (added up); imported_inputs
    in either           output, jobs, capacity, extra_demand, cost_change

A row or column of totals among the industries would be counted twice: it is known by its name or by being the sum of all
others, and refused.

``final_demand:anything`` and ``value_added:anything`` are further parts. A cell that is not there is zero; a cell that
is there without a number is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Refusal
from longwave.core.message import Message, say

Vector = NDArray[np.float64]

FINAL = frozenset(
    {"final_demand", "final_use", "exports", "household_consumption", "government_consumption", "investment"}
    | {
        "inventories",
        "consumption",
        "最终需求",
        "最终使用",
        "出口",
        "居民消费",
        "政府消费",
        "资本形成",
        "存货变动",
    }
)
PRIMARY = frozenset(
    {"value_added", "compensation", "surplus", "taxes", "增加值", "劳动者报酬", "营业盈余", "生产税净额"}
)
EITHER = {
    "output": "output",
    "total_output": "output",
    "gross_output": "output",
    "总产出": "output",
    "jobs": "jobs",
    "就业": "jobs",
    "capacity": "capacity",
    "产能": "capacity",
    "extra_demand": "extra_demand",
    "新增需求": "extra_demand",
    "cost_change": "cost_change",
    "成本变化": "cost_change",
}
IMPORTS, IMPORTED = frozenset({"imports", "进口"}), frozenset({"imported_inputs", "进口投入"})

TOTALS = frozenset(
    {"total", "totals", "subtotal", "sub_total", "grand_total", "sum", "all_industries", "total_industries"}
    | {"total_intermediate", "intermediate_total", "total_inputs", "total_intermediate_inputs"}
    | {
        "合计",
        "总计",
        "小计",
        "共计",
        "总和",
        "中间投入合计",
        "中间使用合计",
        "中间投入",
        "中间使用",
        "全部行业",
    }
)
MOST = 1500
"""Most industries: the published tables of the world have a few hundred, and the inverse grows with the cube."""

_FEWEST_FOR_SUMS = 3
"""Industries from which a row that is the sum of all others is no chance."""
_MOST_COST = 1.0
"""Change of costs, as a fraction of the price, beyond which it is taken for per cent."""
_CLOSE = 0.01
"""How far rows and columns may miss output, as a fraction, before it is told."""


@dataclass(frozen=True, eq=False)
class OwnFlows:
    """The table: flows n x n and what is known of the n industries; None where the table does not say.

    output_from: ``output`` where it was given, ``column`` or ``row`` where it is a sum of the table.
    """

    names: tuple[str, ...]
    flows: NDArray[np.float64]
    output: Vector
    output_from: str
    final: Vector | None
    imports: Vector | None
    value_added: Vector | None
    imported_inputs: Vector | None
    jobs: Vector | None
    capacity: Vector | None
    extra_demand: Vector | None
    cost_change: Vector | None
    period: str = ""

    def misses(self) -> tuple[tuple[str, float], ...]:
        """Industries whose column (inputs, value added, imported inputs) or row (sales less imports) misses output by
        more than a hundredth, with the miss as a fraction of output."""
        found: dict[str, float] = {}
        whole = np.where(self.output > 0, self.output, 1.0)
        if self.value_added is not None and self.output_from != "column":
            column = self.flows.sum(axis=0) + self.value_added + _or_zero(self.imported_inputs, self.output)
            self._note(found, (column - self.output) / whole)
        if self.final is not None and self.output_from != "row":
            row = self.flows.sum(axis=1) + self.final - _or_zero(self.imports, self.output)
            self._note(found, (row - self.output) / whole)
        return tuple(found.items())

    def negative_flows(self) -> int:
        """How many flows are below zero."""
        return int((self.flows < 0).sum())

    def _note(self, found: dict[str, float], miss: Vector) -> None:
        for place in np.flatnonzero(np.abs(miss) > _CLOSE):
            name = self.names[place]
            if abs(miss[place]) > abs(found.get(name, 0.0)):
                found[name] = float(miss[place])


def read_flows(table: pd.DataFrame, name: str) -> OwnFlows | Refusal:
    """The table read, or why it cannot be.

    table: columns industry_from, industry_to (text), value (number or missing), optionally period; name: of the measure
    that refuses.
    """
    rows = table[(table["industry_from"] != "") | (table["industry_to"] != "")]
    fault = _fault(rows)
    if fault is not None:
        return Refusal(name, *fault)
    cells = _Cells(rows)
    if cells.stray is not None:
        return Refusal(name, *cells.stray)
    n = len(cells.industries)
    if n < 2 or n > MOST:
        return Refusal(name, say("input_output.count", count=n, most=MOST), say("input_output.layout"))
    return cells.read(name, rows["period"].iloc[0] if "period" in rows else "")


def _fault(rows: pd.DataFrame) -> tuple[Message, Message] | None:
    if rows.empty:
        return say("structure.table_empty"), say("input_output.layout")
    if "period" in rows and rows["period"].nunique() > 1:
        return (
            say("input_output.periods", count=int(rows["period"].nunique())),
            say("input_output.periods_mend"),
        )
    half = rows[(rows["industry_from"] == "") | (rows["industry_to"] == "")]
    if len(half):
        return say("input_output.half_named", row=int(half.index[0]) + 1), say("input_output.layout")
    empty = rows[rows["value"].isna()]
    if len(empty):
        return say("input_output.no_value", **_pair(empty)), say("input_output.no_value_mend")
    twice = rows[rows.duplicated(["industry_from", "industry_to"])]
    if len(twice):
        return say("input_output.twice", **_pair(twice)), say("measure.check_figures")
    return None


def _pair(rows: pd.DataFrame) -> dict[str, str]:
    return {"source": str(rows["industry_from"].iloc[0]), "target": str(rows["industry_to"].iloc[0])}


class _Cells:
    """The rows sorted into flows and what is known of each industry."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.flows: list[tuple[str, str, float]] = []
        self.known: dict[str, dict[str, float]] = {}
        self.stray: tuple[Message, Message] | None = None
        order: dict[str, None] = {}
        for source, target, value in zip(
            rows["industry_from"], rows["industry_to"], rows["value"].astype(float), strict=True
        ):
            kinds = _kind(source), _kind(target)
            if kinds == ("", ""):
                self.flows.append((source, target, value))
                order |= {source: None, target: None}
                continue
            fact, industry = self._fact(kinds, source, target)
            if not fact:
                self.stray = (
                    say("input_output.stray", source=source, target=target),
                    say("input_output.layout"),
                )
                return
            order[industry] = None
            mine = self.known.setdefault(fact, {})
            if industry in mine and fact not in {"final", "primary"}:
                self.stray = (
                    say("input_output.twice", source=source, target=target),
                    say("measure.check_figures"),
                )
                return
            mine[industry] = mine.get(industry, 0.0) + value
        self.industries = tuple(order)

    @staticmethod
    def _fact(kinds: tuple[str, str], source: str, target: str) -> tuple[str, str]:
        """What a cell with a word in it says, and of which industry; ``("", "")`` where the word stands wrongly."""
        of_source, of_target = kinds
        if of_source == "" and of_target in {"final", "imports", "either"}:
            return EITHER.get(_tidy(target), of_target), source
        if of_target == "" and of_source in {"primary", "imported", "either"}:
            return EITHER.get(_tidy(source), of_source), target
        return "", ""

    def column(self, fact: str) -> Vector | None:
        """What is known of each industry, zero where nothing is written; None where nothing is of any."""
        mine = self.known.get(fact)
        if mine is None:
            return None
        return np.array([mine.get(each, 0.0) for each in self.industries])

    def lacking(self, fact: str) -> tuple[str, ...]:
        return tuple(each for each in self.industries if each not in self.known[fact])

    def read(self, name: str, period: str) -> OwnFlows | Refusal:
        place = {each: at for at, each in enumerate(self.industries)}
        flows = np.zeros((len(place), len(place)))
        for source, target, value in self.flows:
            flows[place[source], place[target]] = value
        for fact, word in (("output", "output"), ("jobs", "jobs"), ("primary", "value_added")):
            if fact in self.known and self.lacking(fact):
                reason = say("input_output.lacking", what=word, items=self.lacking(fact)[:8])
                return Refusal(name, reason, say("input_output.lacking_mend", what=word))
        for fact in ("output", "jobs", "imports", "capacity"):
            below = [each for each, value in self.known.get(fact, {}).items() if value < 0]
            if below:
                reason = say("input_output.negative", what=fact, item=below[0])
                return Refusal(name, reason, say("input_output.negative_mend"))
        output, taken = self._output(flows)
        if output is None:
            return Refusal(name, say("input_output.no_output"), say("input_output.no_output_mend"))
        total = self._total(flows)
        if total is not None:
            return Refusal(name, say("input_output.total", item=total), say("input_output.total_mend"))
        costs = self.known.get("cost_change", {})
        steep = [each for each, value in costs.items() if abs(value) > _MOST_COST]
        if steep:
            reason = say("input_output.cost_too_high", item=steep[0], value=costs[steep[0]])
            return Refusal(name, reason, say("input_output.cost_too_high_mend"))
        idle = [each for each in self.industries if output[place[each]] <= 0]
        busy = [each for each in idle if flows[:, place[each]].any() or output[place[each]] < 0]
        if busy:
            reason = say("input_output.inputs_without_output", item=busy[0])
            return Refusal(name, reason, say("input_output.inputs_without_output_mend", item=busy[0]))
        capacity = self.column("capacity")
        if capacity is not None:
            # No limit is written for an industry: it has none.
            limits = self.known["capacity"]
            capacity = np.array([limits.get(each, np.inf) for each in self.industries])
        return OwnFlows(
            self.industries,
            flows,
            output,
            taken,
            self.column("final"),
            self.column("imports"),
            self.column("primary"),
            self.column("imported"),
            self.column("jobs"),
            capacity,
            self.column("extra_demand"),
            self.column("cost_change"),
            str(period),
        )

    def _total(self, flows: NDArray[np.float64]) -> str | None:
        """The industry that is a total: by its name, or by a row or a column that is the sum of all others."""
        named = [each for each in self.industries if _tidy(each) in TOTALS]
        if named:
            return named[0]
        if len(flows) < _FEWEST_FOR_SUMS:
            return None
        for table in (flows, flows.T):
            for place, name in enumerate(self.industries):
                own, rest = table[place], table.sum(axis=0) - table[place]
                # The corner, a total's sales to itself, may hold the sum of all or be left out.
                apart = np.arange(len(flows)) != place
                if own[apart].any() and (np.abs(own - rest)[apart] <= _CLOSE * np.abs(rest[apart])).all():
                    return name
        return None

    def _output(self, flows: NDArray[np.float64]) -> tuple[Vector | None, str]:
        """Output as given, or the sum of the columns, or of the rows."""
        given = self.column("output")
        if given is not None:
            return given, "output"
        primary, final = self.column("primary"), self.column("final")
        if primary is not None:
            return flows.sum(axis=0) + primary + _or_zero(self.column("imported"), primary), "column"
        if final is not None:
            return flows.sum(axis=1) + final - _or_zero(self.column("imports"), final), "row"
        return None, ""


def _kind(text: str) -> str:
    """Which sort of word it is: ``final``, ``primary``, ``imports``, ``imported``, ``either``; empty for an industry."""
    word = _tidy(text)
    head = word.partition(":")[0]
    sorts: Iterable[tuple[str, Iterable[str]]] = (
        ("final", FINAL),
        ("primary", PRIMARY),
        ("imports", IMPORTS),
        ("imported", IMPORTED),
        ("either", EITHER),
    )
    for sort, words in sorts:
        if word in words or (sort in {"final", "primary"} and head in words):
            return sort
    return ""


def _tidy(text: str) -> str:
    return "_".join(text.casefold().replace("-", " ").split())


def _or_zero(values: Vector | None, like: Vector) -> Vector:
    return np.zeros_like(like) if values is None else values
