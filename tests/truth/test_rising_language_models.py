"""Exposure and scenarios of language models against what was published."""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.rising.exposure import weighted_exposure
from longwave.measure.rising.scenarios import ACEMOGLU, hulten_gain
from longwave.measure.rising.task_labels import task_exposure

LABELS = {
    ("11-1011.00", "human"): ("0020201200001212201", "221002220000"),
    ("11-1011.00", "gpt4"): ("2022202220221122222", "220222220021"),
    ("11-1011.03", "human"): ("220022222202222100", ""),
    ("11-1011.03", "gpt4"): ("222022212222221122", ""),
    ("11-1021.00", "human"): ("220202102", "22020120"),
    ("11-1021.00", "gpt4"): ("222222222", "22022222"),
}
"""Labels (the digit after E) of the core and of the supplemental tasks of chief executives, chief
sustainability officers and general managers, by human annotators and by GPT-4: data/full_labelset.tsv, rows 0
to 65, of github.com/openai/GPTs-are-GPTs, the data of Eloundou, Manning, Mishkin and Rock (2023)."""

SCORES = {
    ("11-1011.00", "human"): (0.18, 0.35, 0.52),
    ("11-1011.00", "gpt4"): (0.10, 0.46, 0.82),
    ("11-1011.03", "human"): (0.05555555555555555, 0.38888888888888884, 0.7222222222222222),
    ("11-1011.03", "gpt4"): (0.16666666666666666, 0.5555555555555556, 0.9444444444444444),
    ("11-1021.00", "human"): (0.11538461538461538, 0.38461538461538464, 0.6538461538461539),
    ("11-1021.00", "gpt4"): (0.0, 0.4807692307692308, 0.9615384615384616),
}
"""alpha, beta and gamma (our zeta) that the authors published: data/occ_level.csv of the same repository."""


@pytest.mark.parametrize("which", LABELS, ids=lambda each: "-".join(each))
def test_the_published_exposure_of_three_occupations(which: tuple[str, str]) -> None:
    core, supplemental = LABELS[which]
    table = pd.DataFrame(
        {
            "soc": which[0],
            "label": [f"E{digit}" for digit in core + supplemental],
            "kind": ["Core"] * len(core) + ["Supplemental"] * len(supplemental),
        }
    )
    found = task_exposure(table).loc[which[0]]
    assert tuple(found[["alpha", "beta", "zeta"]]) == pytest.approx(SCORES[which], abs=1e-12)


def test_the_gain_of_acemoglu() -> None:
    """Acemoglu (2024), The Simple Macroeconomics of AI: 19.9 % exposed, of which 23 % pay, 27 % saved of
    labour cost, 53.5 % of labour in cost: 4.6 % of tasks, a saving of 14.4 %, 0.66 % of total factor
    productivity in ten years."""
    exposed = ACEMOGLU.exposed
    assert exposed is not None
    parts = [exposed, ACEMOGLU.adopted, ACEMOGLU.saving, ACEMOGLU.labour_share]
    assert exposed.central * ACEMOGLU.adopted.central == pytest.approx(0.046, abs=0.0005)
    assert ACEMOGLU.saving.central * ACEMOGLU.labour_share.central == pytest.approx(0.144, abs=0.0005)
    assert hulten_gain(*(each.central for each in parts)) == pytest.approx(0.0066, abs=0.00005)


def test_the_formula_of_felten_raj_and_seamans() -> None:
    """As in their program (github.com/AIOE-Data/AIOE, AIOE Construction.do): scalar = importance / 5 x level
    / 7; score = sum of scalar x exposure of the ability over the sum of scalars. Two occupations and two
    abilities by hand."""
    importance = pd.DataFrame(
        {"Oral Comprehension": [5.0, 2.0], "Stamina": [1.0, 4.0]}, index=["13-2011", "47-2061"]
    )
    level = pd.DataFrame(
        {"Oral Comprehension": [7.0, 3.5], "Stamina": [0.0, 7.0]}, index=["13-2011", "47-2061"]
    )
    relatedness = pd.Series({"Oral Comprehension": 2.0, "Stamina": -1.0})
    found = weighted_exposure(importance, level, relatedness)
    # 1.0 x 1.0 and 0.2 x 0.0; 0.4 x 0.5 and 0.8 x 1.0.
    assert found.to_list() == pytest.approx([2.0, (0.2 * 2 - 0.8) / (0.2 + 0.8)])
    assert np.isfinite(found).all()
