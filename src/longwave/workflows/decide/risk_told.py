"""An early warning in words and as plain data: the answer first, the probability never without its base rate."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from longwave.core.message import Language, Message, Value, say
from longwave.decide.early_warning.auroc import Auroc
from longwave.decide.early_warning.evidence import Worth
from longwave.workflows.plain import plain_refusal

if TYPE_CHECKING:
    from longwave.workflows.decide.risk import AreaRisk, Warned

_OUTPUT_FELL = (2020, 2021)
"""Years in which output fell so far that any ratio to it rose by itself."""


def scaled(name: str, value: float) -> float:
    """An indicator's value as it is printed."""
    return 100.0 * value if name == "log_change" else value


def findings(area: AreaRisk, warned: Warned) -> tuple[Message, ...]:
    """What is said of one area, the answer first."""
    said = [_answer(area, warned)]
    if area.chance is not None:
        chance, horizon = area.chance, warned.options.horizon
        common: dict[str, Value] = {
            "first": horizon.first, "last": horizon.last, "year": chance.year, "window": chance.window,
            "yearly": chance.base.yearly, "yearly_low": chance.base.low, "yearly_high": chance.base.high,
            "crises": chance.base.crises, "count": chance.base.country_years, "caveat": _list_caveat(warned),
        }  # fmt: skip
        if chance.below:
            said.append(say("early_warning.chance_below", floor=chance.floor, **common))
        else:
            doubt: dict[str, Value] = {
                "probability": chance.probability,
                "low": chance.low,
                "high": chance.high,
            }
            said.append(say("early_warning.chance", **doubt, **common))
    said.append(_level(area))
    if area.gap is not None and area.gap.revisions is not None:
        seen = area.gap.revisions
        said.append(say("early_warning.revised", rms=seen.rms, opposite=seen.opposite, periods=seen.periods))
    if area.year in _OUTPUT_FELL:
        said.append(say("early_warning.output_fell", year=area.year))
    said += [_signalled(area, worth) for worth in warned.tried.worths.values() if _has(area, worth.name)]
    if area.crises:
        said.append(say("early_warning.own_crises", years=tuple(map(str, area.crises))))
    return tuple(said)


def _list_caveat(warned: Warned) -> Message:
    """That figures which count years without an entry as calm are too low where the list is not complete."""
    if warned.crises.own:
        return say("early_warning.nothing")
    return say("early_warning.list_incomplete", count=len(warned.crises.crises))


def _has(area: AreaRisk, name: str) -> bool:
    return bool(np.isfinite(area.latest[name]))


def _answer(area: AreaRisk, warned: Warned) -> Message:
    if area.estimates:
        return gap_answer(area)
    key = "early_warning.answer_no_gap" if warned.own_credit else "early_warning.answer_none"
    return say(key, area=area.names)


def gap_answer(area: AreaRisk) -> Message:
    """The gap and what the guide asks for. Only for an area that has a gap."""
    gap, guide = area.estimates
    return say(
        "early_warning.answer_buffer" if guide.value > 0 else "early_warning.answer_no_buffer",
        area=area.names,
        period=area.gap.last if area.gap else "",
        gap=abs(gap.value),
        side=say("early_warning.above" if gap.value >= 0 else "early_warning.below"),
        low=round(gap.low, 1) + 0.0,  # no minus before a nought
        high=round(gap.high, 1) + 0.0,
        guide=guide.value,
        guide_low=guide.low,
        guide_high=guide.high,
    )


def _level(area: AreaRisk) -> Message:
    rank = (
        say("early_warning.rank", rank=area.rank, peers=area.peers)
        if area.rank is not None
        else say("early_warning.nothing")
    )
    change = float(area.latest["change"])
    if not np.isfinite(change):
        moved = say("early_warning.no_change_known")
    else:
        moved = say("early_warning.rose" if change >= 0 else "early_warning.fell", change=abs(change))
    return say(
        "early_warning.level", level=float(area.latest["level"]), year=area.year,
        rank=rank, moved=moved,
    )  # fmt: skip


def _signalled(area: AreaRisk, worth: Worth) -> Message:
    """Whether an indicator stands above its threshold, and what such a warning was worth."""
    signal, value = worth.signal, float(area.latest[worth.name])
    name = say(f"early_warning.name_{worth.name}")
    if not worth.auroc.better_than_chance:
        return say(
            "early_warning.coin",
            name=name,
            value=worth.auroc.value,
            low=worth.auroc.low,
            high=worth.auroc.high,
        )
    if not signal.useful:
        return say("early_warning.useless", name=name, mu=signal.mu)
    above = value >= signal.threshold
    if worth.lead is not None and worth.placebo is not None and worth.lead.low <= 0:
        return say(
            "early_warning.income_above" if above else "early_warning.income_below",
            name=name,
            value=f"{scaled(worth.name, value):.1f}",
            threshold=f"{scaled(worth.name, signal.threshold):.1f}",
            own=worth.auroc.value,
            income=worth.placebo.value,
        )
    return say(
        "early_warning.warns" if above else "early_warning.quiet",
        name=name,
        value=f"{scaled(worth.name, value):.1f}",
        threshold=f"{scaled(worth.name, signal.threshold):.1f}",
        given=signal.given_warning,
        base=signal.base_rate,
    )


def general(warned: Warned) -> tuple[Message, ...]:
    """What is said of the indicators, for all areas at once."""
    tried, options = warned.tried, warned.options
    said: list[Message] = []
    if tried.wave is not None:
        said.append(say("early_warning.one_wave_told", wave=tried.wave.years, year=tried.wave.first - 1))
    if tried.income is not None:
        found = tried.income
        said.append(
            say(
                "early_warning.income_told", value=found.value, low=found.low, high=found.high,
                count=found.crises + found.calm,
            )
        )  # fmt: skip
    level = tried.worths.get("level")
    if level is not None and level.placebo is not None and level.lead is not None:
        key = "early_warning.placebo_clear" if level.lead.low > 0 else "early_warning.placebo_same"
        said.append(say(key, own=level.auroc.value, income=level.placebo.value))
    gap = tried.worths.get("gap")
    if gap is not None and gap.placebo is not None and gap.lead is not None:
        key = "early_warning.gap_better" if gap.lead.low > 0 else "early_warning.gap_same"
        said.append(say(key, own=gap.auroc.value, income=gap.placebo.value))
    if tried.real_time is not None and tried.real_auroc is not None and tried.warned is not None:
        counted = tried.warned
        said.append(
            say(
                "early_warning.real_time", first=tried.real_time.first, value=tried.real_auroc.value,
                low=tried.real_auroc.low, high=tried.real_auroc.high, hits=counted["hits"],
                up=counted["hits"] + counted["missed"], alarms=counted["false_alarms"],
                calm=counted["false_alarms"] + counted["quiet"], caveat=_list_caveat(warned),
            )
        )  # fmt: skip
    if {"logit", "boosted"} <= set(tried.held_out):
        logit, trees = tried.held_out["logit"], tried.held_out["boosted"]
        said.append(
            say(
                "early_warning.boosted", logit=logit.value, logit_low=logit.low, logit_high=logit.high,
                trees=trees.value, trees_low=trees.low, trees_high=trees.high,
            )
        )  # fmt: skip
    if not tried.worths:
        return tuple(said)
    said.append(
        say(
            f"early_warning.preferences_{options.weighing}", mu=options.mu,
            first=options.horizon.first, last=options.horizon.last,
        )
    )  # fmt: skip
    return tuple(said)


def worth_row(worth: Worth) -> tuple[Message | str, ...]:
    """One line of the table of indicators."""
    signal = worth.signal
    return (
        say(f"early_warning.name_{worth.name}"),
        f"{worth.auroc.value:.2f}",
        interval(worth.auroc),
        "–" if worth.placebo is None else f"{worth.placebo.value:.2f}",
        f"{worth.auroc.crises}/{worth.auroc.crises + worth.auroc.calm}",
        f"{scaled(worth.name, signal.threshold):.1f}",
        f"{signal.type_1:.0%}",
        f"{signal.type_2:.0%}",
        f"{signal.noise_to_signal:.2f}",
        f"{signal.relative_usefulness:.2f}",
    )


WORTH_HEADS = (
    "indicator", "auroc", "interval", "income", "sample", "threshold", "missed", "alarms", "noise", "useful",
)  # fmt: skip


def worth_header() -> tuple[Message, ...]:
    return tuple(say(f"early_warning.column_{name}") for name in WORTH_HEADS)


def interval(found: Auroc) -> str:
    return f"{found.low:.2f}–{found.high:.2f}"


def plain_warned(warned: Warned, lang: Language) -> dict[str, Any]:
    """Everything as plain data."""
    tried = warned.tried
    return {
        "kind": "areas",
        "areas": [_plain_area(each, warned, lang) for each in warned.areas],
        "evidence": {
            "wave": None if tried.wave is None else asdict(tried.wave),
            "indicators": {name: _plain_worth(each) for name, each in tried.worths.items()},
            "indicators_above_10000_usd": {name: _plain_worth(each) for name, each in tried.rich.items()},
            "income_alone": None if tried.income is None else asdict(tried.income),
            "base_rate": None
            if tried.base is None
            else {**asdict(tried.base), "caveat": _list_caveat(warned).text(lang).strip() or None},
            "logit": None
            if tried.logit is None
            else {
                "indicators": list(tried.logit.names),
                "coefficients": tried.logit.coefficients.tolist(),
                "standard_errors": tried.logit.errors.tolist(),
                "observations": tried.logit.observations,
                "penalised": tried.logit.penalised,
            },
            "unseen_countries": {name: asdict(each) for name, each in tried.held_out.items()},
            "real_time": None
            if tried.real_time is None
            else {
                "first": tried.real_time.first,
                "crises": tried.real_time.crises,
                "waves": tried.real_time.waves,
                "auroc": None if tried.real_auroc is None else asdict(tried.real_auroc),
                "caveat": _list_caveat(warned).text(lang).strip() or None,
                **(tried.warned or {}),
            },
            "said": [each.text(lang) for each in general(warned)],
            "refusals": [plain_refusal(each) for each in tried.refusals],
        },
        "crises": {
            "source": warned.crises.source.text(lang),
            "first": warned.crises.first,
            "last": warned.crises.last,
            "own": warned.crises.own,
        },
        "options": asdict(warned.options),
        "notes": [each.text(lang) for each in warned.notes],
        "refusals": [plain_refusal(each) for each in warned.refusals],
        "data": [each.as_dict() for each in warned.origins.values()],
    }


def _plain_area(area: AreaRisk, warned: Warned, lang: Language) -> dict[str, Any]:
    chance = area.chance
    return {
        "area": area.area,
        "name": {"en": area.names.en, "zh": area.names.zh},
        "said": [each.text(lang) for each in findings(area, warned)],
        "year": area.year,
        "indicators": {str(name): float(value) for name, value in area.latest.items()},
        "rank": area.rank,
        "estimates": [each.as_dict(lang) for each in area.estimates],
        "revisions": None if area.gap is None or area.gap.revisions is None else asdict(area.gap.revisions),
        "probability": None
        if chance is None
        else {
            "value": chance.probability,
            "interval": {"low": chance.low, "high": chance.high, "level": 0.9},
            "base_rate": chance.window,
            "base_rate_a_year": chance.base.yearly,
            "below": chance.floor if chance.below else None,
            "caveat": _list_caveat(warned).text(lang).strip() or None,
        },
        "crises": list(area.crises),
        "refusals": [plain_refusal(each) for each in area.refusals],
    }


def _plain_worth(worth: Worth) -> dict[str, Any]:
    signal = worth.signal
    return {
        "auroc": asdict(worth.auroc),
        "income_alone": None if worth.placebo is None else asdict(worth.placebo),
        "better_than_income": None if worth.lead is None else asdict(worth.lead),
        "signal": {
            **asdict(signal),
            "missed_share": signal.type_1,
            "false_alarm_share": signal.type_2,
            "noise_to_signal": signal.noise_to_signal,
        },
    }
