"""Chains of tags against the worked example of a textbook: ice creams eaten and the weather.

Jurafsky and Martin, Speech and Language Processing (3rd ed. draft), appendix on hidden Markov models, figures of the
forward and the Viterbi trellis: v1(H) = .32, v1(C) = .02, v2(H) = .0384, v2(C) = .064, alpha2(H) = .0404, alpha2(C) = .069.
"""

import numpy as np
import pytest

from longwave.text.portable.decode import best_path, marginals

HOT, COLD = 0, 1
BEGINS = np.log([0.8, 0.2])
MOVES = np.log([[0.6, 0.4], [0.5, 0.5]])
CONES = np.log([[0.2, 0.5], [0.4, 0.4], [0.4, 0.1]])
"""Rows: one, two, three cones; columns: hot, cold."""


def test_the_likeliest_weather() -> None:
    assert best_path(CONES[[2, 0]], MOVES, BEGINS) == [HOT, COLD]
    assert best_path(CONES[[2, 0, 2]], MOVES, BEGINS) == [HOT, COLD, HOT]


def test_the_chance_of_each_days_weather() -> None:
    second = marginals(CONES[[2, 0]], MOVES, BEGINS)[1]
    assert second == pytest.approx([0.0404 / 0.1094, 0.069 / 0.1094], abs=1e-12)


def test_the_loss_is_the_share_of_one_path_in_all() -> None:
    pytest.importorskip("torch")
    import torch

    from longwave.text.learners.tag_chain import chain_loss

    logits = torch.tensor(CONES[[2, 0]])[None]
    loss = chain_loss(logits, torch.tensor([[HOT, COLD]]), torch.tensor(MOVES), torch.tensor(BEGINS))
    assert float(loss) == pytest.approx(-np.log(0.064 / 0.1094) / 2)
