"""Trains and runs the recurrent networks on plain lists and arrays, on one thread, by seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from longwave.text.baselines.heldout import goodness
from longwave.text.baselines.lstm import LONGEST, MOST_WORDS
from longwave.text.baselines.recurrent.classifier import Classifier, Size, classifier_batch
from longwave.text.baselines.recurrent.learning import Pace, arrays_of, fill, fits, learn
from longwave.text.baselines.recurrent.words import Vocabulary, buckets, ends
from longwave.text.portable.linear import probabilities


@dataclass(frozen=True)
class TrainedClassifier:
    """judged: logits of the held-out rows (rows, outputs), by the weights kept."""

    words: list[str]
    size: Size
    arrays: dict[str, np.ndarray]
    judged: np.ndarray
    score: float
    passes: int


@contextmanager
def one_thread(seed: int) -> Iterator[None]:
    """One thread and this seed inside, the caller's threads and random state again behind: results do not hang on either."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


def train_classifier(
    texts: Sequence[Sequence[str]],
    truth: np.ndarray,
    inside: np.ndarray,
    judge: np.ndarray,
    several: bool,
    seed: int,
    watch: Callable[[int, int], None],
) -> TrainedClassifier:
    """texts: words of each row; truth (rows, labels); inside, judge: places to learn from and to stop by."""
    words = Vocabulary.of((texts[k] for k in inside), 2 if len(inside) >= 500 else 1, MOST_WORDS)
    numbers = [words.numbers(ends(text, LONGEST)) for text in texts]
    size = Size(words.size, 64, 64, truth.shape[1])
    with one_thread(seed):
        network = Classifier(size)
        wanted = torch.from_numpy(truth).float() if several else torch.from_numpy(truth.argmax(axis=1))
        measure = nn.BCEWithLogitsLoss() if several else nn.CrossEntropyLoss()

        def loss_of(places: np.ndarray) -> torch.Tensor:
            rows = inside[places]
            logits = network(*classifier_batch([numbers[k] for k in rows]))
            return measure(logits, wanted[torch.from_numpy(rows)])

        def score() -> float:
            logits = _logits(network, [numbers[k] for k in judge], truth.shape[1])
            chances = probabilities(logits, 1.0, truth.shape[1], several)
            best = (chances >= 0.5) if several else np.eye(truth.shape[1])[chances.argmax(axis=1)]
            # A little of the likelihood parts passes that decide alike, as all do before many labels begin to be learnt.
            return goodness(truth[judge], np.asarray(best, float)) + 1e-3 * float(
                np.mean(np.sum(truth[judge] * np.log(chances + 1e-9), axis=1))
            )

        found, passes = learn(
            network, [len(numbers[k]) for k in inside], loss_of, score, _pace(len(inside)), seed, watch
        )
        judged = _logits(network, [numbers[k] for k in judge], truth.shape[1])
    return TrainedClassifier(list(words.places), size, arrays_of(network), judged, found, passes)


def _pace(rows: int) -> Pace:
    """Small sets want many short passes, large ones few; about as many steps, between 4 and 30 passes."""
    batch = 64 if rows >= 5000 else 32 if rows >= 1000 else 16
    return Pace(int(np.clip(100_000 // max(rows, 1), 4, 30)), batch, 2e-3)


def classifier_logits(
    words: list[str], size: dict[str, int], arrays: dict[str, np.ndarray], texts: Sequence[Sequence[str]]
) -> np.ndarray:
    vocabulary = Vocabulary({word: place for place, word in enumerate(words, start=2)})
    with one_thread(0):
        network = Classifier(Size(**size))
        fill(network, arrays)
        return _logits(network, [vocabulary.numbers(ends(text, LONGEST)) for text in texts], size["outputs"])


def classifier_fits(size: dict[str, int], arrays: dict[str, np.ndarray]) -> bool:
    with torch.device("meta"):
        return fits(Classifier(Size(**size)), arrays)


def _logits(network: Classifier, numbers: list[np.ndarray], outputs: int) -> np.ndarray:
    found = np.zeros((len(numbers), outputs))
    with torch.no_grad():
        for places in buckets([len(each) for each in numbers], 128, None):
            found[places] = network(*classifier_batch([numbers[k] for k in places])).numpy()
    return found
