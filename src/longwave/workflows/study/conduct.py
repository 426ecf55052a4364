"""The verb `study`, and the study that it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from longwave.core.area import area_names
from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.harvest import Progress, silent
from longwave.core.message import LANGUAGES, Language, Message, say
from longwave.core.settings import Settings, load_settings
from longwave.forecast.long_run import LongRun
from longwave.measure.measurement import Measurement
from longwave.report.document import Document
from longwave.workflows.analyse import Analysis, analyse
from longwave.workflows.collect import Collected, collect
from longwave.workflows.study.folder import StudyFiles, write_folder
from longwave.workflows.study.headlines import too_little
from longwave.workflows.study.outlook import long_run, outlook
from longwave.workflows.study.results import results_of

if TYPE_CHECKING:
    from longwave.workflows.policy.run import Policy


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What was asked for; with the data's checksums it determines every byte of a study."""

    areas: tuple[str, ...]
    as_of: str | None = None
    horizon: int = 10
    """Periods ahead to forecast. Ten years is about as far as a fan on 50-70 annual points still says something."""
    seed: int = 0
    policy: str | None = None
    """A policy domain, or all, whose plans the report holds too."""


@dataclass(frozen=True)
class Study:
    """One finished study. Read `headlines` and `refusals`, take `results()`, or write it all with `report(folder)`."""

    options: StudyOptions
    collected: Collected
    analysis: Analysis
    forecasts: Mapping[str, Mapping[str, ForecastTable | Refusal]]
    long_runs: Mapping[str, LongRun | Refusal]
    """Mean growth of labour productivity over the next years, by area."""

    policies: Mapping[str, Policy] = field(default_factory=dict)
    """The policy that was asked for, by area."""

    @property
    def measurements(self) -> Mapping[str, Mapping[str, Measurement]]:
        """Area -> name -> result."""
        return self.analysis.measurements

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the areas that could be studied."""
        return self.collected.areas

    @property
    def partial(self) -> bool:
        """Whether an area that was asked for had nothing, or too little, to study, or a dataset could not be read."""
        lacking = self.collected.refusals or self.collected.damaged
        return bool(lacking) or any(too_little(each) for each in self.measurements.values())

    @property
    def headlines(self) -> tuple[Message, ...]:
        return self.document.headlines

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """Everything that could not be said: areas, measures, forecasts."""
        measured = (
            refusal for each in self.measurements.values() for m in each.values() for refusal in m.refusals
        )
        foretold = (
            item for each in self.forecasts.values() for item in each.values() if isinstance(item, Refusal)
        )
        far = (item for item in self.long_runs.values() if isinstance(item, Refusal))
        return (*self.collected.refusals, *self.collected.damaged, *measured, *foretold, *far)

    @property
    def unsaid(self) -> tuple[Refusal, ...]:
        """The refusals as the report tells them: with their areas' names, the same of several areas told once."""
        return tuple(refusal for section in self.document.sections for refusal in section.refusals)

    @cached_property
    def document(self) -> Document:
        """The report before it has a language."""
        from longwave.workflows.study.compose import compose

        return compose(
            self.collected,
            self.analysis,
            self.forecasts,
            self.long_runs,
            self.options.as_of,
            tuple(self.policies.values()),
        )

    def results(self) -> dict[str, Any]:
        """Every finding, estimate, refusal and forecast as plain data, in the schema of results.json."""
        return results_of(self)

    def report(
        self, out: str | Path, lang: Language | Sequence[Language] = "en", progress: Progress = silent
    ) -> StudyFiles:
        """Writes report, results, tables and run record into the folder `out`. Raises UsageError, StoreError."""
        langs = (lang,) if isinstance(lang, str) else tuple(dict.fromkeys(lang))
        for each in langs:
            if each not in LANGUAGES:
                raise UsageError(say("workflows.no_such_language", lang=each))
        return write_folder(self, Path(out), langs, progress)


def study(
    *areas: str,
    as_of: str | date | None = None,
    horizon: int = 10,
    seed: int = 0,
    policy: str | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Study:
    """Studies one or more economies.

    areas: ISO 3166 alpha-3 codes or names in English or Chinese; as_of: a date, to read the figures as they stood
    then; horizon: periods ahead to forecast; policy: a policy domain, or ``all``, whose plans are to stand in the
    report. Raises UnknownArea when no area has data, UsageError for bad options.
    An area without data beside others that have some becomes a refusal, and the study is `partial`.
    """
    _check_door(areas, horizon, seed)
    as_of = as_of.isoformat() if isinstance(as_of, date) else as_of
    settings = settings or load_settings()
    progress(say("workflows.collecting"), 0, 1)
    collected = collect(areas, as_of=as_of, settings=settings)
    analysis = analyse(collected, seed=seed, progress=progress)
    forecasts: dict[str, dict[str, ForecastTable | Refusal]] = {}
    newest = int(collected.newest[:4])
    for place, code in enumerate(collected.areas):
        progress(say("workflows.forecasting", area=area_names(code)), place, len(collected.areas))
        forecasts[code] = outlook(
            analysis.measurements[code], code, horizon=horizon, seed=seed, newest=newest
        )
    long_runs = {code: long_run(analysis.measurements[code], code) for code in collected.areas}
    policies = {} if policy is None else _policies(policy, collected, as_of, seed, settings, progress)
    progress(say("workflows.done"), 1, 1)
    options = StudyOptions(collected_codes(collected), as_of, horizon, seed, policy)
    return Study(options, collected, analysis, forecasts, long_runs, policies)


def _policies(
    what: str, collected: Collected, as_of: str | None, seed: int, settings: Settings, progress: Progress
) -> dict[str, Policy]:
    """The plans of every area. They begin in the year after the newest release, so that equal data give equal plans."""
    from longwave.policy.loop import PlanOptions
    from longwave.workflows.policy.run import make_policy

    return {
        code: make_policy(
            what,
            code,
            options=PlanOptions(seed=seed),
            as_of=as_of,
            made=collected.newest,
            settings=settings,
            progress=progress,
        )
        for code in collected.areas
    }


def _check_door(areas: tuple[object, ...], horizon: object, seed: object) -> None:
    """The mistakes that a Python caller makes: a list for areas, text for a number. Raises UsageError."""
    strange = [type(area).__name__ for area in areas if not isinstance(area, str)]
    if strange:
        raise UsageError(say("workflows.area_no_text", kind=strange[0]), say("workflows.area_as_text"))
    if type(horizon) is not int or not 1 <= horizon <= 50:
        raise UsageError(say("workflows.bad_horizon", horizon=str(horizon)[:40]))
    if type(seed) is not int or seed < 0:
        raise UsageError(say("workflows.bad_seed", seed=str(seed)[:40]))


def collected_codes(collected: Collected) -> tuple[str, ...]:
    """Codes of all areas asked for, those without data too."""
    return (*collected.areas, *(refusal.subject for refusal in collected.refusals))
