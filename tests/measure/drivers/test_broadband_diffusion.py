import numpy as np

from longwave.measure.drivers.broadband_diffusion import measure_broadband


def gompertz(last, ceiling=0.4, speed=0.25, noise=0.002, seed=1):
    rng = np.random.default_rng(seed)
    return {
        year: float(ceiling * np.exp(-np.exp(-speed * (year - 2006))) + noise * rng.normal() ** 2)
        for year in range(1999, last + 1)
    }


def test_a_ceiling_is_told_after_the_bend(panel_of):
    found = measure_broadband(panel_of({"broadband_subscribers": gompertz(2023)}), "AAA")
    ceiling, reached = found.estimate("broadband_ceiling"), found.estimate("broadband_share_of_ceiling")
    assert ceiling.low <= 0.4 <= ceiling.high + 0.01
    assert reached.low <= reached.value <= reached.high
    assert abs(found.table["gap"].iloc[-1]) < 0.1


def test_none_before_it(panel_of):
    early = {2000 + step: 0.001 * 1.25**step for step in range(20)}
    found = measure_broadband(panel_of({"broadband_subscribers": early}), "AAA")
    assert not found.estimates
    assert "no ceiling is told" in str(found.refusals[-1].reason)


def test_lines_beyond_one_a_person_are_refused(panel_of):
    found = measure_broadband(panel_of({"broadband_subscribers": {2000: 0.1, 2001: 38.0}}), "AAA")
    assert found.refusals
    assert found.table.empty


def test_few_years_give_the_figures_only(panel_of):
    found = measure_broadband(panel_of({"broadband_subscribers": {2020: 0.1, 2021: 0.12}}), "AAA")
    assert not found.estimates
    assert len(found.table) == 2
    assert found.refusals


def test_rounding_before_the_take_off_is_left_out(panel_of):
    values = dict.fromkeys(range(1990, 1999), 0.0) | gompertz(2023)
    found = measure_broadband(panel_of({"broadband_subscribers": values}), "AAA")
    assert found.table.index[0] == "1999"
