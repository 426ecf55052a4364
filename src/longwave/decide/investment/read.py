"""From the tables of a file to a `Plan`, with a clear sentence for whatever does not hold together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from longwave.core.errors import UnitMismatch
from longwave.core.message import say
from longwave.decide.investment.door import LARGEST, Door, fault, near, number, spread, year
from longwave.decide.investment.plan import (
    PRICE_DRIVERS,
    SURE,
    Depreciation,
    Follow,
    Limits,
    Line,
    Opening,
    Option,
    OwnDriver,
    OwnScenario,
    Part,
    Plan,
    Prices,
    Spread,
)

MOST_OPENINGS = 40
MOST_LINES = 60
MOST_IN_ALL = 600
"""Lines of all openings together."""
LONGEST_LIFE = 100
LOWEST_CAPITAL = -0.05
"""Nobody is paid more than a twentieth a year for taking capital; what lies lower is a slip."""
RESERVED = ("forecast", "era", "plan")
"""Names of the house's own scenarios."""

_PRICES = ("nominal", "real")
_KINDS = ("revenue", "cost", "net")
_LOSSES = ("carried", "offset", "lost")


def read_plan(content: Mapping[str, Any]) -> Plan:
    """The plan in the tables of a TOML file. Raises BadInput naming the place, UnitMismatch for a rate of capital in
    other prices than the flows."""
    door = Door(content, "")
    prices = cast(Prices, door.one_of("prices", _PRICES))
    start = door.year("start")
    plan = Plan(
        name=door.word("name"),
        currency=door.word("currency"),
        unit=door.word("unit", ""),
        prices=prices,
        start=start,
        openings=_openings(door, start),
        area=door.word("area", ""),
        wacc=_capital(door, prices),
        tax=door.number("tax", 0.0, 1.0, 0.0 if _all_net(content) else None),
        losses=cast(Any, door.one_of("losses", _LOSSES, "carried")),
        drivers=_drivers(door),
        correlations=_correlations(door),
        scenarios=_scenarios(door),
        weights=_weights(door),
        era=door.flag("era", True),
        limits=_limits(door),
        budget=_maybe(door, "budget", 0.0, LARGEST),
        inflation=_maybe(door, "inflation", -0.5, 1.0),
    )
    door.done()
    _check_together(plan)
    return plan


def _all_net(content: Mapping[str, Any]) -> bool:
    """Whether every line is after tax, so that no tax rate is wanted."""
    openings = content.get("opening")
    lines = [
        line
        for each in (openings if isinstance(openings, list) else [])
        for line in (each.get("line", []) if isinstance(each, Mapping) else [])
    ]
    return bool(lines) and all(isinstance(line, Mapping) and line.get("kind") == "net" for line in lines)


def _capital(door: Door, prices: str) -> Spread | None:
    if not door.has("wacc"):
        if door.has("wacc_prices"):
            raise fault("prices_without_rate", where="wacc_prices")
        return None
    rate = door.spread("wacc", LOWEST_CAPITAL, 1.0)
    basis = door.one_of("wacc_prices", _PRICES)
    if basis != prices:
        raise UnitMismatch(
            say(
                "investment.other_prices", flows=say(f"investment.{prices}"), rate=say(f"investment.{basis}")
            ),
            say("investment.other_prices_mend"),
        )
    return rate


def _openings(door: Door, start: int) -> tuple[Opening, ...]:
    tables = door.tables("opening")
    if not tables:
        raise fault("no_opening")
    if len(tables) > MOST_OPENINGS:
        raise fault("too_many", where="opening", count=len(tables), most=MOST_OPENINGS)
    found = []
    for place, table in enumerate(tables, start=1):
        each = Door(table, f"opening[{place}]")
        name = each.word("name")
        each.where = f"opening[{name}]"
        found.append(_opening(each, name, start))
    _once([each.name for each in found], "opening")
    return tuple(found)


def _opening(door: Door, name: str, start: int) -> Opening:
    outlays = _outlays(door, start)
    paid = [each for each, value in outlays.items() if value > 0] or list(outlays)
    if paid and max(paid) - min(paid) >= len(paid) and not door.has("operation"):
        # Replacements come while a plant runs: its first year is then not the one after the last outlay.
        raise fault("operation_unsaid", where=door.place("operation"), first=min(paid), last=max(paid))
    operation = door.year("operation", max(outlays) + 1 if outlays else start)
    lifetime = door.whole("lifetime", 1, LONGEST_LIFE)
    last = operation + lifetime - 1
    if operation < start:
        raise fault("before_start", where=door.place("operation"), year=operation, start=start)
    late = [each for each in outlays if each > last]
    if late:
        raise fault("after_end", where=door.place("outlays"), year=late[0], last=last)
    opening = Opening(
        name=name,
        outlays=outlays,
        operation=operation,
        lifetime=lifetime,
        lines=_lines(door, operation, last, start),
        outlay_spread=door.spread("outlay_range", 0.01, 100.0, SURE),
        salvage=door.spread("salvage", -LARGEST, LARGEST, Spread(0.0, 0.0, 0.0)),
        depreciation=_depreciation(door, lifetime),
        working_capital=door.number("working_capital", 0.0, 2.0, 0.0),
        option=_option(door, start),
        direction=door.word("direction", ""),
        exclusive=door.word("exclusive", ""),
        requires=door.word("requires", ""),
        abandon=_maybe(door, "abandon", -LARGEST, LARGEST),
    )
    door.done()
    if opening.after_tax and any(line.kind != "net" for line in opening.lines):
        raise fault("net_beside_gross", where=door.where)
    return opening


def _outlays(door: Door, start: int) -> dict[int, float]:
    """Year -> amount: a table by year, a list from the start on, or one amount in the first year."""
    value = door.raw("outlays")
    where = door.place("outlays")
    if isinstance(value, Mapping):
        found = door.by_year("outlays", 0.0, LARGEST)
    elif isinstance(value, list):
        found = {start + place: number(each, where, 0.0, LARGEST) for place, each in enumerate(value)}
    else:
        found = {start: number(value, where, 0.0, LARGEST)}
    early = [each for each in found if each < start]
    if early:
        raise fault("before_start", where=where, year=early[0], start=start)
    return found


def _depreciation(door: Door, lifetime: int) -> Depreciation:
    if not door.has("depreciation"):
        return Depreciation("straight", lifetime)
    table = door.table("depreciation")
    method = table.one_of("method", ("straight", "declining", "immediate", "none"))
    found = Depreciation(
        cast(Any, method),
        table.whole("years", 1, LONGEST_LIFE, lifetime),
        table.number("rate", 0.0, 1.0) if method == "declining" else table.number("rate", 0.0, 1.0, 0.0),
    )
    table.done()
    return found


def _option(door: Door, start: int) -> Option | None:
    if not door.has("wait"):
        return None
    table = door.table("wait")
    kind = table.one_of("kind", ("now", "perpetual", "deadline"))
    until = table.year("until") if kind == "deadline" else 0
    if kind == "deadline" and until <= start:
        raise fault("deadline_past", where=table.place("until"), year=until, start=start)
    found = Option(
        cast(Any, kind),
        until,
        _maybe(table, "volatility", 0.0, 2.0),
        _maybe(table, "payout", -1.0, 1.0),
        _maybe(table, "risk_free", -0.1, 0.5),
    )
    table.done()
    return found


def _maybe(door: Door, key: str, low: float, high: float) -> float | None:
    return door.number(key, low, high) if door.has(key) else None


def _lines(door: Door, operation: int, last: int, start: int) -> tuple[Line, ...]:
    tables = door.tables("line")
    if not tables:
        raise fault("no_line", where=door.where)
    if len(tables) > MOST_LINES:
        raise fault("too_many", where=door.place("line"), count=len(tables), most=MOST_LINES)
    found = []
    for place, table in enumerate(tables, start=1):
        each = Door(table, door.place(f"line[{place}]"))
        name = each.word("name")
        each.where = door.place(f"line[{name}]")
        found.append(_line(each, name, operation, last, start))
    _once([each.name for each in found], door.place("line"))
    return tuple(found)


def _line(door: Door, name: str, operation: int, last: int, start: int) -> Line:
    kind = door.one_of("kind", _KINDS)
    first, end = door.year("first", operation), door.year("last", last)
    if not start <= first <= end <= last:
        raise fault("line_span", where=door.where, first=first, end=end, start=start, last=last)
    low = -LARGEST if kind == "net" else 0.0
    if door.has("volume") or door.has("price"):
        sides = [door.table(side) for side in ("volume", "price") if door.raw(side) is not None]
        parts = tuple(_part(side, first, end, 0.0) for side in sides)
        for side in sides:
            side.done()
    else:
        parts = (_part(door, first, end, low),)
    door.done()
    return Line(name, cast(Any, kind), first, end, parts)


def _part(door: Door, first: int, last: int, low: float) -> Part:
    years = range(first, last + 1)
    follows = tuple(
        Follow(driver, number(value, door.place(f"follows.{driver}"), -20.0, 20.0))
        for driver, value in door.table("follows").content.items()
    )
    width = door.spread("range", 0.0, 100.0, SURE)
    if not door.has("values"):
        growth = door.number("growth", -0.99, 2.0, 0.0)
        value = door.number("value", low, LARGEST)
        return Part(tuple(value * (1 + growth) ** n for n in range(len(years))), growth, True, follows, width)
    if door.has("value") or door.has("growth"):
        raise fault("value_and_values", where=door.where)
    given = door.raw("values")
    where = door.place("values")
    if isinstance(given, list):
        if len(given) != len(years):
            raise fault("count", where=where, count=len(given), wanted=len(years), first=first, last=last)
        values = tuple(number(each, where, low, LARGEST) for each in given)
    else:
        table = door.by_year("values", low, LARGEST)
        missing = tuple(str(each) for each in years if each not in table)
        if missing:
            raise fault("missing_years", where=where, years=missing)
        beyond = [each for each in table if each not in years]
        if beyond:
            raise fault("line_span", where=where, first=min(table), end=max(table), start=first, last=last)
        values = tuple(table[each] for each in years)
    return Part(values, 0.0, False, follows, width)


def _drivers(door: Door) -> tuple[OwnDriver, ...]:
    table = door.table("driver")
    found = []
    for name in table.content:
        each = table.table(name)
        found.append(
            OwnDriver(name, each.spread("growth", -0.5, 1.0), each.number("volatility", 0.0, 1.0, 0.0))
        )
        each.done()
    return tuple(found)


def _correlations(door: Door) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for place, content in enumerate(door.tables("correlation"), start=1):
        each = Door(content, f"correlation[{place}]")
        pair = each.raw("drivers")
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(n, str) for n in pair):
            raise fault("no_pair", where=each.place("drivers"))
        first, second = sorted(pair)
        if first == second or (first, second) in found:
            raise fault("pair_twice", where=each.where, first=first, second=second)
        found[first, second] = each.number("value", -1.0, 1.0)
        each.done()
    return found


def _scenarios(door: Door) -> tuple[OwnScenario, ...]:
    found = []
    for place, content in enumerate(door.tables("scenario"), start=1):
        each = Door(content, f"scenario[{place}]")
        name = each.word("name")
        each.where = f"scenario[{name}]"
        if name in RESERVED:
            raise fault("reserved", where=each.place("name"), value=name)
        found.append(_scenario(each, name))
    _once([each.name for each in found], "scenario")
    return tuple(found)


def _scenario(door: Door, name: str) -> OwnScenario:
    model = door.word("model", "")
    found = OwnScenario(
        name,
        growth=_moves(door.table("growth"), -1.0, 1.0),
        level=_moves(door.table("level"), -0.99, 10.0),
        lines={
            line: number(value, door.place(f"lines.{line}"), 0.0, 100.0)
            for line, value in door.table("lines").content.items()
        },
        model=model,
        shock=door.word("shock") if model else "",
        moves={
            driver: door.table("moves").word(driver)
            for driver in (door.table("moves").content if model else ())
        },
    )
    if model and not found.moves:
        raise fault("missing", where=door.place("moves"))
    if not (model or found.growth or found.level or found.lines):
        raise fault("empty_scenario", where=door.where)
    door.done()
    return found


def _moves(table: Door, low: float, high: float) -> dict[str, dict[int, float]]:
    """Driver -> year -> number; one number stands for every year (0)."""
    return {
        driver: table.by_year(driver, low, high)
        if isinstance(value, Mapping)
        else {0: number(value, table.place(driver), low, high)}
        for driver, value in table.content.items()
    }


def _weights(door: Door) -> dict[str, float]:
    table = door.table("weights")
    found = {name: number(value, table.place(name), 0.0, 1.0) for name, value in table.content.items()}
    if found and abs(sum(found.values()) - 1) > 1e-6:
        raise fault("weights", total=f"{sum(found.values()):g}")
    return found


def _limits(door: Door) -> Limits:
    table = door.table("limits")
    found = Limits(
        _maybe(table, "loss_probability", 0.0, 1.0),
        _maybe(table, "tail_loss", 0.0, LARGEST),
        _maybe(table, "payback", 0.0, float(LONGEST_LIFE)),
        _maybe(table, "share", 0.0, 1.0),
        _maybe(table, "direction_share", 0.0, 1.0),
    )
    table.done()
    return found


def _once(names: Sequence[str], where: str) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise fault("twice", where=where, name=twice[0])


def _check_together(plan: Plan) -> None:
    """What single values cannot show. Raises BadInput."""
    if plan.last - plan.start > LONGEST_LIFE:
        raise fault("too_long", years=plan.last - plan.start, most=LONGEST_LIFE)
    count = sum(len(each.lines) for each in plan.openings)
    if count > MOST_IN_ALL:
        raise fault("too_many_lines", count=count, most=MOST_IN_ALL)
    followed = set(plan.followed)
    if plan.prices == "nominal" and plan.inflation is not None:
        raise fault("inflation_in_nominal", where="inflation")
    if plan.prices == "real" and (money := sorted(followed & set(PRICE_DRIVERS))):
        raise fault("inflation_in_real", driver=money[0])
    own = {each.name for each in plan.drivers}
    for name in sorted(own - followed):
        raise fault("idle_driver", where=f"driver.{name}", near=near(name, followed) or ("–",))
    for pair in plan.correlations:
        for name in pair:
            _known(name, followed, "correlation")
    lines = {line.name for opening in plan.openings for line in opening.lines}
    for scenario in plan.scenarios:
        where = f"scenario[{scenario.name}]"
        for name in (*scenario.growth, *scenario.level, *scenario.moves):
            _known(name, followed, where)
        for name in scenario.lines:
            _known(name, lines, f"{where}.lines")
    names = {*RESERVED, *(each.name for each in plan.scenarios)}
    for name in plan.weights:
        _known(name, names, "weights")
    openings = {each.name for each in plan.openings}
    for opening in plan.openings:
        if opening.requires:
            where = f"opening[{opening.name}].requires"
            if len(openings) == 1:
                raise fault("no_other_opening", where=where, name=opening.requires)
            _known(opening.requires, openings - {opening.name}, where)
    _check_bases(plan)
    if (plan.limits.share is not None or plan.limits.direction_share is not None) and plan.budget is None:
        raise fault("share_without_budget")


def _check_bases(plan: Plan) -> None:
    """Raises BadInput where an opening needs another that its own word excludes."""
    by_name = {each.name: each for each in plan.openings}
    for opening in plan.openings:
        seen: list[str] = []
        base = opening.requires
        while base and base not in seen:
            seen.append(base)
            if base != opening.name and opening.exclusive and by_name[base].exclusive == opening.exclusive:
                raise fault(
                    "requires_excluded",
                    where=f"opening[{opening.name}].requires",
                    name=base,
                    word=opening.exclusive,
                )
            base = by_name[base].requires


def _known(name: str, there: set[str], where: str) -> None:
    if name not in there:
        raise fault("unknown_name", where=where, name=name[:80], near=near(name, there) or ("–",))


def plan_of_flows(
    flows: Mapping[str, Mapping[int, float]],
    *,
    name: str,
    currency: str,
    prices: str,
    wacc: object = None,
    wacc_prices: str | None = None,
) -> Plan:
    """A plan of net cash flows by year, one opening a name. Raises BadInput, UnitMismatch as `read_plan`."""
    start = min(min(each) for each in flows.values())
    openings = []
    for each, by_year in flows.items():
        years = sorted(by_year)
        missing = tuple(str(one) for one in range(years[0], years[-1] + 1) if one not in by_year)
        if missing:
            raise fault("missing_years", where=each, years=missing)
        openings.append(_of_flows(each, by_year, years))
    content: dict[str, Any] = {
        "name": name,
        "currency": currency,
        "prices": prices,
        "start": start,
        "opening": openings,
    }
    if wacc is not None:
        spread(wacc, "wacc", LOWEST_CAPITAL, 1.0)
        content |= {"wacc": wacc, "wacc_prices": wacc_prices or ""}
        if not wacc_prices:
            raise fault("missing", where="wacc_prices")
    return read_plan(content)


def _of_flows(name: str, by_year: Mapping[int, float], years: Sequence[int]) -> dict[str, Any]:
    """The flows before the first that is not negative are what is laid out."""
    paid = []
    for each in years:
        if by_year[each] >= 0:
            break
        paid.append(each)
    rest = [each for each in years if each not in paid]
    if not rest:
        raise fault("only_outlays", where=name)
    year(rest[0], name)
    return {
        "name": name,
        "outlays": {str(each): -by_year[each] for each in paid},
        "operation": rest[0],
        "lifetime": len(rest),
        "line": [{"name": name, "kind": "net", "values": [by_year[each] for each in rest]}],
    }
