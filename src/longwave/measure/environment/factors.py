"""The factors of the Kaya identity of an area, as its published figures give them.

    C = P (Y/P) (E/Y) (C/E)        emissions = people x income a head x energy intensity x carbon intensity of energy

What is published is carbon per unit of GDP, energy a person and GDP. So C = intensity x Y and E = energy a person x
P. The GDP within a published intensity is that of the same publisher; in constant prices only its growth matters, and
GDP in constant dollars of the same national accounts grows by the same rate. GDP of other accounts does not: with the
Penn World Table's growth of China emissions would more than double over 2000-2019, with the publisher's own more than
treble. Levels are nobody's tonnes in either case (a price base stands between them), so everything here is an index.

People are GDP over GDP a person where both are of one publisher, else the population as published.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, name_of, not_positive, take

CARBON, ENERGY, PEOPLE = "co2_intensity", "energy_use_per_person", "population"
OUTPUT, OTHER_OUTPUT, PER_PERSON = "real_gdp_usd", "real_gdp", "gdp_per_person"
NAMES = ("population", "income", "energy_intensity", "carbon_intensity")
"""The four factors, in the order of the identity."""


@dataclass(frozen=True, eq=False)
class Factors:
    """table: index = year, columns the four `NAMES` (missing where a figure is missing), emissions, energy and
    output, in units of which only changes mean anything; other_accounts: whether GDP is not of the intensity's kind;
    sources; observed: least share of figures observed; refusals: factors that are missing."""

    table: pd.DataFrame
    other_accounts: bool
    sources: tuple[str, ...]
    observed: float
    refusals: tuple[Refusal, ...]


def read_factors(panel: Panel, area: str) -> Factors | tuple[Refusal, ...]:
    """The factors of an area; refusals alone where emissions or output cannot be had. Zeros are refused by name."""
    carbon, output = _positive(panel, area, CARBON), _output(panel, area)
    if isinstance(carbon, Refusal) or isinstance(output, Refusal):
        return tuple(one for one in (carbon, output) if isinstance(one, Refusal))
    people, energy = _people(panel, area, output), _positive(panel, area, ENERGY)
    table = pd.DataFrame({"output": output.values, "carbon": carbon.values})
    refusals = [one for one in (people, energy) if isinstance(one, Refusal)]
    used = [carbon, output]
    for name, one in (("population", people), ("energy", energy)):
        if isinstance(one, Refusal):
            table[name] = float("nan")
        else:
            table = table.join(one.values.rename(name), how="left")
            used.append(one)
    table["emissions"] = table["carbon"] * table["output"]
    table["energy"] = table["energy"] * table["population"]
    table["income"] = table["output"] / table["population"]
    table["energy_intensity"] = table["energy"] / table["output"]
    table["carbon_intensity"] = table["emissions"] / table["energy"]
    table = table.dropna(subset=["emissions"])
    if table.empty:
        names = tuple(name_of(name) for name in (CARBON, output.variable))
        return (Refusal("emissions", say("measure.no_common_years", names=names)),)
    return Factors(
        table[[*NAMES, "emissions", "energy", "output"]],
        output.variable != OUTPUT,
        tuple(dict.fromkeys(one.source for one in used)),
        min(one.observed for one in used),
        tuple(refusals),
    )


def _positive(panel: Panel, area: str, variable: str) -> Input | Refusal:
    given = take(panel, area, variable)
    return given if isinstance(given, Refusal) else not_positive(given) or given


def _output(panel: Panel, area: str) -> Input | Refusal:
    first = take(panel, area, OUTPUT)
    if isinstance(first, Input):
        return not_positive(first) or first
    second = _positive(panel, area, OTHER_OUTPUT)
    return first if isinstance(second, Refusal) else second


def _people(panel: Panel, area: str, output: Input) -> Input | Refusal:
    """Persons by year: implied by GDP and GDP a person of one publisher, whose years go as far as GDP's, or published."""
    head = take(panel, area, PER_PERSON)
    if isinstance(head, Input) and head.source == output.source and output.variable == OUTPUT:
        bad = not_positive(head)
        if bad:
            return bad
        implied = (output.values / head.values).dropna()
        if len(implied):
            return Input(PEOPLE, implied, "persons", head.source, min(head.observed, output.observed))
    return _positive(panel, area, PEOPLE)
