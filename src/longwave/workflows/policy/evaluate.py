"""Evaluating: what became of the outcome against what would have been, and against the promise.

From an adoption the designs are those that were frozen with it. From a table of the user's own there is no promise;
the method, its placebos and its power are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.connectors.guards import read_bytes
from longwave.core.area import area_names
from longwave.core.errors import BadInput, DataError, NotEnoughData, UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings, load_settings
from longwave.policy.evaluate.design import Estimator, EvaluationDesign
from longwave.policy.evaluate.effect import PolicyEffect, refused
from longwave.policy.evaluate.power import Power
from longwave.policy.evaluate.promise import PromiseCheck, compare
from longwave.policy.evaluate.run import evaluate, power_before
from longwave.workflows.data import area_code
from longwave.workflows.plain import plain_frame, plain_refusal, plain_sentence, plain_table, plain_test
from longwave.workflows.policy.adopted import Adopted, FrozenDesign, last_adoption
from longwave.workflows.policy.plain import names
from longwave.workflows.policy.records import chain_named, chain_title, keep_step
from longwave.workflows.policy.run import domains_of
from longwave.workflows.policy.watched_series import outcome_of_all
from longwave.workflows.policy.world import world_for


@dataclass(frozen=True, eq=False)
class Evaluated:
    """One design's answer: the effect, the check of the promise (None where none was made), what could be seen."""

    domain: str
    design: EvaluationDesign
    effect: PolicyEffect
    check: PromiseCheck | None
    smallest: float | None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return self.effect.refusals


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The answers of every design. adopted: None for a table of the user's own."""

    domain: str
    title: Names
    area: str
    adopted: Adopted | None
    answers: tuple[Evaluated, ...]
    body: Mapping[str, Any]
    record: PolicyRecord | None
    notes: tuple[Message, ...]

    @property
    def area_names(self) -> Names:
        return Names(self.area) if self.adopted is None else area_names(self.area)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return tuple(one for each in self.answers for one in each.refusals)

    @property
    def answered(self) -> bool:
        return any(each.effect.average is not None for each in self.answers)

    def results(self) -> dict[str, Any]:
        return {**self.body, "record": None if self.record is None else self.record.id}


def evaluate_policy(
    domain: str,
    area: str,
    *,
    design: str | None = None,
    adoption: str | None = None,
    as_of: str | date | None = None,
    hit: Iterable[str] = (),
    record: bool = True,
    made: date | None = None,
    settings: Settings | None = None,
) -> Evaluation:
    """The evaluation of the last adoption, or of the one whose id begins so.

    design: one of the frozen designs, all where None; hit: areas that had the policy too, or felt it, and cannot be
    compared with. Raises UsageError where nothing was adopted or no design has that name; NotEnoughData where it is
    too early for every design, saying when the first answer is possible. An evaluation that answers is recorded.
    """
    settings = settings or load_settings()
    code, chain = area_code(area, settings), chain_named(domain)
    adopted = last_adoption(chain, code, adoption, settings)
    wanted = _chosen(adopted, design)
    stood = as_of.isoformat() if isinstance(as_of, date) else as_of
    domains = {each.name: each for each in domains_of(domain)}
    world = world_for(domains.values(), settings=settings, as_of=stood)
    answers = []
    for each in wanted:
        if each.domain not in domains:
            answers.append(_gone(each, code))
            continue
        frame = outcome_of_all(each.design.outcome, domains[each.domain], world.panel)
        answers.append(_answer(each, frame, code, tuple(hit)))
    if not any(each.effect.average is not None for each in answers):
        first = answers[0].refusals[0]
        raise NotEnoughData(first.reason, first.mend)
    notes: tuple[Message, ...] = ()
    if adopted.body["figures_to"] is not None:
        notes = (say("policy_verbs.hindsight_judged", year=str(adopted.body["figures_to"])),)
    body = {
        "adoption": adopted.record.id,
        "as_of": stood,
        "answers": [_plain(each) for each in answers],
        "data": [
            {"dataset": name, "sha256": each.sha256, "released": each.released}
            for name, each in world.origins.items()
        ],
        "notes": [plain_sentence(each) for each in notes],
        "versions": {"longwave": version("longwave"), "numpy": np.__version__},
    }
    day = (made or date.today()).isoformat()
    kept = keep_step(RecordKind.EVALUATION, chain, code, day, body, settings) if record else None
    return Evaluation(chain, chain_title(domain), code, adopted, tuple(answers), body, kept, notes)


def _chosen(adopted: Adopted, name: str | None) -> tuple[FrozenDesign, ...]:
    if not adopted.designs:
        raise NotEnoughData(
            say("policy_verbs.no_evaluation", domain=adopted.record.domain),
            say("policy_verbs.no_evaluation_mend"),
        )
    found = tuple(each for each in adopted.designs if name in (None, each.design.name))
    if not found:
        known = tuple(each.design.name for each in adopted.designs)
        raise UsageError(
            say("policy_verbs.unknown_design", name=name or ""),
            say("policy_verbs.unknown_design_mend", known=known),
        )
    return found


def _answer(frozen: FrozenDesign, frame: pd.DataFrame, area: str, hit: tuple[str, ...]) -> Evaluated:
    """The answer of a frozen design, refused with the day of the first answer where no figure has come yet."""
    design = replace(
        frozen.design, minimum_detectable_effect=frozen.design.minimum_detectable_effect or frozen.smallest
    )
    last = str(frame[area].dropna().index[-1]) if area in frame and frame[area].notna().any() else ""
    if last and last < frozen.start:
        return Evaluated(frozen.domain, design, _too_early(frozen, area, last), None, frozen.smallest)
    effect = evaluate(design, frame, area, frozen.start, hit=hit)
    return Evaluated(frozen.domain, design, effect, _check(effect, frozen, design), frozen.smallest)


def _gone(frozen: FrozenDesign, area: str) -> Evaluated:
    """Refused: the domain of a design is no longer there."""
    reason = say("policy_verbs.domain_gone", name=frozen.design.name, domain=frozen.domain)
    return Evaluated(
        frozen.domain, frozen.design, refused(frozen.design, area, frozen.start, reason, None), None, frozen.smallest
    )  # fmt: skip


def _too_early(frozen: FrozenDesign, area: str, last: str) -> PolicyEffect:
    design = frozen.design
    reason = say(
        "policy_verbs.too_early", title=design.title if design.title.en else Names(design.name), last=last,
        start=frozen.start,
    )  # fmt: skip
    mend = say(
        "policy_verbs.too_early_mend", start=frozen.start, whole=str(int(frozen.start) + design.horizon - 1)
    )
    return refused(design, area, frozen.start, reason, mend)


def _check(effect: PolicyEffect, frozen: FrozenDesign, design: EvaluationDesign) -> PromiseCheck | None:
    if frozen.promise is None or effect.average is None:
        return None
    try:
        return compare(effect, frozen.promise, design)
    except DataError:
        return None


def evaluate_table(
    path: str | Path,
    outcome: str,
    area: str,
    start: str,
    *,
    estimator: Estimator = "synthetic_control",
    horizon: int = 10,
    donors: Iterable[str] = (),
    adopters: Mapping[str, str] | None = None,
    hit: Iterable[str] = (),
    intercept: bool = False,
    higher_is_better: bool | None = None,
    unit: str = "",
    level: float = 0.95,
) -> Evaluation:
    """The effect of a policy in a table of the user's own: periods down, areas across.

    outcome: what the figures are, for readers; adopters: area -> first period with the policy. Raises BadInput for a
    file that is no such table, UsageError for a design out of its bounds; what the figures cannot carry is refused
    within the answer.
    """
    frame = read_wide(Path(path))
    design = EvaluationDesign(
        "own", outcome, horizon, estimator, donors=tuple(donors), higher_is_better=higher_is_better,
        intercept=intercept, unit=unit, level=level,
    )  # fmt: skip
    also = dict(adopters or {})
    if estimator == "difference_in_differences":
        also = {area: start, **also}
    effect = evaluate(design, frame, area, start, adopters=also or None, hit=tuple(hit))
    power = power_before(design, frame, area, start, adopters=also or None, hit=tuple(hit))
    answer = Evaluated("", design, effect, None, _finite(power))
    body = {"file": str(path), "answers": [_plain(answer)], "notes": []}
    notes = power.notes if effect.average is not None else ()
    return Evaluation("", Names(outcome), area, None, (answer,), body, None, notes)


def _finite(power: Power) -> float | None:
    return power.smallest if power.smallest is not None and np.isfinite(power.smallest) else None


def read_wide(path: Path) -> pd.DataFrame:
    """A table with a column of periods first and one column an area. Raises BadInput, UnsafeInput as `read_bytes`."""
    data = read_bytes(path)
    try:
        frame = pd.read_csv(BytesIO(data), dtype=str, encoding="utf-8-sig")
        heads = pd.read_csv(BytesIO(data), dtype=str, encoding="utf-8-sig", header=None, nrows=1).iloc[0]
    except ValueError as error:
        raise BadInput(
            say("policy_verbs.no_table", path=str(path)), say("policy_verbs.no_table_mend")
        ) from error
    if frame.shape[1] < 2 or not len(frame):
        raise BadInput(say("policy_verbs.no_table", path=str(path)), say("policy_verbs.no_table_mend"))
    named = heads[heads.notna()].str.strip()  # pandas gives a second R1 the name R1.1
    if named.duplicated().any():
        twice = tuple(dict.fromkeys(named[named.duplicated()]))
        raise BadInput(
            say("policy_verbs.columns_twice", path=str(path), names=twice),
            say("policy_verbs.columns_twice_mend"),
        )
    frame = frame.set_index(frame.columns[0])
    if frame.index.isna().any():
        raise BadInput(say("policy_verbs.no_table", path=str(path)), say("policy_verbs.no_table_mend"))
    return frame


def _plain(each: Evaluated) -> dict[str, Any]:
    effect, check = each.effect, each.check
    return {
        **effect.as_dict(),
        "domain": each.domain,
        "design": each.design.name,
        "title": names(each.design.title),
        "horizon": each.design.horizon,
        "smallest": each.smallest,
        "sentence": plain_sentence(effect.sentence()),
        "method": None if effect.method is None else plain_sentence(effect.method),
        "average": _estimate(effect.average),
        "cumulated": _estimate(effect.cumulated),
        "tests": [plain_test(one) for one in effect.tests],
        "path": plain_table(effect.path),
        "fit": plain_table(effect.fit),
        "placebos": plain_frame(effect.placebos),
        "weights": plain_frame(effect.weights),
        "notes": [plain_sentence(one) for one in effect.notes],
        "refusals": [plain_refusal(one) for one in effect.refusals],
        "promise": None if check is None else _promise(check),
    }


def _estimate(found: Any) -> dict[str, Any] | None:
    return None if found is None else {**found.as_dict(), "method": plain_sentence(found.method)}


def _promise(check: PromiseCheck) -> dict[str, Any]:
    return {
        "verdict": str(check.verdict),
        "sentence": plain_sentence(check.sentence),
        "difference": _estimate(check.difference),
        "promised": None if check.promised is None else list(check.promised),
        "smallest": check.smallest if check.smallest is not None and np.isfinite(check.smallest) else None,
        "path": plain_table(check.path),
    }
