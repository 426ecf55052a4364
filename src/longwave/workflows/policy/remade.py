"""A recorded plan made again by its own options, on the data as they stood, so that other paths than its best can be
tried under the same draws. Where the data are no longer the same, this is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.core.policy_record import RecordKind
from longwave.core.settings import Settings
from longwave.policy.design import Design
from longwave.workflows.policy.adopted import last_adoption
from longwave.workflows.policy.from_here import design_of, from_here
from longwave.workflows.policy.kept_plan import KeptPlan
from longwave.workflows.policy.run import Policy, make_policy


@dataclass(frozen=True, eq=False)
class Remade:
    """policy: the plan made again; design: its mix, joint where there are several domains; changed: datasets that are
    other than in the record."""

    policy: Policy
    design: Design
    changed: tuple[str, ...]

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(self.design.outcomes.paths)


def remade(plan: KeptPlan, what: str | Path, settings: Settings, progress: Progress = silent) -> Remade:
    """The plan or adjustment again; what: its domain, by name or folder. Raises NotEnoughData where the data of now
    carry no design."""
    made = make_policy(
        what, plan.record.area, options=plan.options, as_of=plan.as_of or _day(plan),
        made=plan.record.made, figures_to=plan.figures_to, settings=settings, progress=progress,
    )  # fmt: skip
    now = {name: each.sha256 for name, each in made.origins.items()}
    changed = sorted({name for name, _ in now.items() ^ plan.checksums.items()})
    if plan.record.kind == RecordKind.ADJUSTMENT:
        adopted = last_adoption(plan.record.domain, plan.record.area, plan.body["adoption"], settings)
        return Remade(made, from_here(made, adopted).design, tuple(changed))
    return Remade(made, design_of(made), tuple(changed))


def _day(plan: KeptPlan) -> str | None:
    """The day of the plan, for data as they stood then; the plan of today reads what there is."""
    day = plan.record.made
    return day if day < date.today().isoformat() and plan.figures_to is None else None


def interval(values: NDArray[np.float64], periods: tuple[str, ...]) -> pd.DataFrame:
    """Median and 90 % of draws [replications, periods], by written year: columns value, low, high."""
    kept = values[np.isfinite(values).all(axis=1)]
    if not len(kept):
        raise NotEnoughData(say("policy_verbs.no_draws"))
    low, middle, high = np.quantile(kept, (0.05, 0.5, 0.95), axis=0)
    index = pd.Index(periods, name="period", dtype=object)
    return pd.DataFrame({"value": middle, "low": low, "high": high}, index=index)
