"""The table: whole, monotone, and read between its points."""

import pytest

from longwave.measure.breaks import critical


@pytest.mark.parametrize("trimming", critical.TRIMMINGS)
@pytest.mark.parametrize("q", range(1, 11))
def test_values_rise_with_regressors_and_rarity(q: int, trimming: float) -> None:
    law = critical.sup_f(1, q, trimming)
    assert [law.critical(level) for level in (0.1, 0.05, 0.01)] == sorted(
        law.critical(level) for level in (0.1, 0.05, 0.01)
    )
    if q > 1:
        assert law.critical(0.05) > critical.sup_f(1, q - 1, trimming).critical(0.05)
    assert critical.ud_max(2, q, trimming).critical(0.05) >= law.critical(0.05) - 0.25
    assert critical.wd_max_critical(2, q, trimming, 0.05) > critical.sup_f(2, q, trimming).critical(0.05)


def test_less_trimming_makes_critical_values_larger() -> None:
    values = [critical.sup_f(1, 1, trim).critical(0.05) for trim in (0.05, 0.07, 0.10, 0.12, 0.15, 0.25)]
    assert values == sorted(values, reverse=True)


def test_p_value_undoes_critical_value() -> None:
    law = critical.sup_f(1, 2, 0.15)
    for level in (0.3, 0.05, 0.033, 0.002):
        assert law.p_value(law.critical(level)) == pytest.approx(level, rel=1e-6)
    assert law.p_value(1e9) == pytest.approx(1e-4)
    assert 0.99 < law.p_value(0.0) <= 1


def test_sequential_values_rise_and_p_values_match_them() -> None:
    values = [critical.next_critical(already, 1, 0.15, 0.05) for already in range(6)]
    assert values == sorted(values)
    for already, value in enumerate(values):
        assert critical.next_p_value(value, already, 1, 0.15) == pytest.approx(0.05, rel=1e-6)


def test_what_is_not_tabled_is_none() -> None:
    assert critical.sup_f(1, 11, 0.15) is None
    assert critical.sup_f(1, 1, 0.4) is None
    assert critical.next_critical(0, 11, 0.15, 0.05) is None
    assert critical.next_p_value(9.0, 0, 11, 0.15) is None
    assert critical.wd_max_critical(3, 1, 0.15, 0.07) is None
