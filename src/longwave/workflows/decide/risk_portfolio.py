"""The verb ``decide risk PORTFOLIO``: exposure, concentration and limits; with probabilities of default losses and capital;
with a scenario and elasticities stress; and within the limits a better allocation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import NotEnoughData, SolveError, UsageError
from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Language, Message, Names, Value, say
from longwave.core.origin import Origin
from longwave.core.settings import Settings, load_settings
from longwave.decide.early_warning.allocation import Allocation, allocate
from longwave.decide.early_warning.concentration import Breach, Concentration, breaches, concentration
from longwave.decide.early_warning.loss import Losses, StressedLosses, losses, stressed_losses
from longwave.decide.early_warning.positions import Portfolio
from longwave.workflows.decide.risk_positions import read_portfolio
from longwave.workflows.decide.risk_scenario import YEARS, read_effects, read_scenario
from longwave.workflows.plain import plain_refusal

BY = ("name", "area", "sector")


@dataclass(frozen=True, eq=False)
class PortfolioRisk:
    """The whole answer. name: of the file; concentrations by name, area and sector (those that are given)."""

    name: str
    portfolio: Portfolio
    concentrations: Mapping[str, Concentration]
    breaches: tuple[Breach, ...]
    losses: Losses | None
    stressed: StressedLosses | None
    allocation: Allocation | None
    origins: Mapping[str, Origin]
    refusals: tuple[Refusal, ...]

    def results(self, lang: Language = "en") -> dict[str, Any]:
        return _plain(self, lang)


def weigh_portfolio(
    path: str | Path,
    *,
    scenario: str | None = None,
    shocks: Sequence[str] = (),
    effects: str | Path | None = None,
    data: str | Path | None = None,
    area: str | None = None,
    years: int = YEARS,
    seed: int = 0,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> PortfolioRisk:
    """The risk of a portfolio.

    path: csv, xlsx, parquet or toml; scenario: a table of deviations, or a model with shocks; effects: the elasticities of
    default. Raises UsageError and BadInput (every row at fault is named).
    """
    settings = settings or load_settings()
    path = Path(path)
    portfolio, origin = read_portfolio(path)
    if shocks and scenario is None:
        raise UsageError(say("early_warning.shock_alone"), say("early_warning.no_shock_mend"))
    refusals: list[Refusal] = []
    progress(say("early_warning.step_losses"), 0, 3)
    now = losses(portfolio) if portfolio.rated.any() else None
    if now is None:
        refusals.append(
            Refusal("losses", say("early_warning.no_losses"), say("early_warning.no_losses_mend"))
        )
    progress(say("early_warning.step_stress"), 1, 3)
    stressed = None
    if scenario is None or effects is None:
        key = "early_warning.no_stress" if scenario is None else "early_warning.no_elasticities"
        refusals.append(Refusal("stress", say(key), say("early_warning.no_stress_mend")))
        if effects is not None:
            read_effects(Path(effects))  # a file that cannot be read is told even where nothing is stressed
    elif now is not None:
        held = read_effects(Path(effects))
        path_of = read_scenario(scenario, shocks, held, data=data, area=area, years=years, settings=settings)
        stressed = stressed_losses(portfolio, held, path_of, seed)
    progress(say("early_warning.step_allocation"), 2, 3)
    allocation = _allocation(portfolio, now, stressed, refusals)
    kept = [by for by in BY if (portfolio.table[by] != "").any()]
    return PortfolioRisk(
        path.name, portfolio, {by: concentration(portfolio, by) for by in kept}, breaches(portfolio), now, stressed,
        allocation, {origin.dataset: origin}, tuple(refusals),
    )  # fmt: skip


def _allocation(
    portfolio: Portfolio, now: Losses | None, stressed: StressedLosses | None, refusals: list[Refusal]
) -> Allocation | None:
    """Refused without limits (there is nowhere to move to) and where the limits contradict each other."""
    if now is None:
        return None
    if portfolio.table["limit"].isna().all():
        refusals.append(
            Refusal("allocation", say("early_warning.no_room"), say("early_warning.no_room_mend"))
        )
        return None
    try:
        return allocate(portfolio, _loss_rate(portfolio, stressed))
    except (SolveError, NotEnoughData) as error:
        refusals.append(Refusal("allocation", error.message, error.mend))
        return None


def _loss_rate(portfolio: Portfolio, stressed: StressedLosses | None) -> pd.Series:
    """Loss for each unit lent: under stress where there is one, else expected within a year."""
    table = portfolio.table[portfolio.rated]
    if stressed is None:
        return table["pd"] * table["lgd"]
    rate = stressed.positions["stressed"] / stressed.positions["amount"]
    # A position of nothing lent has no loss to divide: its own PD and LGD over the years stand in.
    years = len(stressed.scenario.years)
    alone = table["lgd"] * (1 - (1 - stressed.positions["worst_pd"]) ** years)
    return rate.where(stressed.positions["amount"] > 0, alone)


_DOUBTS = frozenset({"early_warning.pd_high", "early_warning.rows_alike"})
"""Remarks that put every figure in doubt: they stand right after the answer."""


def findings(risk: PortfolioRisk) -> tuple[Message, ...]:
    """What is said, the answer first."""
    portfolio = risk.portfolio
    said = [_answer(risk)]
    for by, found in risk.concentrations.items():
        said.append(
            say(
                f"early_warning.concentrated_{by}", hhi=f"{found.hhi:.3g}",
                number=f"{found.equal_number:.1f}" if found.equal_number < 100 else figure(round(found.equal_number)),
                largest=named(by, str(found.shares.index[0])), share=share_words(float(found.shares.iloc[0])),
            )
        )  # fmt: skip
    if risk.breaches:
        worst = risk.breaches[0]
        said.append(
            say(
                "early_warning.breached", count=len(risk.breaches), name=named(worst.kind, worst.name),
                amount=figure(worst.amount), limit=figure(worst.limit),
            )
        )  # fmt: skip
    elif portfolio.limited:
        said.append(say("early_warning.within_limits"))
    if risk.losses is not None:
        said.append(
            say(
                "early_warning.tail", capital=figure(risk.losses.capital),
                share=risk.losses.capital / portfolio.total, tail=figure(risk.losses.tail),
                bare=figure(risk.losses.one_year),
            )
        )  # fmt: skip
    if risk.stressed is not None and risk.stressed.unmoved > 0:
        said.append(say("early_warning.unmoved", share=risk.stressed.unmoved))
    if risk.allocation is not None:
        said += _moves(risk.allocation, risk.stressed)
    doubts = [each for each in portfolio.remarks if each.key in _DOUBTS]
    return (said[0], *doubts, *said[1:], *(each for each in portfolio.remarks if each not in doubts))


def _answer(risk: PortfolioRisk) -> Message:
    total = figure(risk.portfolio.total)
    if risk.losses is None:
        return say("early_warning.answer_exposure", total=total, count=len(risk.portfolio.table))
    if risk.stressed is None:
        return say(
            "early_warning.answer_expected", total=total, expected=figure(risk.losses.expected),
            share=risk.losses.expected / risk.portfolio.total,
        )  # fmt: skip
    found = risk.stressed
    return say(
        "early_warning.answer_stressed", total=total, value=figure(found.value), low=figure(found.low),
        high=figure(found.high), share=found.value / risk.portfolio.total, baseline=figure(found.baseline),
        first=found.scenario.years[0], last=found.scenario.years[-1],
    )  # fmt: skip


def _moves(found: Allocation, stressed: StressedLosses | None) -> list[Message]:
    said: list[Message] = []
    if found.moved > 1e-9 * max(float(found.table["now"].sum()), 1.0):
        said.append(_move(found, stressed))
    elif not found.unplaced:
        said.append(say("early_warning.nothing_better"))
    if found.unplaced:
        said.append(say("early_warning.unplaced", amount=figure(found.unplaced)))
    return said


def _span(stressed: StressedLosses | None) -> Message:
    """The time in which the losses of an allocation fall."""
    if stressed is None:
        return say("early_warning.span_year")
    years = stressed.scenario.years
    return say("early_warning.span_scenario", first=years[0], last=years[-1])


def _move(found: Allocation, stressed: StressedLosses | None) -> Message:
    """What moving brings; where limits are passed now, keeping them may cost."""
    before, after = figure(found.loss_now), figure(found.loss_best)
    span = _span(stressed)
    key = "loss_same" if before == after else "loss_changed"
    blanks: dict[str, Value] = {"after": after, "span": span}
    loss = say(f"early_warning.{key}", **blanks, **({} if before == after else {"before": before}))
    told: dict[str, Value] = {"moved": figure(found.moved), "loss": loss}
    if found.aim == "loss":
        better = found.loss_best <= found.loss_now
        return say("early_warning.better_loss" if better else "early_warning.limits_loss", **told)
    gain = found.gain_best - found.gain_now
    key = "early_warning.better_return" if gain >= 0 else "early_warning.limits_return"
    return say(key, gain=figure(abs(gain)), **told)


def named(by: str, name: str) -> Message | Names:
    """A borrower, an area by its name, or a sector, as it is printed."""
    if not name:
        return say("early_warning.not_given")
    return area_names(name) if by == "area" else Names(name[:60])


def figure(value: float) -> str:
    """An amount with four digits that count."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e21 else f"{value:,.4g}"


def share_words(value: float) -> str:
    """A share in per cent, two digits that count where it is small."""
    return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{100 * value:.2g}%"


def _plain(risk: PortfolioRisk, lang: Language) -> dict[str, Any]:
    stressed, allocation = risk.stressed, risk.allocation
    return {
        "kind": "portfolio",
        "file": risk.name,
        "said": [each.text(lang) for each in findings(risk)],
        "total": risk.portfolio.total,
        "positions": _records(risk.portfolio.table),
        "concentration": {
            by: {
                "hhi": each.hhi,
                "equal_number": each.equal_number,
                "shares": {str(name): float(share) for name, share in each.shares.items()},
            }
            for by, each in risk.concentrations.items()
        },
        "breaches": [{**asdict(each), "excess": each.excess} for each in risk.breaches],
        "losses": None
        if risk.losses is None
        else {
            "expected": risk.losses.expected,
            "capital": risk.losses.capital,
            "capital_without_maturity": risk.losses.one_year,
            "tail": risk.losses.tail,
            "positions": _records(risk.losses.positions),
        },
        "stress": None
        if stressed is None
        else {
            "scenario": stressed.scenario.name,
            "path": {str(name): list(map(float, column)) for name, column in stressed.scenario.path.items()},
            "years": list(stressed.scenario.years),
            "effects": [asdict(each) for each in stressed.effects],
            "baseline_loss": stressed.baseline,
            "loss": stressed.value,
            "interval": {"low": stressed.low, "high": stressed.high, "level": 0.9},
            "capital": stressed.capital,
            "unmoved_share": stressed.unmoved,
            "positions": _records(stressed.positions),
        },
        "allocation": None
        if allocation is None
        else {
            "aim": allocation.aim,
            "loss_now": allocation.loss_now,
            "loss_best": allocation.loss_best,
            "gain_now": allocation.gain_now,
            "gain_best": allocation.gain_best,
            "unplaced": allocation.unplaced,
            "positions": _records(allocation.table),
        },
        "refusals": [plain_refusal(each) for each in risk.refusals],
        "data": [each.as_dict() for each in risk.origins.values()],
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): (float(cell) if isinstance(cell, float) else cell) for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]
