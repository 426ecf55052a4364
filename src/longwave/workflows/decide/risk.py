"""The verb ``decide risk AREA``: has credit run too far, and how much do such signs tell?

From the packs alone there are levels and changes of credit since 2000 and one wave of crises, which is said; with a
user's long credit series come the gap, the buffer guide, a probability beside its base rate, and the test in real time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.area import area_names, areas, find_area
from longwave.core.errors import DataError, MissingPackage, NotEnoughData, UnknownArea, UsageError
from longwave.core.estimate import Estimate, Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Language, Message, Names, say
from longwave.core.origin import Origin
from longwave.core.settings import Settings, load_settings
from longwave.decide.early_warning.auroc import Auroc, auroc_with_interval
from longwave.decide.early_warning.base_rate import BaseRate, base_rate
from longwave.decide.early_warning.boosted import held_out_boosted
from longwave.decide.early_warning.buffer import buffer_of
from longwave.decide.early_warning.credit_gap import CreditGap, credit_gap
from longwave.decide.early_warning.crises import CrisisTable, Wave, known_crises, waves
from longwave.decide.early_warning.evidence import Worth, weigh_indicator
from longwave.decide.early_warning.indicators import indicators_of, stacked
from longwave.decide.early_warning.logit import Logit, country_folds, fit_logit, held_out_logit
from longwave.decide.early_warning.real_time import RealTime, hit_rates, in_real_time
from longwave.decide.early_warning.signals import Weighing
from longwave.decide.early_warning.windows import Horizon, cluster_of, label, label_wave
from longwave.workflows.decide.risk_figures import (
    CreditFigures,
    WorldFigures,
    code_of,
    read_credit,
    read_crises,
    world_figures,
)

MODELLED = ("gap", "change")
"""Indicators of the logit: how far above its trend credit is, and how fast it came there."""
RICH = 10_000.0
"""US$ a head above which countries are compared once more among themselves."""
FOLDS = 5
_UNSEEN = 3.0
"""Crises that a class of years may hold (95 %) though a sample saw none in it: -ln 0.05, the rule of three."""


@dataclass(frozen=True, slots=True)
class RiskOptions:
    """Preferences. mu: weight of a missed crisis against a false alarm, 0 to 1; weighing: of error rates or of counts;
    strict: without borderline crises."""

    horizon: Horizon = field(default_factory=Horizon)
    mu: float = 0.5
    weighing: Weighing = "rates"
    strict: bool = False
    resamples: int = 1000
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Chance:
    """A probability and what it must be read beside. low, high: 90 %, of the coefficients, the upper end no lower than
    `floor`: below it no sample of so many crises tells a chance from nought (0.95 quantile of Poisson where none was
    seen: three crises); year: of the figures."""

    probability: float
    low: float
    high: float
    year: int
    base: BaseRate
    window: float
    floor: float

    @property
    def below(self) -> bool:
        """Whether all that can be said is that it lies below the floor."""
        return self.probability < self.floor


@dataclass(frozen=True, eq=False)
class AreaRisk:
    """One area. credit: per cent of GDP by period; latest: year and indicators of the last year; rank: share of countries
    with less credit that year; crises: its own on record."""

    area: str
    credit: pd.Series
    latest: pd.Series
    indicators: pd.DataFrame
    rank: float | None
    peers: int
    gap: CreditGap | None
    estimates: tuple[Estimate, ...]
    chance: Chance | None
    crises: tuple[int, ...]
    refusals: tuple[Refusal, ...]
    source: str

    @property
    def names(self) -> Names:
        return area_names(self.area)

    @property
    def year(self) -> int:
        return int(str(self.latest.name))


@dataclass(frozen=True, eq=False)
class Tried:
    """What was tried on all countries together. wave: the one wave of a cross-section, None where years are pooled; worths
    by indicator, with `rich` those among rich countries; income: how well income alone parts; base: the base rate;
    held_out: AUROC on unseen countries of logit and boosted trees; real_time with its AUROC and warnings."""

    wave: Wave | None
    worths: Mapping[str, Worth]
    rich: Mapping[str, Worth]
    income: Auroc | None
    base: BaseRate | None
    logit: Logit | None
    held_out: Mapping[str, Auroc]
    real_time: RealTime | None
    real_auroc: Auroc | None
    refusals: tuple[Refusal, ...]

    @property
    def warned(self) -> dict[str, int] | None:
        return None if self.real_time is None else hit_rates(self.real_time.frame)


@dataclass(frozen=True, eq=False)
class Warned:
    """The whole answer."""

    areas: tuple[AreaRisk, ...]
    tried: Tried
    crises: CrisisTable
    options: RiskOptions
    own_credit: bool
    origins: Mapping[str, Origin]
    notes: tuple[Message, ...]
    refusals: tuple[Refusal, ...]

    def results(self, lang: Language = "en") -> dict[str, Any]:
        from longwave.workflows.decide.risk_told import plain_warned

        return plain_warned(self, lang)


def warn_of_crises(
    *asked: str,
    credit: str | Path | None = None,
    crises: str | Path | None = None,
    covered: tuple[int, int] | None = None,
    options: RiskOptions | None = None,
    as_of: str | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Warned:
    """Early warning for areas.

    credit: a file of credit ratios, long enough for a gap; crises: a list instead of the house's; covered: the years of
    which that list speaks. Raises UsageError, UnknownArea (not one area has figures), BadInput.
    """
    if not asked:
        raise UsageError(say("workflows.no_area"))
    options = options or RiskOptions()
    settings = settings or load_settings()
    table = known_crises() if crises is None else read_crises(Path(crises), covered)
    table = table.strict() if options.strict else table
    own = None if credit is None else read_credit(Path(credit), tuple(map(code_of, asked)))
    progress(say("workflows.collecting"), 0, 1)
    world = world_figures(settings, as_of)
    codes = tuple(dict.fromkeys(_code(each, own) for each in asked))
    tried = (
        _tried_on_own(own, world, table, options, progress) if own else tried_on_world(world, table, options)
    )
    told = [_area(code, own, world, table, tried, options) for code in codes]
    refusals = tuple(each for each in told if isinstance(each, Refusal))
    found = tuple(each for each in told if isinstance(each, AreaRisk))
    if not found:
        raise UnknownArea(refusals[0].reason, refusals[0].mend)
    compared = any(each.placebo is not None for each in tried.worths.values())
    others = world.origins if own is None or compared else {}
    origins = {**others, **({} if own is None else {own.origin.dataset: own.origin})}
    notes = (*(own.notes if own else ()), *_left_out(own, table))
    return Warned(found, tried, table, options, own is not None, origins, notes, refusals)


def _code(text: str, own: CreditFigures | None) -> str:
    """The code of an area; what the user's file calls an area is one too. Raises UnknownArea naming the nearest."""
    try:
        return find_area(text).code
    except UnknownArea:
        if own is None or text.strip() not in own.wide.columns:
            raise
        return text.strip()


def _area(
    code: str,
    own: CreditFigures | None,
    world: WorldFigures,
    table: CrisisTable,
    tried: Tried,
    options: RiskOptions,
) -> AreaRisk | Refusal:
    ratios = own.wide if own else world.credit
    if code not in ratios.columns:
        key = "early_warning.area_not_in_file" if own else "early_warning.no_credit_known"
        name = own.origin.title if own else ""
        blanks: dict[str, Any] = {"area": area_names(code), **({"name": name} if own else {})}
        return Refusal(code, say(key, **blanks), say("early_warning.gap_mend"))
    series = ratios[code].dropna()
    indicators = indicators_of(series)
    if own is None:
        indicators["gap"] = float(
            "nan"
        )  # refused below: these series begin in the boom that they would have to show
    latest = indicators.dropna(subset=["level"]).iloc[-1]
    rank, peers = _rank(ratios.drop(columns=code), int(str(latest.name)), float(latest["level"]))
    source = own.origin.dataset if own else _source_of(world)
    gap, estimates, refusals = _gap(series, own, source)
    chance = _chance(latest, tried, table, options, refusals) if own else None
    return AreaRisk(
        code, series, latest, indicators, rank, peers, gap, estimates, chance,
        tuple(sorted(each.start for each in table.of(code))), tuple(refusals), source,
    )  # fmt: skip


def _source_of(world: WorldFigures) -> str:
    return next(
        (name for name in world.origins if "wb" in name or "world" in name), next(iter(world.origins), "")
    )


def _rank(ratios: pd.DataFrame, year: int, level: float) -> tuple[float | None, int]:
    """The share of other countries with less credit that year, and how many they are."""
    rows = ratios[np.array([str(each).startswith(str(year)) for each in ratios.index], bool)]
    others = rows.ffill().iloc[-1].dropna() if len(rows) else pd.Series(dtype=float)
    return (float((others < level).mean()), len(others)) if len(others) > 1 else (None, len(others))


def _gap(
    series: pd.Series, own: CreditFigures | None, source: str
) -> tuple[CreditGap | None, tuple[Estimate, ...], list[Refusal]]:
    if own is None:
        span = f"{series.index[0]}–{series.index[-1]}"
        reason = say("early_warning.no_gap_from_packs", span=span, count=len(series))
        return None, (), [Refusal("credit_gap", reason, say("early_warning.gap_mend"))]
    try:
        gap = credit_gap(series)
    except DataError as error:
        return None, (), [Refusal("credit_gap", error.message, error.mend)]
    estimate = gap.estimate((source,))
    return gap, (estimate, buffer_of(estimate)), []


def _chance(
    latest: pd.Series, tried: Tried, table: CrisisTable, options: RiskOptions, refusals: list[Refusal]
) -> Chance | None:
    """The logit's probability for the last year; refused where there is no model, no base rate, or no gap."""
    if tried.logit is None or tried.base is None:
        return None
    row = pd.DataFrame([latest[list(MODELLED)].astype(float)])
    if row.isna().any(axis=None):
        refusals.append(
            Refusal(
                "probability", say("early_warning.no_probability"), say("early_warning.gap_too_short_mend")
            )
        )
        return None
    found = tried.logit.probability(row).iloc[0]
    years = options.horizon.last - options.horizon.first + 1
    window = tried.base.over(years)
    floor = window * min(1.0, _UNSEEN / max(tried.base.crises, 1))
    value, low, high = (float(found[name]) for name in ("probability", "low", "high"))
    low = 0.0 if value < floor else low
    return Chance(value, low, max(high, floor), int(str(latest.name)), tried.base, window, floor)


def tried_on_world(world: WorldFigures, table: CrisisTable, options: RiskOptions) -> Tried:
    """Levels and changes the year before the wave that struck most countries with figures."""
    refusals = [
        Refusal("real_time", say("early_warning.packs_one_wave"), say("early_warning.gap_mend")),
        Refusal("probability", say("early_warning.no_probability_from_packs"), say("early_warning.gap_mend")),
    ]
    nothing = Tried(None, {}, {}, None, None, None, {}, None, None, tuple(refusals))
    if not world.credit.size:
        return nothing
    rows = stacked(world.credit)
    base = _base(rows, table)
    wave = _widest(rows, table)
    if wave is None:
        return replace(nothing, base=base)
    year = wave.first - 1
    here = rows[rows["year"] == year].set_index("area", drop=False)
    crisis = label_wave(here["area"], year, table, wave)
    income = _income(world, year)
    worths, refused = _worths(
        here, crisis, None, income.reindex(here.index), ("level", "change", "log_change"), options
    )
    rich_areas = here[income.reindex(here.index).to_numpy() > (RICH if world.dollars else np.inf)]
    rich, _ = _worths(
        rich_areas, crisis.reindex(rich_areas.index), None, income.reindex(rich_areas.index),
        ("level", "change", "log_change"), options,
    )  # fmt: skip
    # Among the countries that have credit figures in some year: those that the indicators speak of.
    income = income[income.index.isin(world.credit.columns)]
    return replace(
        nothing, wave=wave, worths=worths, rich=rich, base=base,
        income=_income_alone(income, year, table, wave, options), refusals=(*refusals, *refused),
    )  # fmt: skip


def _widest(rows: pd.DataFrame, table: CrisisTable) -> Wave | None:
    """The wave that struck most of the areas with a level and a change the year before."""
    best, most = None, 0
    for wave in waves(table.crises):
        there = set(rows.loc[(rows["year"] == wave.first - 1) & rows["change"].notna(), "area"])
        struck = len({each.area for each in table.crises if wave.first <= each.start <= wave.last} & there)
        best, most = (wave, struck) if struck > most else (best, most)
    return best


def _income(world: WorldFigures, year: int) -> pd.Series:
    rows = world.income[world.income.index == str(year)]
    return rows.iloc[0] if len(rows) else pd.Series(dtype=float)


def _income_alone(
    income: pd.Series, year: int, table: CrisisTable, wave: Wave, options: RiskOptions
) -> Auroc | None:
    """How well income parts all the countries that have one, whether or not they have credit figures."""
    names = income.index.to_series()
    try:
        return auroc_with_interval(
            income,
            label_wave(names, year, table, wave),
            names,
            resamples=options.resamples,
            seed=options.seed,
        )
    except NotEnoughData:
        return None


def _worths(
    rows: pd.DataFrame,
    crisis: pd.Series,
    clusters: pd.Series | None,
    income: pd.Series | None,
    names: tuple[str, ...],
    options: RiskOptions,
) -> tuple[dict[str, Worth], list[Refusal]]:
    found: dict[str, Worth] = {}
    refused: list[Refusal] = []
    for name in names:
        try:
            found[name] = weigh_indicator(
                name, rows[name], crisis, rows["area"], clusters, income,
                mu=options.mu, weighing=options.weighing, resamples=options.resamples, seed=options.seed,
            )  # fmt: skip
        except NotEnoughData as error:
            refused.append(Refusal(name, error.message, error.mend))
    return found, refused


def _base(rows: pd.DataFrame, table: CrisisTable) -> BaseRate | None:
    try:
        return base_rate(rows["area"], rows["year"], table)
    except NotEnoughData:
        return None


def judged(own: CreditFigures, table: CrisisTable) -> list[str]:
    """The countries of a file: aggregates would count their members twice, and what nobody knows has no crises."""
    struck = {each.area for each in table.crises}
    known = areas()
    return [
        str(code)
        for code in own.wide.columns
        if code in struck or (code in known and not known[code].aggregate)
    ]


def _left_out(own: CreditFigures | None, table: CrisisTable) -> tuple[Message, ...]:
    kept = set(judged(own, table)) if own else set()
    others = tuple(str(code) for code in own.wide.columns if code not in kept) if own else ()
    return (say("early_warning.no_countries", names=others[:12]),) if others else ()


def _tried_on_own(
    own: CreditFigures, world: WorldFigures, table: CrisisTable, options: RiskOptions, progress: Progress
) -> Tried:
    """Everything that a long series of many countries carries; what it does not is refused by name."""
    rows = stacked(own.wide[judged(own, table)])
    crisis = label(rows["area"], rows["year"], table, options.horizon)
    found = waves(table.among(set(rows["area"])).crises)
    clusters = cluster_of(rows["year"], found, options.horizon)
    income = _income_of(rows, world)
    refusals: list[Refusal] = []
    worths, refused = _worths(
        rows, crisis, clusters, income, ("gap", "level", "change", "log_change"), options
    )
    refusals += refused
    if worths and all(each.placebo is None for each in worths.values()):
        refusals.append(
            Refusal("income", say("early_warning.no_income"), say("early_warning.no_income_mend"))
        )
    base = _base(rows, table)
    logit = _attempt(
        "probability", refusals, lambda: fit_logit(rows[list(MODELLED)], crisis, rows["area"])
    ) if base is not None else None  # fmt: skip
    held_out = _held_out(rows, crisis, clusters, options, refusals) if logit is not None else {}
    seen_waves = _waves_seen(clusters[(crisis == 1) & rows[list(MODELLED)].notna().all(axis=1)])
    if seen_waves == 1 and logit is not None:
        refusals.append(Refusal("waves", say("early_warning.one_wave_pooled"), None))

    def step(done: int, total: int) -> None:
        progress(say("early_warning.step_real_time"), done, total)

    tested = _attempt(
        "real_time",
        refusals,
        lambda: in_real_time(
            rows[list(MODELLED)], rows["area"], rows["year"], table, options.horizon,
            mu=options.mu, weighing=options.weighing, progress=step,
        ),
    )  # fmt: skip
    real_auroc = None
    if isinstance(tested, RealTime):
        frame = tested.frame
        real_auroc = _attempt(
            "real_time_auroc",
            refusals,
            lambda: auroc_with_interval(
                frame["probability"], frame["crisis"], frame["area"],
                cluster_of(frame["year"], found, options.horizon), resamples=options.resamples, seed=options.seed,
            ),
        )  # fmt: skip
    return Tried(None, worths, {}, None, base, logit, held_out, tested, real_auroc, tuple(refusals))


def _waves_seen(clusters: pd.Series) -> int:
    return int(clusters.nunique())


def _attempt(subject: str, refusals: list[Refusal], make: Any) -> Any:
    """What `make` gives; where the data or a package cannot carry it, None and a refusal."""
    try:
        return make()
    except (DataError, MissingPackage) as error:
        refusals.append(Refusal(subject, error.message, error.mend))
        return None


def _held_out(
    rows: pd.DataFrame, crisis: pd.Series, clusters: pd.Series, options: RiskOptions, refusals: list[Refusal]
) -> dict[str, Auroc]:
    """AUROC on countries that a model has not seen, logit and boosted trees on the same folds."""
    kept = (crisis.notna() & rows[list(MODELLED)].notna().all(axis=1)).to_numpy()
    part, target, blocks = (
        rows[kept].reset_index(drop=True),
        crisis[kept].reset_index(drop=True),
        clusters[kept],
    )
    blocks = blocks.reset_index(drop=True)
    folds = country_folds(part["area"], target, FOLDS, options.seed)
    x = part[list(MODELLED)]
    makers = {
        "logit": lambda: held_out_logit(x, target, part["area"], folds),
        "boosted": lambda: held_out_boosted(x, target, folds, options.seed),
    }
    out: dict[str, Auroc] = {}
    for name, make in makers.items():
        scores = _attempt(name, refusals, make)
        if scores is None:
            continue
        found = _attempt(
            name,
            refusals,
            lambda scores=scores: auroc_with_interval(
                scores, target, part["area"], blocks, resamples=options.resamples, seed=options.seed
            ),
        )
        if found is not None:
            out[name] = found
    return out


def _income_of(rows: pd.DataFrame, world: WorldFigures) -> pd.Series | None:
    """Income a head for each row of area and year; None where there are no incomes at all."""
    if not world.income.size:
        return None
    long = world.income.stack()
    keys = pd.MultiIndex.from_arrays([rows["year"].astype(str), rows["area"]])
    return pd.Series(long.reindex(keys).to_numpy(float), index=rows.index)
