"""The real pack as the policy loop reads it: a few concepts, countries only."""

from pathlib import Path

import pandas as pd

from longwave.core.area import areas
from longwave.core.panel import Panel

SERIES = {
    "broadband_subscribers": ("broadband_subscribers_per_100_people", 0.01, "share of population"),
    "rd_intensity": ("GB.XPD.RSDV.GD.ZS", 0.01, "share of GDP"),
    "tfp_published": ("rtfpna", 1.0, "index"),
    "tfp_level": ("ctfp", 1.0, "index USA=1"),
    "real_gdp_usd": ("total_gdp_us_inflation_adjusted", 1e-6, "million USD, constant"),
    "inflation": ("FP.CPI.TOTL.ZG", 0.01, "share"),
    "unemployment_rate": ("aged_15plus_unemployment_rate_percent", 0.01, "share"),
    "exports_share": ("exports_percent_of_gdp", 0.01, "share of GDP"),
    "imports_share": ("imports_percent_of_gdp", 0.01, "share of GDP"),
    "terms_of_trade": ("net_barter_terms_of_trade_2015_100", 1.0, "index 2015=100"),
    "co2_intensity": (
        "co2_intensity_of_economic_output_kg_co2_per_2021_ppp_of_gdp",
        1.0,
        "kg CO2 per 2021 PPP $ of GDP",
    ),
    "energy_use_per_person": ("energy_use_per_person", 1.0, "kg of oil equivalent per person"),
    "fdi_inflows_share": ("foreign_direct_investment_net_inflows_percent_of_gdp", 0.01, "share of GDP"),
    "gdp_per_person": ("gdppercapita_us_inflation_adjusted", 1.0, "USD, constant"),
}


def real_world(pack: Path, *names: str) -> Panel:
    """The concepts by name from the pack's table; years in which a figure was observed."""
    codes = {SERIES[name][0]: name for name in names}
    rows = pd.read_parquet(
        pack / "panel.parquet", filters=[("variable", "in", list(codes)), ("is_country", "==", True)]
    ).dropna(subset=["value"])
    known = {code for code, each in areas().items() if not each.aggregate}
    table = pd.DataFrame(
        {
            "area": rows["iso3"].astype(str).to_numpy(),
            "variable": [codes[str(code)] for code in rows["variable"]],
            "period": rows["year"].astype(str).to_numpy(),
            "value": rows["value"].to_numpy(float),
            "source": "world",
        }
    )
    table["value"] *= table["variable"].map({name: SERIES[name][1] for name in names})
    table["unit"] = table["variable"].map({name: SERIES[name][2] for name in names})
    table = table[table["area"].isin(known)]
    return Panel.of(table.drop_duplicates(["area", "variable", "period"]))
