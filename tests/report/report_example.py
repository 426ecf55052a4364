"""A report with all that a report can hold, on made-up figures: two areas, every kind of chart, long sentences in
both languages, gaps, refusals, and a source that states no licence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, catalogue, say
from longwave.core.origin import Licence, Origin
from longwave.report.document import Band, Chart, Curve, Document, Mark, Section, Table

USA, CHN = Names("United States", "美国"), Names("China", "中国")
CC_BY = Licence("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
ORIGINS = {
    "pwt": Origin(
        "pwt", "Penn World Table", "Groningen Growth and Development Centre", "11.0", "2025-10-07", CC_BY,
        url="https://www.rug.nl/ggdc/productivity/pwt/", retrieved="2026-11-20", sha256="5f" * 32,
        attribution="Feenstra, Inklaar and Timmer (2015), The Next Generation of the Penn World Table",
    ),
    "wdi": Origin(
        "wdi", "World Development Indicators", "World Bank", "2026-10", "2026-10-15", CC_BY,
        url="https://databank.worldbank.org/", retrieved="2026-11-20", sha256="a1" * 32,
    ),
    "survey": Origin(
        "survey", "Survey of firms", "National Bureau of Surveys", "", "", Licence.from_text(""),
        retrieved="2026-11-21", sha256="0c" * 32,
    ),
}  # fmt: skip


def learn_words() -> None:
    """Enters this example's sentences into the catalogue, as a room's own file would."""
    words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    catalogue().update({f"example.{key}": texts for key, texts in words.items()})


def given(en: str, zh: str = "") -> Message:
    """Any text at all as a message."""
    return say("example.given", text=Names(en, zh))


def series(first: int, values: object) -> pd.Series:
    numbers = np.asarray(values, dtype=float)
    return pd.Series(numbers, index=[str(first + step) for step in range(len(numbers))])


def chart(key: str, kind: str, curves: tuple[Curve, ...], **more: object) -> Chart:
    sources = more.pop("sources", ("pwt",))
    words = {part: say(f"example.{key}_{part}") for part in ("unit", "summary")} | more
    return Chart(key=key, kind=kind, title=say(f"example.{key}"), curves=curves, sources=sources, **words)


def productivity() -> Chart:
    draw = np.random.default_rng(1)
    usa = 29 * np.exp(np.cumsum(np.r_[0, draw.normal(0.0177, 0.012, 63)]))
    china = 1.5 * np.exp(np.cumsum(np.r_[0, draw.normal(0.039, 0.03, 63)]))
    china[7:10] = np.nan
    marks = (
        Mark("2005", "2005", say("example.break_year")),
        *(
            Mark(a, b, say("example.recession"))
            for a, b in (("1974", "1975"), ("1981", "1982"), ("2008", "2009"))
        ),
        Mark("2023", "2023", say("example.last_observed")),
    )
    curves = (Curve(USA, series(1960, usa)), Curve(CHN, series(1960, china)))
    return chart("productivity", "lines", curves, marks=marks, decimals=1, note=say("example.chart_note"))


def contributions() -> Chart:
    draw = np.random.default_rng(2)
    capital = draw.normal(0.035, 0.008, 24)
    labour = np.r_[draw.normal(0.006, 0.003, 12), draw.normal(-0.002, 0.003, 12)]
    tfp = draw.normal(0.012, 0.016, 24)
    curves = (
        Curve(say("example.capital"), series(2000, capital)),
        Curve(say("example.labour"), series(2000, labour)),
        Curve(say("example.tfp"), series(2000, tfp)),
        Curve(say("example.total"), series(2000, capital + labour + tfp), dashed=True),
    )
    return chart(
        "contributions", "stacked_bars", curves, unit=say("example.points"), percent=True, decimals=1
    )


def shares() -> Chart:
    time = np.arange(64) / 63
    agriculture = 0.36 - 0.29 * time
    services = 0.25 + 0.30 * time + 0.02 * np.sin(8 * time)
    parts = [agriculture, 1 - agriculture - services, services]
    for part in parts:
        part[7:10] = np.nan
    names = ("agriculture", "industry", "services")
    curves = tuple(Curve(say(f"example.{n}"), series(1960, p)) for n, p in zip(names, parts, strict=True))
    return chart("shares", "stack", curves, percent=True, decimals=1, sources=("wdi",))


def research() -> Chart:
    years = ["2000", "2010", "2020", "2023"]
    usa, china = np.array([0.0263, 0.0271, 0.0342, 0.0359]), np.array([np.nan, 0.0171, 0.0241, 0.0265])
    curves = (Curve(USA, pd.Series(usa, years)), Curve(CHN, pd.Series(china, years)))
    bands = tuple(
        Band(pd.Series(values - 0.0015, years), pd.Series(values + 0.0015, years), 0.95, place)
        for place, values in enumerate((usa, china))
    )
    return chart("research", "bars", curves, bands=bands, percent=True, sources=("wdi", "survey"))


def causes() -> Chart:
    names = [
        Names("Access to skilled workers", "熟练工人不足"),
        Names("Cost and availability of long-term finance", "长期融资的成本与可得性"),
        Names(
            "Uncertainty about rules, standards and permits across regions",
            "各地规则、标准与行政许可存在不确定性",
        ),
        Names("Energy prices", "能源价格"),
        Names("Lack of customers", "需求不足"),
        Names("Old equipment", "设备老化"),
        Names("Other", "其他"),
    ]
    curves = (
        Curve(USA, pd.Series([0.44, 0.21, 0.30, 0.18, 0.26, 0.09, np.nan], names)),
        Curve(CHN, pd.Series([0.31, 0.38, 0.22, 0.15, 0.41, 0.12, 0.05], names)),
    )
    return chart("causes", "bars", curves, percent=True, decimals=0, sources=("survey",))


def fan() -> Chart:
    draw = np.random.default_rng(3)
    past = series(1990, draw.normal(0.017, 0.011, 34))
    ahead = [str(year) for year in range(2024, 2036)]
    mean = pd.Series(0.014 + 0.002 * np.exp(-np.arange(12) / 3), ahead)
    spread = 0.011 * np.sqrt(1 + 0.08 * np.arange(12))
    bands = tuple(
        Band(mean - width * spread, mean + width * spread, level, 1)
        for level, width in ((0.5, 0.674), (0.8, 1.282), (0.95, 1.960))
    )
    curves = (Curve(say("example.observed"), past), Curve(say("example.forecast"), mean, dashed=True))
    marks = (Mark("2023", "2023", say("example.last_observed")),)
    return chart("fan", "lines", curves, bands=bands, marks=marks, percent=True, decimals=1)


def patents() -> Chart:
    time = np.arange(39)
    curves = (
        Curve(USA, series(1985, 116_000 * np.exp(0.045 * time))),
        Curve(CHN, series(1985, 8_500 * np.exp(0.15 * time))),
    )
    return chart("patents", "lines", curves, log=True, decimals=0, sources=("wdi", "elsewhere"))


def quarterly() -> Chart:
    index = [f"{2017 + step // 4}-Q{step % 4 + 1}" for step in range(28)]
    values = pd.Series(0.045 + 0.08 * np.exp(-((np.arange(28) - 13.4) ** 2) / 2), index)
    return chart("quarterly", "lines", (Curve(USA, values),), percent=True, decimals=1, sources=("wdi",))


def overview() -> Table:
    rows = (
        (Names("Growth of output", "产出增速"), "2.1%", "5.8%", 2023),
        (Names("Output per hour, 2017 US dollars", "每小时产出（2017 年美元）"), 88.2, 17.4, 2023),
        (Names("Research and development, share of GDP", "研发投入强度"), "3.59%", "2.65%", 2023),
        (Names("Return on capital", "资本回报率"), "9.4%", "–", 2022),
    )
    header = (say("example.indicator"), USA, CHN, say("example.latest"))
    return Table("overview", say("example.overview"), header, rows, ("pwt", "wdi"))


def document() -> Document:
    """The whole example. The catalogue must have learnt its words."""
    finding = say("example.finding_growth", area=CHN, rate=0.058, first="2000", last="2023", share=0.21)
    table = Table(
        "periods", say("example.short_table"), (say("report.period"), USA, CHN),
        (("1960–1979", "3.9%", "5.2%"), ("1980–1999", "3.2%", "(9.6%)"), ("2000–2023", "2.1%", "")), ("pwt",),
    )  # fmt: skip
    refusals = (
        Refusal("return_on_capital", say("example.refused_return"), say("example.refused_mend")),
        Refusal("services_share", say("example.refused_break")),
    )
    return Document(
        title=say("example.title"),
        lead=say("example.lead"),
        headlines=(finding, say("example.finding_fade"), say("example.productivity_summary")),
        overview=(overview(),),
        sections=(
            Section(
                "growth", say("example.section_growth"), (say("example.growth_text"),),
                (productivity(), contributions()), (table,), refusals[:1],
            ),
            Section(
                "structure", say("example.section_structure"), (), (shares(), research(), causes()), (), refusals[1:]
            ),
            Section("outlook", say("example.section_outlook"), (), (fan(), patents(), quarterly())),
        ),
        origins=ORIGINS,
        caveats=(say("example.caveat_1"), say("example.caveat_2")),
    )  # fmt: skip
