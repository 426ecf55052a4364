"""The chain's loss against the sum over every sequence of tags."""

import itertools

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from longwave.text.learners.heads import IGNORED
from longwave.text.learners.tag_chain import chain_loss, drawn_tags, words_only
from longwave.text.portable.decode import best_path

TAGS = 3


def made(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Two sentences of 6 tokens with 3 and 2 words, moves and begins."""
    draw = torch.Generator().manual_seed(seed)
    logits = torch.randn(2, 6, TAGS, generator=draw, dtype=torch.float64)
    labels = torch.tensor(
        [[IGNORED, 0, IGNORED, 2, 1, IGNORED], [IGNORED, 1, 1, IGNORED, IGNORED, IGNORED]],
    )
    moves = torch.randn(TAGS, TAGS, generator=draw, dtype=torch.float64)
    begins = torch.randn(TAGS, generator=draw, dtype=torch.float64)
    return logits, labels, moves, begins


def worth(path: tuple[int, ...], scores: np.ndarray, moves: np.ndarray, begins: np.ndarray) -> float:
    total = begins[path[0]] + sum(scores[at, tag] for at, tag in enumerate(path))
    return float(total + sum(moves[a, b] for a, b in itertools.pairwise(path)))


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_is_that_of_enumeration(seed: int) -> None:
    logits, labels, moves, begins = made(seed)
    loss = 0.0
    for row, (places, tags) in enumerate((([1, 3, 4], (0, 2, 1)), ([1, 2], (1, 1)))):
        scores = logits[row, places].numpy()
        every = [
            worth(path, scores, moves.numpy(), begins.numpy())
            for path in itertools.product(range(TAGS), repeat=len(places))
        ]
        loss += np.logaddexp.reduce(every) - worth(tags, scores, moves.numpy(), begins.numpy())
    assert float(chain_loss(logits, labels, moves, begins)) == pytest.approx(loss / 5)


def test_tags_are_drawn_as_often_as_their_sequences_are_likely() -> None:
    logits, _, moves, begins = made(3)
    scores = logits[0, [1, 3, 4]]
    paths = list(itertools.product(range(TAGS), repeat=3))
    worths = np.array([worth(path, scores.numpy(), 2 * moves.numpy(), begins.numpy()) for path in paths])
    chances = np.exp(worths - np.logaddexp.reduce(worths))
    rng, draws = np.random.default_rng(0), 4_000
    drawn = [tuple(drawn_tags(scores, 2 * moves, begins, rng).tolist()) for _ in range(draws)]
    seen = np.array([drawn.count(path) / draws for path in paths])
    assert np.abs(seen - chances).max() < 4 * np.sqrt(0.25 / draws)


def test_a_sentence_without_words_costs_nothing() -> None:
    logits, labels, moves, begins = made(0)
    alone = chain_loss(logits[:1], labels[:1], moves, begins)
    labels[1] = IGNORED
    assert float(chain_loss(logits, labels, moves, begins)) == pytest.approx(float(alone))
    labels[0] = IGNORED
    assert float(chain_loss(logits, labels, moves, begins)) == 0.0


def test_tagged_tokens_move_together_in_their_order() -> None:
    logits, labels, *_ = made(1)
    emissions, tags, there = words_only(logits, labels)
    assert tags[there].tolist() == [0, 2, 1, 1, 1]
    assert there.tolist() == [[True, True, True], [True, True, False]]
    assert torch.equal(emissions[0], logits[0, [1, 3, 4]])


def test_learning_makes_the_right_sequence_the_likeliest() -> None:
    logits, labels, moves, begins = made(2)
    learnt = [
        moves.clone().requires_grad_(),
        begins.clone().requires_grad_(),
        logits.clone().requires_grad_(),
    ]
    steps = torch.optim.Adam(learnt, lr=0.1)
    for _ in range(100):
        steps.zero_grad()
        chain_loss(learnt[2], labels, learnt[0], learnt[1]).backward()
        steps.step()
    scores = learnt[2].detach()[0, [1, 3, 4]].numpy()
    assert best_path(scores, learnt[0].detach().numpy(), learnt[1].detach().numpy()) == [0, 2, 1]
