"""What a solve gives: the paths, and the certificate that they solve the equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank


@dataclass(frozen=True, slots=True)
class Certificate:
    """How well the equations hold, measured on them as they are written, not by what a solver believes.

    residual: largest |left - right| / max(1, |left|, |right|) over all equations and periods; equation and period:
    where it is; tolerance: what was asked; iterations: of Newton's method, all blocks and periods; engine: compiled
    or interpreted; method: blocks, stacked or one_equation; seconds: of solving, without reading and compiling.
    """

    residual: float
    equation: str
    period: str
    tolerance: float
    iterations: int
    engine: str
    method: str
    seconds: float

    @property
    def holds(self) -> bool:
        return self.residual <= self.tolerance

    def sentence(self) -> Message:
        """The certificate in words, the same each time: without the seconds."""
        return say(
            "model.certificate",
            residual=self.residual,
            equation=self.equation,
            period=self.period,
            tolerance=self.tolerance,
            iterations=self.iterations,
            engine=say(f"model.engine_{self.engine}"),
            method=say(f"model.by_{self.method}"),
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """Solved paths.

    bank: every column of the system over all periods that the solve read or wrote, solved where first..last; the
    rest as it was given. parameters: the values used; notes: what a reader should know.
    """

    system: System
    bank: Databank
    first: Period
    last: Period
    certificate: Certificate
    parameters: NDArray[np.float64]
    mode: str = "dynamic"
    notes: tuple[Message, ...] = ()

    def __repr__(self) -> str:
        span = f"{self.first}..{self.last}, {len(self.system.variables)} variables"
        warned = f", {len(self.notes)} notes" if self.notes else ""
        return f"Solution({self.system.model.name}, {span}, residual {self.certificate.residual:.1e}{warned})"

    @property
    def periods(self) -> list[str]:
        return [str(self.first + step) for step in range(self.last - self.first + 1)]

    @property
    def rows(self) -> slice:
        """The solved rows of the bank."""
        return slice(self.bank.row(self.first), self.bank.row(self.last) + 1)

    def path(self, name: str) -> NDArray[np.float64]:
        """The path of a column over the solved periods. Raises ModelError for a name that is none."""
        return self.bank.values[self.rows, self.system.column(name)].copy()

    def series(self, name: str) -> pd.Series:
        """The path with written periods."""
        return pd.Series(self.path(name), index=pd.Index(self.periods, name="period"), name=name)

    def frame(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """The endogenous variables (or these columns) over the solved periods."""
        names = list(names) if names is not None else list(self.system.variables)
        return pd.DataFrame(
            {name: self.path(name) for name in names}, index=pd.Index(self.periods, name="period")
        )

    def against(
        self, baseline: Solution, names: Sequence[str] | None = None, *, relative: bool = False
    ) -> pd.DataFrame:
        """This solution less a baseline over the same periods, in the variables' units or, relative, in per cent.

        Raises UsageError where the periods differ or a per cent of nought is asked.
        """
        if self.first != baseline.first or self.last != baseline.last:
            raise UsageError(
                say(
                    "model.other_periods",
                    mine=f"{self.first}..{self.last}",
                    other=f"{baseline.first}..{baseline.last}",
                ),
                say("model.other_periods_mend"),
            )
        mine, other = self.frame(names), baseline.frame(names)
        if not relative:
            return mine - other
        if (other == 0.0).any(axis=None):
            zero = [str(each) for each in other.columns[(other == 0.0).any()]]
            raise UsageError(
                say("model.per_cent_of_nought", names=", ".join(zero[:5])),
                say("model.per_cent_of_nought_mend"),
            )
        return 100.0 * (mine / other - 1.0)
