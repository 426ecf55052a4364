"""The page of a portfolio: what may be lost, where the money is, which limits are passed, what would be better."""

from __future__ import annotations

import pandas as pd

from longwave.core.message import Message, Names, say
from longwave.decide.early_warning.loss import StressedLosses
from longwave.report.document import Chart, Curve, Document, Section, Table
from longwave.workflows.decide.risk_portfolio import PortfolioRisk, figure, findings, named, share_words

_BARS = 10
_ROWS = 200


def document(risk: PortfolioRisk) -> Document:
    """The page, in no language yet."""
    said = findings(risk)
    sections = [_exposure(risk, said)]
    if risk.losses is not None:
        sections.append(_losses(risk))
    sections.append(_limits(risk))
    return Document(
        title=say("early_warning.portfolio_title", name=risk.name),
        lead=say(
            "early_warning.portfolio_lead", count=len(risk.portfolio.table), total=figure(risk.portfolio.total),
            covered=risk.portfolio.covered,
        ),
        headlines=said[:1],
        sections=tuple(sections),
        origins=dict(risk.origins),
        caveats=(*risk.portfolio.remarks, say("early_warning.caveat_formula")),
    )  # fmt: skip


def _exposure(risk: PortfolioRisk, said: tuple[Message, ...]) -> Section:
    charts = [_shares(risk, by) for by in risk.concentrations]
    rest = [each for each in said[1:] if each not in risk.portfolio.remarks]
    return Section(
        key="exposure",
        title=say("early_warning.section_exposure"),
        paragraphs=tuple(rest),
        charts=tuple(charts),
        refusals=risk.refusals,
    )


def _shares(risk: PortfolioRisk, by: str) -> Chart:
    shares = risk.concentrations[by].shares
    shown = shares.iloc[:_BARS]
    names: list[Message | Names] = [named(by, str(each)) for each in shown.index]
    values = list(map(float, shown))
    if len(shares) > _BARS:
        names.append(say("early_warning.others"))
        values.append(float(shares.iloc[_BARS:].sum()))
    return Chart(
        key=f"exposure-{by}",
        kind="bars",
        title=say(f"early_warning.exposure_title_{by}"),
        unit=say("early_warning.exposure_unit"),
        summary=say("early_warning.exposure_summary", largest=names[0], share=share_words(values[0])),
        curves=(Curve(say("early_warning.curve_share"), pd.Series(values, pd.Index(names, dtype=object))),),
        sources=tuple(risk.origins),
        percent=True,
        decimals=1,
        entries=say(f"early_warning.column_{by}"),
    )


def _losses(risk: PortfolioRisk) -> Section:
    assert risk.losses is not None  # noqa: S101
    stressed = risk.stressed
    charts: list[Chart] = []
    told: tuple[Message, ...] = ()
    if stressed is not None:
        charts = [_loss_chart(risk, stressed), _path_chart(risk, stressed)]
        told = tuple(
            say(
                "early_warning.effect_told", variable=each.variable, value=each.value, low=each.low, high=each.high,
                source=each.source,
            )
            for each in stressed.effects
        )  # fmt: skip
    return Section(
        key="losses",
        title=say("early_warning.section_losses"),
        paragraphs=told,
        charts=tuple(charts),
        tables=(positions_table(risk),),
    )


def positions_table(risk: PortfolioRisk) -> Table:
    """Positions by stressed loss, or by expected loss where nothing is stressed; the largest come first."""
    assert risk.losses is not None  # noqa: S101
    table = risk.losses.positions.join(risk.portfolio.table[["pd"]])
    header = ["name", "area", "sector", "amount", "pd", "expected", "capital"]
    order = table["expected"]
    if risk.stressed is not None:
        table = table.join(risk.stressed.positions[["stressed", "worst_pd"]])
        header += ["stressed", "worst"]
        order = table["stressed"]
    ranked = table.loc[order.sort_values(ascending=False, kind="stable").index].head(_ROWS)
    rows = []
    for _, row in ranked.iterrows():
        cells: list[Message | Names | str] = [
            str(row["name"])[:60], named("area", str(row["area"])), str(row["sector"]) or "–",
            figure(float(row["amount"])), f"{row['pd']:.2%}", figure(float(row["expected"])),
            figure(float(row["capital"])),
        ]  # fmt: skip
        if risk.stressed is not None:
            cells += [figure(float(row["stressed"])), f"{row['worst_pd']:.2%}"]
        rows.append(tuple(cells))
    return Table(
        "positions",
        say("early_warning.positions_caption"),
        tuple(say(f"early_warning.column_{name}") for name in header),
        tuple(rows),
        tuple(risk.origins),
    )


def _loss_chart(risk: PortfolioRisk, stressed: StressedLosses) -> Chart:
    top = stressed.positions.sort_values("stressed", ascending=False, kind="stable").head(_BARS)
    names = pd.Index([Names(str(each)[:40]) for each in top["name"]], dtype=object)
    return Chart(
        key="losses",
        kind="bars",
        title=say(
            "early_warning.losses_title", first=stressed.scenario.years[0], last=stressed.scenario.years[-1]
        ),
        unit=say("early_warning.losses_unit"),
        summary=findings(risk)[0],
        curves=(
            Curve(say("early_warning.curve_baseline"), pd.Series(top["baseline"].to_numpy(float), names)),
            Curve(say("early_warning.curve_stressed"), pd.Series(top["stressed"].to_numpy(float), names)),
        ),
        sources=tuple(risk.origins),
        entries=say("early_warning.column_name"),
    )


def _path_chart(risk: PortfolioRisk, stressed: StressedLosses) -> Chart:
    path = stressed.scenario.path
    return Chart(
        key="scenario",
        kind="lines" if len(path) > 1 else "bars",
        title=say("early_warning.scenario_title"),
        unit=say("early_warning.scenario_unit"),
        summary=say("early_warning.scenario_summary", name=stressed.scenario.name),
        curves=tuple(Curve(Names(str(name)), path[name].astype(float)) for name in path),
        sources=tuple(risk.origins),
    )


def _limits(risk: PortfolioRisk) -> Section:
    tables = []
    if risk.breaches:
        tables.append(breaches_table(risk))
    if risk.allocation is not None:
        tables.append(allocation_table(risk))
    return Section(
        key="allocation",
        title=say("early_warning.section_allocation"),
        paragraphs=(say("early_warning.within_limits"),)
        if risk.portfolio.limited and not risk.breaches
        else (),
        tables=tuple(tables),
    )


def breaches_table(risk: PortfolioRisk) -> Table:
    """Limits that are passed, one row each."""
    return Table(
        "breaches",
        say("early_warning.breaches_caption"),
        tuple(say(f"early_warning.column_{name}") for name in ("kind", "name", "amount", "limit", "excess")),
        tuple(
            (
                say(f"early_warning.kind_{each.kind}"),
                named(each.kind, each.name),
                figure(each.amount),
                figure(each.limit),
                figure(each.excess),
            )
            for each in risk.breaches[:_ROWS]
        ),
        tuple(risk.origins),
    )


def allocation_table(risk: PortfolioRisk) -> Table:
    """Amounts that would change, the largest changes first."""
    assert risk.allocation is not None  # noqa: S101
    table = risk.allocation.table
    moved = table[table["change"] != 0]
    # Moves that balance each other are equal but for the last digit, which is another on another processor.
    sizes = (moved["change"].abs() / moved["change"].abs().max()).round(9)
    ranked = moved.loc[sizes.sort_values(ascending=False, kind="stable").index].head(_ROWS)
    return Table(
        "allocation",
        say("early_warning.allocation_caption"),
        tuple(say(f"early_warning.column_{name}") for name in ("name", "amount", "best")),
        tuple(
            (str(row["name"])[:60], figure(float(row["now"])), figure(float(row["best"])))
            for _, row in ranked.iterrows()
        ),
        tuple(risk.origins),
    )
