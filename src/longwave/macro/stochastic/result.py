"""What a stochastic simulation says: moments, quantiles, fans, probabilities, each with its Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.estimate import Estimate, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.solution import Solution
from longwave.macro.stochastic.events import Event, Truth, When, trials_of, wilson
from longwave.macro.stochastic.failures import Failures
from longwave.macro.stochastic.fan import Band, Fan
from longwave.macro.stochastic.held import Held, Sketched, Whole, order_ranks
from longwave.macro.stochastic.moments import Moments
from longwave.macro.stochastic.residuals import ResidualTable
from longwave.macro.stochastic.watched import Lens, Scene, Watch, lens

Vector = NDArray[np.float64]

PROBABILITIES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
HISTORY = 40


@dataclass(frozen=True, slots=True)
class StochasticCertificate:
    """How well the equations hold.

    norm: the largest that the solver accepted in any replication and period; residual: largest |left - right| /
    max(1, |left|, |right|) over all equations and periods of the `checked` replications that were computed anew on
    the equations as they are written, and where it is; seconds: of drawing, solving and looking, without reading
    and compiling.
    """

    norm: float
    residual: float
    equation: str
    period: str
    checked: int
    replications: int
    engine: str
    threads: int
    seconds: float

    def sentence(self) -> Message:
        """The certificate in words, the same each time: without seconds and threads."""
        return say(
            "stochastic.certificate",
            norm=self.norm,
            residual=self.residual,
            equation=self.equation or "-",
            period=self.period or "-",
            checked=self.checked,
            replications=self.replications,
            engine=say(f"stochastic.engine_{self.engine}"),
        )


@dataclass(frozen=True, eq=False)
class StochasticRun:
    """Results over the replications that were solved; `notes` say so where some were not.

    baseline: the solution without shocks. paths: of the first replications {watch: float64 [kept, horizon]}, NaN
    where one failed. residuals: None where no equation was shocked. good: whether each replication was solved.
    """

    system: System
    baseline: Solution
    first: Period
    last: Period
    replications: int
    seed: int
    method: str
    antithetic: bool
    watches: tuple[Watch, ...]
    residuals: ResidualTable | None
    failures: Failures
    certificate: StochasticCertificate
    notes: tuple[Message, ...]
    scene: Scene
    through: Lens
    held: Held
    moments: Moments
    pairs: Moments
    reference: Vector
    paths: Mapping[str, Vector]
    asked: Mapping[Event, Truth]
    good: Truth

    @property
    def names(self) -> tuple[str, ...]:
        return self.through.labels

    @property
    def solved(self) -> int:
        return self.replications - self.failures.count

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(str(self.first + step) for step in range(self.last - self.first + 1))

    @property
    def exact(self) -> bool:
        """Whether quantiles are those of all paths, not of a sketch."""
        return isinstance(self.held, Whole)

    @property
    def rank_error(self) -> float:
        """The largest error in rank of any quantile, as a share of the replications; nought where all paths are kept."""
        return self.held.rank_error

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise UsageError(
                say("stochastic.not_watched", name=name),
                say("stochastic.not_watched_mend", names=", ".join(self.names[:12])),
            )
        return self.names.index(name)

    def _index(self) -> pd.Index:
        return pd.Index(self.periods, name="period")

    def summary(self, name: str) -> pd.DataFrame:
        """By period: baseline, mean, its Monte Carlo error, standard deviation. Raises UsageError for a name not watched."""
        place = self._place(name)
        shape = (self.last - self.first + 1, len(self.names))
        mean, deviation = (
            self.moments.mean.reshape(shape)[:, place],
            self.moments.deviation.reshape(shape)[:, place],
        )
        error = deviation / math.sqrt(max(self.moments.count, 1))
        if self.antithetic:
            error = self.pairs.deviation.reshape(shape)[:, place] / math.sqrt(max(self.pairs.count, 1))
        columns = {"baseline": self.reference[:, place], "mean": mean, "mean_error": error, "sd": deviation}
        return pd.DataFrame(columns, index=self._index())

    def mean(self, name: str) -> pd.Series:
        return self.summary(name)["mean"]

    def sd(self, name: str) -> pd.Series:
        """Standard deviation by period."""
        return self.summary(name)["sd"]

    def quantiles(self, name: str, probabilities: Sequence[float] = PROBABILITIES) -> pd.DataFrame:
        """One row a period, one column a probability. Raises UsageError for a name not watched or no probability."""
        return pd.DataFrame(
            self._quantiles(self._place(name), _checked(probabilities), "linear").T,
            index=self._index(),
            columns=list(probabilities),
        )

    def quantile_intervals(self, name: str, probability: float, level: float = 0.95) -> pd.DataFrame:
        """By period: a quantile with the interval that holds the true one in at least `level` of such simulations.

        Of order statistics, widened by the sketch's error in rank; -inf or inf where there are too few
        replications to bound it. Antithetic pairs count once, which is on the safe side.
        """
        _check_level(level)
        place = self._place(name)
        (probability,) = _checked([probability])
        count = self.held.count / 2 if self.antithetic else self.held.count
        low, high = order_ranks(count, probability, level)
        low, high = low - self.rank_error, high + self.rank_error
        ends = self._quantiles(place, [min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)], "inverted_cdf")
        columns = {
            "quantile": self._quantiles(place, [probability], "linear")[0],
            "low": ends[0] if low > 0.0 else np.full(len(self.periods), -np.inf),
            "high": ends[1] if high <= 1.0 else np.full(len(self.periods), np.inf),
        }
        return pd.DataFrame(columns, index=self._index())

    def _quantiles(self, place: int, probabilities: Sequence[float], method: str) -> Vector:
        """float64 [probabilities, horizon]."""
        if isinstance(self.held, Sketched):
            return self.held.quantiles(place, probabilities)
        alone = lens(self.system, [self.watches[place]])
        cells = self.held.cells(alone)[:, 0]
        return np.asarray(np.quantile(cells, list(probabilities), axis=1, method=method))  # type: ignore[call-overload]

    def table(self, probabilities: Sequence[float] = PROBABILITIES) -> pd.DataFrame:
        """All watches below each other: watch, period, baseline, mean, mean_error, sd and the quantiles by probability."""
        parts = []
        for name in self.names:
            part = self.summary(name).join(self.quantiles(name, probabilities)).reset_index()
            part.insert(0, "watch", name)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def fan(self, name: str, levels: Sequence[float] = (0.5, 0.8, 0.95)) -> Fan:
        """The data of a fan chart. Raises as `quantiles`."""
        ordered = sorted(_checked(levels), reverse=True)
        ends = [(1.0 - each) / 2.0 for each in ordered] + [(1.0 + each) / 2.0 for each in ordered] + [0.5]
        found = self._quantiles(self._place(name), ends, "linear")
        summary, count = self.summary(name), len(ordered)
        watch = self.watches[self._place(name)]
        return Fan(
            name=name,
            unit=_unit(self.system, watch),
            periods=self.periods,
            median=found[-1],
            mean=summary["mean"].to_numpy(),
            baseline=summary["baseline"].to_numpy(),
            bands=tuple(Band(each, found[at], found[count + at]) for at, each in enumerate(ordered)),
            history=self._history(watch),
            notes=self.notes,
        )

    def _history(self, watch: Watch) -> pd.Series:
        """What is watched in the periods before the first, where the figures reach; a difference is nought there."""
        through = lens(self.system, [watch])
        rows = self.scene.history[-(HISTORY + through.before) :]
        if len(rows) <= through.before:
            return pd.Series([], index=pd.Index([], name="period"), name=watch.label, dtype=np.float64)
        window = rows[:, [column for column, _ in through.columns]][:, :, None]
        found = through.values(window, self.baseline.parameters, len(rows) - through.before)[:, 0, 0]
        index = pd.Index([str(self.first + (step - len(found))) for step in range(len(found))], name="period")
        series = pd.Series(found, index=index, name=watch.label)
        return series[np.isfinite(found)]

    def probability(
        self,
        event: str | Event,
        first: str = "",
        last: str = "",
        *,
        when: When = "some",
        in_a_row: int = 1,
        level: float = 0.95,
    ) -> Estimate:
        """How probable an event is, by the share of replications in which it happened, with Wilson's interval.

        event: an expression of the model language such as ``u > 6``, or an event that was asked for in `simulate`;
        first, last: written periods (first alone: that period). Raises UsageError where the span lies outside, or
        where paths were not kept whole and the event was not asked for.
        """
        _check_level(level)
        asked = event if isinstance(event, Event) else Event(event, first, last, when, in_a_row)
        happened = self.asked.get(asked)
        if happened is None:
            happened = self._happened(asked)
        rows = asked.rows(self.first, len(self.periods))
        share = float(happened.mean())
        trials = trials_of(happened, self.antithetic and self.failures.count == 0)
        if self.antithetic and self.failures.count:
            trials /= 2.0
        low, high = wilson(share * trials, trials, level)
        return Estimate(
            name=asked.label,
            value=share,
            low=low,
            high=high,
            unit="share",
            method=say(
                "stochastic.probability",
                event=asked.expression,
                first=self.periods[rows.start],
                last=self.periods[rows.stop - 1],
                how=say("stochastic.in_a_row", count=asked.in_a_row)
                if asked.in_a_row > 1
                else say(f"stochastic.when_{asked.when}"),
                replications=len(happened),
                error=math.sqrt(share * (1.0 - share) / trials),
            ),
            sample=self._sample(),
            grade=grade_of(self._sample().observations),
            level=level,
        )

    def _happened(self, event: Event) -> Truth:
        """bool [solved replications]."""
        if not isinstance(self.held, Whole):
            raise UsageError(say("stochastic.not_asked", name=event.label), say("stochastic.not_asked_mend"))
        through = lens(self.system, [event.watch])
        moving = [name for name in self.system.columns if self.system.column(name) in through.varying]
        lost = [
            name for name in moving if self._moves(name) and self.system.column(name) not in self.scene.moving
        ]
        if lost:
            raise UsageError(
                say("stochastic.not_kept", names=", ".join(lost)), say("stochastic.not_kept_mend")
            )
        self.scene.baseline(through, self.baseline.parameters)
        truth = self.held.cells(through)[:, 0]
        if not np.isfinite(truth).all():
            row, replication = (int(each) for each in np.argwhere(~np.isfinite(truth))[0])
            raise UsageError(
                say(
                    "stochastic.event_not_a_number",
                    name=event.label,
                    period=self.periods[row],
                    replication=replication,
                ),
                say("stochastic.cannot_watch_mend"),
            )
        return event.happened(truth != 0.0, event.rows(self.first, len(self.periods)))

    def _moves(self, name: str) -> bool:
        shocked = self.residuals.columns if self.residuals is not None else ()
        return name in self.system.variables or name in shocked

    def _sample(self) -> Sample:
        """What stands behind the spread: the periods whose residuals were drawn."""
        if self.residuals is None:
            return Sample(0, self.periods[0], self.periods[-1])
        return Sample(len(self.residuals.periods), self.residuals.periods[0], self.residuals.periods[-1])


def _unit(system: System, watch: Watch) -> str:
    """The unit of a variable that is watched as it is."""
    names = {each.name: each.unit for each in (*system.model.endogenous, *system.model.exogenous)}
    return names.get(watch.expression.strip(), "") if watch.measure in ("level", "difference") else ""


def _checked(probabilities: Sequence[float]) -> list[float]:
    made = [float(each) for each in probabilities]
    if not made or not all(0.0 <= each <= 1.0 for each in made):
        raise UsageError(
            say("stochastic.bad_probability", values=", ".join(map(str, made))),
            say("stochastic.bad_probability_mend"),
        )
    return made


def _check_level(level: float) -> None:
    if not 0.0 < level < 1.0:
        raise UsageError(say("stochastic.level", level=level), say("stochastic.bad_probability_mend"))
