"""The composite: off unless asked for, and never without the interval of each unit's place.

Refused where there are too few units or indicators, where too much is missing, and where the places depend so much
on the choices that a table of ranks would be a table of choices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.measure.scorecard.indicators import (
    FEWEST_INDICATORS,
    FEWEST_UNITS,
    MOST_MISSING,
    Indicators,
)
from longwave.measure.scorecard.links import cronbach_alpha
from longwave.measure.scorecard.robustness import Choices, Kitchen, Recipe, Robustness, robustness

WIDE = 0.5
"""A unit's place is not told where its interval spans more than this part of the table."""

MEANINGLESS = 0.5
"""The whole ranking is refused where more than this part of the units have no place that can be told."""


@dataclass(frozen=True, eq=False)
class Composite:
    """A composite with its doubt.

    frame: index = unit; score (baseline, unit of its aggregation), rank (baseline), rank_low, rank_high,
    rank_median, place (score scaled to 0 for the last and 1 for the first), place_low, place_high, missing (share
    of the unit's figures), told (whether the interval is narrow enough to speak of a place), indicator columns
    `part_<name>`: what each indicator adds to the score in the arithmetic mean, so that the way back to the
    details is open (step 9). robustness: draws and effects; alpha: Cronbach's, None where it cannot be computed;
    treated: indicators treated as outliers in the baseline; filled: cells filled in it.
    """

    frame: pd.DataFrame
    baseline: Recipe
    robustness: Robustness
    alpha: float | None
    treated: tuple[str, ...]
    filled: int
    level: float

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(str(unit) for unit in self.frame.index[self.frame["told"]])


def composite(
    table: Indicators,
    baseline: Recipe | None = None,
    choices: Choices | None = None,
    *,
    draws: int = 2000,
    effects: bool = True,
    level: float = 0.95,
    seed: int = 0,
) -> Composite | Refusal:
    """The composite of a table with rank and score intervals over all choices, or why there is none.

    Raises ValueError for an unknown choice or one that the figures cannot bear (distance to target with negative
    figures).
    """
    if bad := too_little(table):
        return bad
    recipe = baseline or Recipe()
    found = robustness(table, recipe, choices, draws=draws, effects=effects, level=level, seed=seed)
    kitchen = Kitchen(table, found.choices, seed)
    wide = (found.rank_high - found.rank_low) / (len(table.units) - 1) > WIDE
    if wide.mean() > MEANINGLESS:
        reason = say("scorecard.meaningless", wide=int(wide.sum()), units=len(table.units))
        return Refusal("composite_index", reason, say("scorecard.meaningless_mend"))
    return Composite(
        _frame(table, kitchen, recipe, found, ~wide),
        recipe,
        found,
        _alpha(table),
        tuple(
            name
            for name, flag in zip(
                table.names, kitchen.plan(recipe.imputation, recipe.outliers).flags, strict=True
            )
            if flag
        ),
        int(kitchen.filled(recipe.imputation).flags.sum()),
        level,
    )


def too_little(table: Indicators) -> Refusal | None:
    """A refusal where there are too few units or indicators, or too much is missing."""
    units, width = table.values.shape
    if units < FEWEST_UNITS or width < FEWEST_INDICATORS:
        reason = say(
            "scorecard.too_few", units=units, indicators=width, least=FEWEST_UNITS, fewest=FEWEST_INDICATORS
        )
        return Refusal("composite_index", reason, say("scorecard.side_by_side_mend"))
    gaps = table.missing
    worst_unit, worst = int(gaps.mean(axis=1).argmax()), int(gaps.mean(axis=0).argmax())
    for name, share in (
        (table.units[worst_unit], gaps.mean(axis=1)[worst_unit]),
        (table.names[worst], gaps.mean(axis=0)[worst]),
    ):
        if share > MOST_MISSING:
            reason = say("scorecard.too_much_missing", name=name, share=float(share), most=MOST_MISSING)
            return Refusal("composite_index", reason, say("scorecard.missing_mend"))
    return None


def _alpha(table: Indicators) -> float | None:
    try:
        return cronbach_alpha(table.values)
    except ValueError:
        return None


def _frame(
    table: Indicators, kitchen: Kitchen, recipe: Recipe, found: Robustness, told: np.ndarray
) -> pd.DataFrame:
    from longwave.measure.scorecard.aggregation import places
    from longwave.measure.scorecard.normalisation import min_max

    score = kitchen.one(recipe)
    frame = pd.DataFrame(
        {
            "score": score,
            "rank": places(score),
            "rank_low": found.rank_low,
            "rank_high": found.rank_high,
            "rank_median": found.rank_median,
            "place": min_max(score[:, None])[:, 0],
            "place_low": found.score_low,
            "place_high": found.score_high,
            "missing": table.missing.mean(axis=1),
            "told": told,
        },
        index=pd.Index(table.units, name="unit"),
    )
    scores, weights = kitchen.parts(recipe)
    for place, name in enumerate(table.names):
        frame[f"part_{name}"] = weights[:, place] * np.nan_to_num(scores[:, place])
    # The baseline is one of the ways; where no draw took it, its place still belongs to what can be said.
    frame["rank_low"] = np.minimum(frame["rank_low"], np.floor(frame["rank"]))
    frame["rank_high"] = np.maximum(frame["rank_high"], np.ceil(frame["rank"]))
    frame["place_low"] = np.minimum(frame["place_low"], frame["place"])
    frame["place_high"] = np.maximum(frame["place_high"], frame["place"])
    return frame.sort_values("rank", kind="stable")


def findings(found: Composite) -> tuple[Message, ...]:
    """Sentences, most important first: that it is a composite, how sure the first places are, which choices move
    it, how the indicators hang together."""
    frame = found.frame
    units = len(frame)
    said = [say("scorecard.what_it_is", units=units, draws=len(found.robustness.ranks), level=found.level)]
    first = frame[frame["rank_low"] <= 1]
    if len(first) == 1:
        said.append(say("scorecard.clear_first", unit=str(first.index[0])))
    else:
        said.append(say("scorecard.open_first", count=len(first), units=units, names=tuple(first.index[:8])))
    width = float((frame["rank_high"] - frame["rank_low"]).mean())
    said.append(say("scorecard.mean_width", width=width, units=units, untold=int((~frame["told"]).sum())))
    effects = found.robustness.effects
    if effects is not None and effects.total.max() > 0:
        top = int(np.argmax(effects.total))
        said.append(
            say(
                "scorecard.main_choice",
                choice=say(f"scorecard.choice_{found.robustness.factors[top]}"),
                total=float(effects.total[top]),
                first=float(effects.first[top]),
            )
        )
    if found.alpha is not None:
        key = "scorecard.alpha_low" if found.alpha < 0.7 else "scorecard.alpha"
        said.append(say(key, alpha=found.alpha))
    if found.treated:
        said.append(say("scorecard.treated", names=found.treated))
    gaps = float(frame["missing"].mean())
    if gaps > 0:
        said.append(say("scorecard.missing", share=gaps, filled=found.filled))
    return tuple(said)
