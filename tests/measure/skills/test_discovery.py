import numpy as np

from longwave.measure.skills.discovery import false_discovery


def test_the_example_of_benjamini_and_hochberg() -> None:
    """Their table of 15 p-values (1995, section 3): four are rejected at 0.05; Bonferroni rejects three."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert false_discovery(p, 0.05) == [True] * 4 + [False] * 11


def test_order_does_not_matter_and_nothing_is_nothing() -> None:
    assert false_discovery([], 0.1) == []
    p = np.array([0.9, 0.001, 0.5])
    assert false_discovery(p, 0.1) == [False, True, False]


def test_a_larger_p_value_is_never_picked_over_a_smaller_one() -> None:
    p = np.random.default_rng(1).uniform(size=40) ** 3
    picked = np.array(false_discovery(p, 0.1))
    assert p[picked].max() < p[~picked].min()
