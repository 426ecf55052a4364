"""The output gap of the United States in real time, and the debt a year later, against figures from outside.

One-sided Hodrick-Prescott gaps of 100 ln real GDP, 1959Q1-2009Q3, from the macrodata set of statsmodels, last
observation: two independent implementations agree. Debt: the identity worked by hand, as in Escolano (2010), IMF Technical
Notes and Manuals 2010/02. Orphanides and van Norden (2002, Review of Economics and Statistics 84): revisions of real-time
gaps are of the size of the gaps themselves.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from longwave.measure.economy.debt_dynamics import keeping_balance, next_debt
from longwave.measure.economy.real_time_gap import QUARTERLY, real_time_gaps


@pytest.fixture(scope="module")
def output() -> pd.Series:
    values = sm.datasets.macrodata.load_pandas().data["realgdp"].to_numpy(float)
    return pd.Series(values, index=range(4 * 1959, 4 * 1959 + len(values)))


def test_the_last_gap_of_american_output(output):
    value, low, high = real_time_gaps(output, QUARTERLY).interval()
    assert 100 * value == pytest.approx(-2.589931, abs=5e-6)
    assert low < value < high


def test_revisions_are_as_large_as_the_gaps(output):
    found = real_time_gaps(output, QUARTERLY)
    assert 0.6 < found.spread / float(np.sqrt((found.settled["final"] ** 2).mean())) < 1.4
    assert 0.2 < found.correlation < 0.8
    assert 0.2 < found.wrong_sign < 0.5


def test_the_debt_identity():
    assert next_debt(60, 0.04, 0.03, -1) == pytest.approx(61.5825, abs=5e-5)
    assert keeping_balance(60, 0.04, 0.03) == pytest.approx(0.5825, abs=5e-5)
