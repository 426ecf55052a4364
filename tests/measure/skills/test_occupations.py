import numpy as np
import pandas as pd
import pytest

from longwave.measure.skills.occupations import (
    rank_correlation,
    ratings_by_occupation,
    six_digits,
    standardised,
    titles_by_occupation,
    weighted_rank,
    weights_by_occupation,
    with_employment,
)

RATINGS = pd.DataFrame(
    {
        "soc": ["11-1011.00", "11-1011.03", "11-1011.00", "13-2011.01", "bad"],
        "title": ["Chief Executives", "Sustainability Officers", "Chief Executives", "Accountants", "?"],
        "skill": ["Writing", "Writing", "Speaking", "Writing", "Writing"],
        "scale": ["IM", "IM", "IM", "im", "IM"],
        "value": [4.0, 3.0, 5.0, 3.5, 1.0],
    }
)
SURVEY = pd.DataFrame(
    {
        "occ_code": ["11-0000", "11-1011", "13-2011"],
        "occ_group": ["major", "detailed", "detailed"],
        "tot_emp": [7_000_000, 210_160, 1_241_000],
        "a_mean": [119_910.0, 196_050.0, 77_920.0],
    }
)


def test_codes() -> None:
    assert six_digits("11-1011.03") == "11-1011"
    assert six_digits(" 111011 ") == "11-1011"
    assert six_digits("11-101") is None
    assert six_digits("Chief") is None


def test_detailed_occupations_count_equally_within_theirs() -> None:
    means = ratings_by_occupation(RATINGS.rename(columns={"skill": "element"}), "IM")
    assert means.loc["11-1011", "Writing"] == 3.5
    assert np.isnan(means.loc["13-2011", "Speaking"])
    assert list(means.index) == ["11-1011", "13-2011"]


def test_employment_is_joined_from_detailed_rows_only() -> None:
    joined = with_employment(RATINGS, SURVEY)
    assert joined["employment"].iloc[0] == joined["employment"].iloc[1] == 210_160
    assert joined["wage"].iloc[3] == 77_920
    assert np.isnan(joined["employment"].iloc[4])
    known = weights_by_occupation(joined)
    assert known.loc["13-2011", "employment"] == 1_241_000
    assert titles_by_occupation(RATINGS)["11-1011"] == "Chief Executives"


def test_means_and_ranks_by_weight() -> None:
    values, weights = pd.Series([1.0, 2.0, 2.0, 4.0]), pd.Series([1.0, 1.0, 1.0, 7.0])
    scaled = standardised(values, weights)
    assert np.average(scaled, weights=weights) == pytest.approx(0, abs=1e-12)
    assert np.average(scaled**2, weights=weights) == pytest.approx(1)
    assert list(weighted_rank(values, weights)) == pytest.approx([0.05, 0.2, 0.2, 0.65])
    with pytest.raises(ValueError, match="do not vary"):
        standardised(pd.Series([2.0, 2.0]), pd.Series([1.0, 1.0]))


def test_the_rank_correlation_and_its_interval() -> None:
    one = pd.Series(np.arange(20.0))
    r, low, high = rank_correlation(one, one**3)
    assert r == pytest.approx(1)
    assert rank_correlation(one, -one)[0] == pytest.approx(-1)
    rng = np.random.default_rng(2)
    r, low, high = rank_correlation(one, pd.Series(rng.normal(size=20)))
    assert -1 < low < r < high < 1
    with pytest.raises(ValueError, match="ten occupations"):
        rank_correlation(one.head(5), one.head(5))
