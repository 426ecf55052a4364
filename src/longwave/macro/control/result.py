"""What optimal policy gives: paths beside the baseline, the loss in its parts, what binds, and what cannot be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.message import Language, Message, Value, say
from longwave.core.period import Period
from longwave.macro.control.bounded import Minimum
from longwave.macro.control.limited import LimitedMinimum
from longwave.macro.control.loss import Term, TermKind
from longwave.macro.control.policy_instrument import Levers
from longwave.macro.control.within import Limits
from longwave.macro.solution import Certificate, Solution

Vector = NDArray[np.float64]

UNREACHED = 1e-9
"""The part of a target's gap below which no path of the policy instruments moves it."""

MET = 1e-12
"""The part of the baseline's loss below which the targets count as met exactly: what is left is rounding."""

PRICELESS = 1e-12
"""Shadow prices below this part of the dearest are rounding."""

WEAK = 1e-7
"""Singular values of the responses below this part of the largest are directions that cannot be reached."""


@dataclass(frozen=True, slots=True)
class TermLoss:
    """What one term adds to the loss, in the baseline and at the optimum."""

    name: str
    kind: TermKind
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class BindingBound:
    """A bound that holds the optimum back.

    name: the column that is held; kind: "instrument" for a policy instrument's own bounds, "within" for a `Within`,
    "move" for a limit of moves; side: "low" or "high" ("low" of a move: as fast a fall as allowed); value: of the
    column, or of its move; shadow_price: by how much the loss would fall for each unit that the bound gives way, to
    first order.
    """

    name: str
    period: str
    side: str
    value: float
    shadow_price: float
    kind: Literal["instrument", "within", "move"] = "instrument"


@dataclass(frozen=True)
class Reach:
    """Whether the targets can be met, to first order around the optimum (Tinbergen 1952).

    values: target values that count (targets times periods); rank: how many independent directions of them some path
    of the policy instruments moves; unreached: (target, period) that no path moves at all; gap_out_of_reach: share of
    the remaining weighted squared gap that lies in directions no path moves; directions: (target, period, weight) of
    the largest such direction in the remaining gap, heaviest first, empty where there is none; flat: policy instruments
    without an effect to first order there that do move targets by larger moves, none of which brings the loss down: what
    is said to first order says nothing of them.
    """

    values: int
    rank: int
    targets: int
    policy_instruments: int
    unreached: tuple[tuple[str, str], ...]
    gap_out_of_reach: float
    directions: tuple[tuple[str, str, float], ...]
    flat: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return self.rank == self.values

    def sentences(self) -> tuple[Message, ...]:
        """The reach in words; empty where every target can be met."""
        if self.flat:
            return (say("control.flat", names=self.flat),)
        if self.complete:
            return ()
        said = [
            say(
                "control.out_of_reach",
                values=self.values,
                rank=self.rank,
                share=self.gap_out_of_reach,
            )
        ]
        if self.policy_instruments < self.targets:
            said.append(
                say("control.tinbergen", targets=self.targets, policy_instruments=self.policy_instruments)
            )
        if self.unreached:
            said.append(say("control.unreached", places=_places(self.unreached), count=len(self.unreached)))
        if self.directions:
            parts: tuple[Value, ...] = tuple(
                say("control.direction_part", name=name, period=period, weight=weight)
                for name, period, weight in self.directions[:4]
            )
            said.append(say("control.direction", parts=parts))
        return tuple(said)


@dataclass(frozen=True, eq=False)
class OptimalPolicy:
    """The best paths found and what is known about them.

    solution, baseline: solved by the model, each with its certificate; under an endogenous policy instrument the
    baseline is that of the whole model. paths, targets: frames by period with columns (name, "baseline" | "optimal" |
    "desired"). kkt: under commitment the largest cosine between gaps and the column of a number that is free to move
    (0 is a least; gaps of targets that are met exactly are rounding, so that it is given as 0 then), under discretion
    the last change of the paths relative to their size. determined: whether the loss
    tells all free numbers apart (if not, the ones without effect stayed at the baseline).
    """

    method: str
    solution: Solution
    baseline: Solution
    paths: pd.DataFrame
    targets: pd.DataFrame
    loss_before: float
    loss_after: float
    terms: tuple[TermLoss, ...]
    binding: tuple[BindingBound, ...]
    reach: Reach
    kkt: float
    iterations: int
    determined: bool
    notes: tuple[Message, ...]
    seconds: float

    @property
    def certificate(self) -> Certificate:
        return self.solution.certificate

    @property
    def met(self) -> bool:
        """Whether nothing but rounding is left of the loss."""
        return met_exactly(self.loss_before, self.loss_after)

    def sentences(self) -> tuple[Message, ...]:
        """The result in words: loss, bounds, reach, notes, certificate."""
        said = [
            say(
                "control.loss_change",
                before=self.loss_before,
                after=0.0 if self.met else self.loss_after,
                method=method_name(self.method),
            )
        ]
        if self.binding:
            worst = max(self.binding, key=lambda each: each.shadow_price)
            said.append(
                say(
                    "control.binds",
                    count=len(self.binding),
                    name=say("control.move_of", name=worst.name) if worst.kind == "move" else worst.name,
                    period=worst.period,
                    value=worst.value,
                    price=worst.shadow_price,
                )
            )
        end = "control.stationary" if self.method == "commitment" else "control.consistent"
        if self.met and self.method == "commitment":
            said.append(say("control.met", iterations=self.iterations))
        else:
            said.append(say(end, kkt=self.kkt, iterations=self.iterations))
        return (*said, *self.reach.sentences(), *self.notes, self.certificate.sentence())

    def text(self, lang: Language = "en") -> str:
        return "\n".join(each.text(lang) for each in self.sentences())

    def as_dict(self, lang: Language = "en") -> dict[str, object]:
        """Plain numbers and words, ready to be written as JSON."""
        return {
            "method": self.method,
            "loss": {"baseline": self.loss_before, "optimal": self.loss_after},
            "terms": [
                {"name": each.name, "kind": str(each.kind), "baseline": each.before, "optimal": each.after}
                for each in self.terms
            ],
            "binding": [
                {
                    "name": each.name,
                    "kind": each.kind,
                    "period": each.period,
                    "side": each.side,
                    "value": each.value,
                    "shadow_price": each.shadow_price,
                }
                for each in self.binding
            ],
            "paths": _plain(self.paths),
            "targets": _plain(self.targets),
            "kkt": 0.0 if self.met and self.method == "commitment" else self.kkt,
            "met_exactly": self.met,
            "iterations": self.iterations,
            "residual": self.certificate.residual,
            "sentences": [each.text(lang) for each in self.sentences()],
        }


def met_exactly(before: float, after: float) -> bool:
    """Whether the loss at the optimum is rounding beside that of the baseline."""
    return after <= MET * before


def method_name(method: str) -> Message:
    """A method's name in words."""
    return say("control.by_commitment") if method == "commitment" else say("control.by_discretion")


def path_frame(levers: Levers, baseline: Vector, optimal: Vector, periods: Sequence[str]) -> pd.DataFrame:
    """Policy instruments by period: (name, baseline) and (name, optimal)."""
    columns = {}
    for place, name in enumerate(levers.names):
        columns[(name, "baseline")] = baseline[:, place]
        columns[(name, "optimal")] = optimal[:, place]
    return _framed(columns, periods)


def target_frame(
    terms: Sequence[Term],
    before: Vector,
    rows_before: slice,
    after: Vector,
    rows: slice,
    periods: Sequence[str],
) -> pd.DataFrame:
    """Targets by period: (name, baseline), (name, optimal), (name, desired); NaN desired where nothing counts."""
    columns = {}
    for term in terms:
        if term.kind is not TermKind.TARGET:
            continue
        desired = term.desired if term.other < 0 else after[rows, term.other]
        columns[(term.name, "baseline")] = before[rows_before, term.column]
        columns[(term.name, "optimal")] = after[rows, term.column]
        columns[(term.name, "desired")] = np.where(term.root_weight > 0, desired, np.nan)
    return _framed(columns, periods)


def term_losses(terms: Sequence[Term], before: Vector, after: Vector) -> tuple[TermLoss, ...]:
    """The loss by term from the weighted gaps of both, as `gaps` gives them."""
    size, found = len(terms[0].root_weight), []
    for place, term in enumerate(terms):
        part = slice(place * size, (place + 1) * size)
        found.append(
            TermLoss(
                term.name, term.kind, float(before[part] @ before[part]), float(after[part] @ after[part])
            )
        )
    return tuple(found)


def binding_bounds(found: Minimum, levers: Levers, first: Period) -> tuple[BindingBound, ...]:
    """The bounds at which numbers rest although the loss would fall beyond them, with their shadow prices."""
    binding = []
    size = np.linalg.norm(found.slopes, axis=0) * np.linalg.norm(found.point.residual)
    for number, value in enumerate(found.point.numbers):
        slope = float(found.gradient[number])
        if abs(slope) <= PRICELESS * size[number]:
            continue
        row, instrument = levers.where(number)
        name, period = levers.names[instrument], str(first + row)
        if value <= levers.low[number] and slope > 0.0:
            binding.append(BindingBound(name, period, "low", float(value), slope))
        elif value >= levers.high[number] and slope < 0.0:
            binding.append(BindingBound(name, period, "high", float(value), -slope))
    return tuple(binding)


def binding_limits(found: LimitedMinimum, limits: Limits, first: Period) -> tuple[BindingBound, ...]:
    """The limits that have a price at the optimum."""
    size = float(np.max(np.abs(found.prices) * limits.edges.size, initial=0.0))
    priced = np.flatnonzero(np.abs(found.prices) * limits.edges.size > PRICELESS * size)
    return tuple(
        BindingBound(
            limits.names[k],
            str(first + int(limits.step[k])),
            "low" if found.prices[k] > 0.0 else "high",
            float(found.figures[k]),
            float(abs(found.prices[k])),
            limits.kinds[k],
        )
        for k in priced.tolist()
    )


def reach_of(
    terms: Sequence[Term], slopes: Vector, residual: Vector, instruments: int, first: Period
) -> Reach:
    """The reach from the weighted slopes [residuals, free] and gaps of all terms, in the order of `gaps`."""
    size = len(terms[0].root_weight)
    kept: list[tuple[int, str, str]] = []
    for place, term in enumerate(terms):
        if term.kind is TermKind.TARGET:
            counted = np.flatnonzero(term.root_weight > 0)
            kept += [(place * size + int(row), term.name, str(first + int(row))) for row in counted]
    rows = [each[0] for each in kept]
    targets = len({each[1] for each in kept})
    weight = np.concatenate([term.root_weight for term in terms])[rows]
    answers = slopes[rows] / weight[:, None]
    moved = np.linalg.norm(answers, axis=1)
    largest = float(np.max(moved, initial=0.0))
    unreached = tuple(kept[place][1:] for place in np.flatnonzero(moved <= UNREACHED * largest))
    sized = answers / np.where(moved > UNREACHED * largest, moved, 1.0)[:, None]
    values = np.linalg.svd(sized, compute_uv=False)
    rank = int(np.sum(values > WEAK * values[0])) if largest > 0.0 else 0
    gap = residual[rows]
    squared = float(gap @ gap)
    within = np.linalg.svd(slopes[rows], full_matrices=False)[0][:, :rank]
    beyond = gap - within @ (within.T @ gap)
    share = float(beyond @ beyond) / squared if squared > 0.0 and rank < len(rows) else 0.0
    return Reach(len(rows), rank, targets, instruments, unreached, share, _directions(beyond, kept))


def _directions(beyond: Vector, kept: Sequence[tuple[int, str, str]]) -> tuple[tuple[str, str, float], ...]:
    length = float(np.linalg.norm(beyond))
    if length <= 1e-12:
        return ()
    order = np.argsort(-np.abs(beyond))[:8]
    return tuple((kept[place][1], kept[place][2], float(beyond[place] / length)) for place in order)


def _framed(columns: dict[tuple[str, str], Vector], periods: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(columns, index=pd.Index(list(periods), name="period"))
    frame.columns = pd.MultiIndex.from_tuples(list(columns), names=["name", "path"])
    return frame


def _plain(frame: pd.DataFrame) -> dict[str, dict[str, dict[str, float | None]]]:
    found: dict[str, dict[str, dict[str, float | None]]] = {}
    periods = [str(period) for period in frame.index]
    for place, label in enumerate(frame.columns.to_list()):
        values = frame.iloc[:, place].to_numpy(dtype=np.float64).tolist()
        known = [value if np.isfinite(value) else None for value in values]
        found.setdefault(label[0], {})[label[1]] = dict(zip(periods, known, strict=True))
    return found


def _places(unreached: Sequence[tuple[str, str]]) -> tuple[Value, ...]:
    """Target by target, its first and last unreached period."""
    spans: dict[str, list[str]] = {}
    for name, period in unreached:
        spans.setdefault(name, []).append(period)
    return tuple(
        say("control.place", name=name, first=min(periods), last=max(periods), count=len(periods))
        for name, periods in list(spans.items())[:6]
    )
