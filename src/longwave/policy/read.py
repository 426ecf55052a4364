"""A domain's folder read and checked as a whole: every name that one part says must be there in the other.

``domain.toml``:

    title = { en = "...", zh = "..." }     about = { en, zh }      references = ["..."]     refuses = [{ en, zh }]
    [[indicator]]  name, title, unit, better, needed; is = alternatives (as `macro.library.mapped_column`)
                   or of = "measure" with column = "..." or estimate = "...", factor
                   or published = "file.csv" beside it: columns area, since, value, source; headline
    [[rule]]       name, when = [{ indicator, is = "below", value, years, level, other, fresh }], diagnosis, reason, source,
                   problem, calls_for, stops
    [map]          model column -> alternatives over indicators, concepts and earlier columns
    [shocks]       "column.add" = "equation of estimates.lw"
    [[parameter]]  name, equation, coefficient, sign, factor, first, skip, pooling, sense = [low, high], range = [low, high],
                   source, ask_user, indicator, at_least
    [[instrument]] name, title, unit, bounds = [low, high], step, usual_move, cost, lags, through, bars, incidence, serves
    [[target]]     name, title, unit, desired, tolerance, after, through, priority, better,
                   when = [rules], otherwise, meanwhile
    [[case]]       name, title, settings, claims = [{ that, title }], year, source
    [plan]         horizon, discount, watched
    [[watch]]      read by `policy.monitor.rule`      [[evaluation]]  read by `policy.evaluate.design`
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Mapping
from importlib import import_module, resources
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import cast

from longwave.core.area import areas
from longwave.core.errors import BadInput, LongwaveError, UsageError
from longwave.core.message import Names, say
from longwave.macro.estimate.design import find_equation, to_estimate
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.language.tree import names_in
from longwave.macro.library.mapped_column import Alternative, alternatives
from longwave.macro.library.mapped_columns import HELPER
from longwave.macro.model import Model
from longwave.measure.measurement import of_panel
from longwave.policy.conditions import KINDS
from longwave.policy.domain import (
    Announced,
    Bar,
    Better,
    Case,
    Condition,
    Domain,
    DomainInstrument,
    DomainTarget,
    Incidence,
    Indicator,
    Published,
    Rule,
    Uncertain,
)
from longwave.policy.evaluate.design import read_design
from longwave.policy.monitor.rule import read_rules
from longwave.policy.toml_table import MOST_BYTES, TomlTable, read_toml

ROOM = "longwave.policy.domains"
ORDER = ("macro", "industry", "environment", "trade", "innovation", "digitalisation", "skills", "competition")
"""The house's domains in the order in which they are told."""

GROUPS = (
    "workers", "unemployed", "young", "pensioners", "consumers", "low_income", "savers", "borrowers", "firms", "new_firms",
    "incumbents", "exporters", "importers", "energy_users", "emitters", "treasury", "future_taxpayers", "farmers", "regions",
    "abroad",
)  # fmt: skip
"""Who may gain or lose; each has its name among the messages."""

_FILE = re.compile(r"[A-Za-z0-9_-]+\.csv")
_PUBLISHED_HEAD = ("area", "since", "value", "source")
LONGEST_PLAN = 50
MOST_YEARS = 200


def domain_names() -> tuple[str, ...]:
    """The domains there are: the house's own first, then those that other packages bring."""
    own = [each.name for each in resources.files(ROOM).iterdir() if (each / "domain.toml").is_file()]
    ordered = [name for name in ORDER if name in own] + sorted(name for name in own if name not in ORDER)
    return (*ordered, *(name for name in _guests() if name not in ordered))


def find_domain(what: str | Path) -> Domain:
    """A domain by name, or from a folder of the user's own.

    Raises UsageError for a name that is none, BadInput for a folder that does not hold together.
    """
    name = str(what)
    if name in domain_names():
        own = resources.files(ROOM) / name
        return read_domain(own if (own / "domain.toml").is_file() else _guests()[name], name)
    folder = Path(name)
    if os.path.isfile(folder / "domain.toml"):  # noqa: PTH113  a name too long to be a path is none
        return read_domain(folder, folder.resolve().name)
    raise UsageError(say("policy.no_domain", name=name), say("policy.no_domain_mend", names=domain_names()))


def _guests() -> dict[str, Traversable]:
    return {
        point.name: resources.files(import_module(point.module))
        for point in entry_points(group="longwave.policy_domain")
    }


def read_domain(folder: Traversable, name: str) -> Domain:
    """The domain of a folder. Raises BadInput, naming file, table and key."""
    told = read_toml((folder / "domain.toml").read_bytes(), f"{name}/domain.toml")
    model = _model(folder, name, "model.lw")
    if model is None:
        raise BadInput(say("policy.no_model", name=name), say("policy.toml_mend"))
    plan = told.table("plan")
    domain = Domain(
        name=name,
        names=told.names("title"),
        about=told.names("about"),
        references=told.texts("references"),
        refuses=told.named("refuses"),
        indicators=tuple(_indicator(each, folder) for each in told.tables("indicator")),
        rules=tuple(_rule(each) for each in told.tables("rule")),
        model=model,
        estimates=_model(folder, name, "estimates.lw"),
        parameters=tuple(_parameter(each) for each in told.tables("parameter")),
        instruments=tuple(_instrument(each) for each in told.tables("instrument")),
        targets=tuple(_target(each) for each in told.tables("target")),
        map=_map(told.table("map")),
        shocks=_texts_by_name(told.table("shocks")),
        cases=tuple(_case(each) for each in told.tables("case")),
        horizon=plan.whole("horizon", 10),
        discount=plan.number("discount", 0.96),
        watched=plan.texts("watched"),
        watch=read_rules(told.tables("watch")) if told.has("watch") else (),
        evaluations=tuple(read_design(each) for each in told.tables("evaluation")),
    )
    plan.finish()
    told.finish()
    if not 1 <= domain.horizon <= LONGEST_PLAN:
        raise plan.wrong("horizon", say("policy.toml_span", low=1, high=LONGEST_PLAN))
    if not 0.0 < domain.discount <= 1.0:
        raise plan.wrong("discount", say("policy.toml_discount"))
    _check(domain, told.where)
    return domain


def _model(folder: Traversable, name: str, file: str) -> Model | None:
    path = folder / file
    if not path.is_file():
        return None
    content, where = path.read_bytes(), f"{name}/{file}"
    if len(content) > MOST_BYTES:
        raise BadInput(say("policy.toml_large", where=where, most=MOST_BYTES), say("policy.toml_mend"))
    try:
        return read_model(content.decode("utf-8"), where)
    except UnicodeDecodeError as error:
        raise BadInput(say("policy.no_text", where=where), say("policy.toml_mend")) from error


def _indicator(told: TomlTable, folder: Traversable) -> Indicator:
    found = Indicator(
        name=told.text("name"),
        names=told.names("title"),
        unit=told.names("unit"),
        better=cast(Better, told.choice("better", ("higher", "lower", "near", "neither"), "neither")),
        ways=_ways(told, "is") if told.has("is") else (),
        measure=told.text("of", ""),
        column=told.text("column", ""),
        estimate=told.text("estimate", ""),
        factor=told.number("factor", 1.0),
        note=told.names("note", Names("")),
        needed=told.flag("needed"),
        published=_published(told, folder) if told.has("published") else None,
        headline=told.flag("headline"),
    )
    told.finish()
    kinds = bool(found.ways) + bool(found.measure) + (found.published is not None)
    if kinds != 1 or (found.measure and not (found.column or found.estimate)):
        raise told.wrong("is", say("policy.toml_indicator"))
    return found


def _published(told: TomlTable, folder: Traversable) -> Published:
    """The announced figures of a table beside ``domain.toml``. Raises BadInput, naming the line."""
    file = told.text("published")
    if not _FILE.fullmatch(file) or not (folder / file).is_file():
        raise told.wrong("published", say("policy.toml_published"))
    content = (folder / file).read_bytes()
    if len(content) > MOST_BYTES:
        raise BadInput(say("policy.toml_large", where=file, most=MOST_BYTES), say("policy.toml_mend"))
    found: dict[str, list[Announced]] = {}
    try:
        for line, row in enumerate(csv.reader(content.decode("utf-8").splitlines())):
            if line == 0 and tuple(row) == _PUBLISHED_HEAD:
                continue
            area, since, value, source = row
            found.setdefault(area, []).append(_announced(area, since, value, source))
    except (ValueError, csv.Error) as error:
        raise told.wrong("published", say("policy.toml_published_line", line=line + 1)) from error
    if any(one.since >= two.since for rows in found.values() for one, two in pairwise(rows)):
        raise told.wrong("published", say("policy.toml_published"))
    return {area: tuple(rows) for area, rows in found.items()}


def _announced(area: str, since: str, value: str, source: str) -> Announced:
    """One row. Raises ValueError for what does not fit."""
    number = float(value)
    if area not in areas() or not _is_year(since) or not math.isfinite(number) or not source.strip():
        raise ValueError(area)
    return Announced(int(since), number, source.strip())


def _ways(told: TomlTable, key: str) -> tuple[Alternative, ...]:
    """Alternatives as the library's maps have them. Raises BadInput for an expression that cannot be read."""
    cell = told.raw(key)
    try:
        return alternatives(cell)
    except LongwaveError as error:
        raise BadInput(
            say("policy.toml_expression", cell=key, where=told.where, why=error.message), error.mend
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise told.wrong(key, say("policy.toml_ways")) from error


def _rule(told: TomlTable) -> Rule:
    found = Rule(
        name=told.text("name"),
        conditions=tuple(_condition(each) for each in told.tables("when")),
        diagnosis=told.names("diagnosis"),
        reason=told.names("reason"),
        source=told.text("source", ""),
        problem=told.flag("problem", True),
        calls_for=told.texts("calls_for"),
        stops=told.flag("stops"),
    )
    told.finish()
    if not found.conditions:
        raise told.wrong("when", say("policy.toml_tables"))
    return found


def _condition(told: TomlTable) -> Condition:
    found = Condition(
        indicator=told.text("indicator", ""),
        kind=told.choice("is", KINDS),
        value=told.number("value", 0.0),
        years=told.whole("years", 0),
        level=told.number("level", 0.9),
        other=told.text("other", ""),
        fresh=told.whole("fresh", 8),
    )
    told.finish()
    if not 0 <= found.years <= MOST_YEARS or found.fresh < 0:
        raise told.wrong("years", say("policy.toml_span", low=0, high=MOST_YEARS))
    if not 0.5 <= found.level < 1.0:
        raise told.wrong("level", say("policy.toml_level"))
    if found.kind.endswith("for_itself") and not 0.0 <= found.value <= 100.0:
        raise told.wrong("value", say("policy.toml_span", low=0, high=100))
    return found


def _parameter(told: TomlTable) -> Uncertain:
    bounds = told.pair("range")
    found = Uncertain(
        name=told.text("name"),
        equation=told.text("equation", ""),
        coefficient=told.text("coefficient", ""),
        sign=told.whole("sign", 0),
        factor=told.number("factor", 1.0),
        first=told.text("first", ""),
        skip=told.texts("skip"),
        pooling=told.choice("pooling", ("shrink", "none", "two_way"), "shrink"),  # type: ignore[arg-type]
        low=None if bounds is None else bounds[0],
        high=None if bounds is None else bounds[1],
        source=told.text("source", ""),
        ask_user=told.flag("ask_user"),
        indicator=told.text("indicator", ""),
        sense=told.pair("sense"),
        at_least=told.text("at_least", ""),
    )
    told.finish()
    if found.equation and not found.coefficient:
        raise told.wrong("coefficient", say("policy.toml_text"))
    if not all(_is_year(each) for each in (*found.skip, *((found.first,) if found.first else ()))):
        raise told.wrong("first", say("policy.toml_years"))
    if bounds is None and not (found.equation or found.ask_user or found.indicator):
        raise told.wrong("range", say("policy.toml_parameter"))
    if bounds is not None and not found.source:
        raise told.wrong("source", say("policy.toml_source"))
    return found


def _instrument(told: TomlTable) -> DomainInstrument:
    bounds = told.pair("bounds")
    if bounds is None:
        raise told.wrong("bounds", say("policy.toml_pair"))
    cost = told.raw("cost", 0.0)
    found = DomainInstrument(
        name=told.text("name"),
        names=told.names("title"),
        unit=told.names("unit"),
        low=bounds[0],
        high=bounds[1],
        step=told.optional_number("step"),
        usual_move=told.number("usual_move"),
        cost=cost if isinstance(cost, str) else told.number("cost", 0.0),
        lags=told.names("lags", Names("")),
        through=told.texts("through"),
        bars=tuple(_bar(each) for each in told.tables("bars")),
        incidence=tuple(_incidence(each) for each in told.tables("incidence")),
        serves=told.text("serves", ""),
    )
    told.finish()
    if not isinstance(found.cost, str) and found.cost < 0.0:
        raise told.wrong("cost", say("policy.toml_cost", name=found.name, cost=f"{found.cost:g}"))
    if not found.low <= 0.0 <= found.high:
        raise told.wrong("bounds", say("policy.toml_nought"))
    if found.usual_move <= 0.0 or (found.step is not None and found.step <= 0.0):
        raise told.wrong("usual_move", say("policy.toml_positive"))
    return found


def _bar(told: TomlTable) -> Bar:
    found = Bar(frozenset(told.texts("areas", None)), told.names("why"))
    told.finish()
    return found


def _incidence(told: TomlTable) -> Incidence:
    found = Incidence(
        told.choice("group", GROUPS),
        {"gains": 1, "loses": -1}[told.choice("side", ("gains", "loses"))],
        told.names("why"),
    )
    told.finish()
    return found


def _target(told: TomlTable) -> DomainTarget:
    desired = told.raw("desired")
    otherwise = told.raw("otherwise", 0.0)
    found = DomainTarget(
        name=told.text("name"),
        names=told.names("title"),
        unit=told.names("unit"),
        desired=desired if isinstance(desired, str) else told.number("desired"),
        tolerance=told.number("tolerance"),
        after=told.whole("after", 0),
        through=told.texts("through"),
        priority=told.number("priority", 1.0),
        better=told.choice("better", ("near", "lower", "higher"), "near"),  # type: ignore[arg-type]
        when=told.texts("when"),
        otherwise=otherwise if isinstance(otherwise, str) else told.number("otherwise", 0.0),
        meanwhile=told.text("meanwhile", ""),
    )
    told.finish()
    if found.tolerance <= 0.0 or found.priority <= 0.0:
        raise told.wrong("tolerance", say("policy.toml_positive"))
    return found


def _case(told: TomlTable) -> Case:
    settings = told.table("settings")
    claims = told.tables("claims")
    found = Case(
        name=told.text("name"),
        names=told.names("title"),
        settings={key: settings.number(key) for key in settings.cells},
        claims=tuple((each.text("that"), each.names("title")) for each in claims),
        year=told.whole("year", 1),
        source=told.text("source", ""),
    )
    for each in claims:
        each.finish()
    told.finish()
    return found


def _map(told: TomlTable) -> Mapping[str, tuple[Alternative, ...]]:
    return {column: _ways(told, column) for column in told.cells}


def _texts_by_name(told: TomlTable) -> Mapping[str, str]:
    return {key: told.text(key) for key in told.cells}


def _check(domain: Domain, where: str) -> None:
    """Every name that is said must be there."""
    model = domain.model
    exogenous = {each.name for each in model.exogenous}
    columns = exogenous | {each.name for each in model.endogenous}
    parameters = {each.name for each in model.parameters}
    equations = set() if domain.estimates is None else {each.name for each in domain.estimates.equations}
    indicators = {each.name for each in domain.indicators}
    _twice(where, "indicator", (each.name for each in domain.indicators))
    _twice(where, "rule", (each.name for each in domain.rules))
    _twice(where, "instrument", (each.name for each in domain.instruments))
    _twice(where, "target", (each.name for each in domain.targets))
    _twice(where, "parameter", (each.name for each in domain.parameters))
    _twice(where, "case", (each.name for each in domain.cases))
    said = {name for lever in domain.instruments for name in lever.through}
    said |= {name for target in domain.targets for name in target.through}
    costs = {each.cost for each in domain.instruments if isinstance(each.cost, str)}
    desired = {each.desired for each in domain.targets if isinstance(each.desired, str)}
    conditions = [each for rule in domain.rules for each in rule.conditions]
    known: tuple[tuple[str, Iterable[str], set[str]], ...] = (
        ("instrument", (each.name for each in domain.instruments), exogenous),
        ("target", (each.name for each in domain.targets), columns),
        ("parameter", (each.name for each in domain.parameters), parameters),
        ("through", said, {each.name for each in domain.parameters}),
        ("cost", costs, columns),
        ("desired", desired, columns),
        ("otherwise", (t.otherwise for t in domain.targets if isinstance(t.otherwise, str)), columns),
        ("meanwhile", (t.meanwhile for t in domain.targets if t.meanwhile), columns),
        ("serves", (i.serves for i in domain.instruments if i.serves), {t.name for t in domain.targets}),
        ("watched", domain.watched, columns),
        ("equation", (each.equation for each in domain.parameters if each.equation), equations),
        ("shocks", domain.shocks.values(), equations),
        ("shocks", domain.shocks, set(model.add_factors) | exogenous),
        ("map", (each for each in domain.map if not each.startswith(HELPER)), columns),
        ("of", (each.measure for each in domain.indicators if each.measure), set(of_panel())),
        ("claims", (name for each in domain.cases for name in _claimed(each, where)), columns | parameters),
        ("indicator", (each.indicator for each in domain.parameters if each.indicator), indicators),
        ("at_least", (each.at_least for each in domain.parameters if each.at_least), indicators),
        ("when", (each.indicator for each in conditions if each.kind != "significant"), indicators),
        ("when", (each.other for each in conditions if each.kind.endswith("than_other")), indicators),
        (
            "when",
            (each.other for each in conditions if each.other and each.kind == "significant"),
            parameters,
        ),
        ("when", (n for t in domain.targets for n in t.when), {e.name for e in domain.rules}),
        ("calls_for", (n for r in domain.rules for n in r.calls_for), {e.name for e in domain.instruments}),
        ("settings", (n for c in domain.cases for n in c.settings), {e.name for e in domain.instruments}),
    )
    for key, names, there in known:
        for name in names:
            if name not in there:
                raise BadInput(
                    say("policy.toml_nowhere", name=name, cell=key, where=where),
                    say("policy.toml_known", known=tuple(sorted(there))),
                )

    _check_spans(domain, where)
    _check_coefficients(domain, where)


def _check_spans(domain: Domain, where: str) -> None:
    """What counts within the plan must lie within it."""
    late = [each.name for each in domain.targets if not 0 <= each.after < domain.horizon]
    late += [each.name for each in domain.cases if not 1 <= each.year <= domain.horizon]
    if late:
        raise BadInput(
            say("policy.toml_beyond", name=late[0], where=where, horizon=domain.horizon), say("policy.toml_mend")
        )  # fmt: skip


def _check_coefficients(domain: Domain, where: str) -> None:
    """A parameter's coefficient must stand in its equation and be one that figures decide."""
    for each in domain.parameters:
        if not each.equation or domain.estimates is None:
            continue
        there = to_estimate(domain.estimates, find_equation(domain.estimates, each.equation))
        if each.coefficient not in there:
            raise BadInput(
                say("policy.toml_nowhere", name=each.coefficient, cell="coefficient", where=where),
                say("policy.toml_known", known=there),
            )


def _claimed(case: Case, where: str) -> tuple[str, ...]:
    """The names that a case's claims read. Raises BadInput for a claim that is no expression."""
    found: set[str] = set()
    for text, _ in case.claims:
        try:
            found |= set(names_in(read_expression(text)))
        except LongwaveError as error:
            raise BadInput(
                say("policy.toml_expression", cell="claims", where=where, why=error.message), error.mend
            ) from error
    return tuple(sorted(found))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def _twice(where: str, kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadInput(
                say("policy.toml_twice", name=name, cell=kind, where=where), say("policy.toml_mend")
            )
        seen.add(name)
