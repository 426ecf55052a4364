"""The verb decide invest: a plan, drivers and scenarios from the house, the decision, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.core.origin import Origin, checksum
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings, load_settings
from longwave.decide.investment.decision import DRAWS, FEWEST, MOST, Decision, decide
from longwave.decide.investment.follow_up import FollowUp, follow_up
from longwave.report.document import Document
from longwave.store import Store
from longwave.workflows.decide.invest_file import read_actuals, read_investment
from longwave.workflows.decide.invest_page import investment_document
from longwave.workflows.decide.invest_plain import plain_decision
from longwave.workflows.decide.invest_scenarios import surroundings


@dataclass(frozen=True, eq=False)
class Invested:
    """A decision with what it rests on. checksum: of the plan's file; followed: what came, where that was given."""

    decision: Decision
    origins: Mapping[str, Origin]
    checksum: str
    followed: tuple[FollowUp, ...] = field(default=())

    @property
    def document(self) -> Document:
        """The page."""
        return investment_document(self.decision, self.origins, self.followed)

    def results(self) -> dict[str, Any]:
        """Everything as plain data, in the schema of ``longwave decide invest --json``."""
        return plain_decision(self.decision, self.origins, self.checksum, self.followed)


def decide_investment(
    file: str | Path,
    *,
    actuals: str | Path | None = None,
    wacc: float | None = None,
    wacc_prices: str | None = None,
    currency: str | None = None,
    prices: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Invested:
    """Decides on the openings of a plan.

    file: a TOML plan (`example_plan` writes one), or a table of net cash flows by year, of which wacc, wacc_prices,
    currency and prices then say what a plan says itself; actuals: a table of what came (year, line, value), for the
    follow-up.

    Raises UsageError (options, a file that is not there), BadInput (what does not hold together, with its place),
    UnitMismatch (nominal flows at a real rate), UnknownArea and UnknownSeries (drivers).
    """
    if isinstance(draws, bool) or not FEWEST <= draws <= MOST:
        raise UsageError(say("investment.bad_draws", draws=str(draws), least=FEWEST, most=MOST))
    if isinstance(seed, bool) or seed < 0:
        raise UsageError(say("workflows.bad_seed", seed=str(seed)))
    path = Path(file)
    plan = read_investment(path, wacc=wacc, wacc_prices=wacc_prices, currency=currency, prices=prices)
    came = None if actuals is None else read_actuals(Path(actuals), plan)
    settings = settings or load_settings()
    around = surroundings(plan, settings, progress, seed)
    decision = decide(
        plan,
        around.fans,
        around.scenarios,
        draws=draws,
        seed=seed,
        refusals=around.refusals,
        progress=progress,
    )
    followed = () if came is None else follow_up(decision, came)
    return Invested(decision, around.origins, checksum(path.read_bytes()), followed)


def example_plan() -> str:
    """A plan to start from, as text."""
    return resources.files("longwave.decide.investment").joinpath("example.toml").read_text("utf-8")


def keep_decision(done: Invested, settings: Settings, made: date) -> PolicyRecord:
    """Keeps the decision in the store, behind the last one of the same plan and area. Raises StoreError, BadInput."""
    plan = done.decision.plan
    with Store.open(settings.store, write=True) as store:
        record = PolicyRecord(
            RecordKind.DECISION,
            plan.name,
            plan.area,
            made.isoformat(),
            done.results(),
            store.last_kept(plan.name, plan.area),
        )
        store.keep(record)
    return record
