"""A structured perceptron with averaged weights (Collins 2002): tags of a sentence are the best legal run under a
linear score.

score(run) = sum over tokens of W[features of the token, tag] + S[tag before, tag]. After each sentence that is
decoded wrongly the right run's features gain 1 and the found run's lose 1; the weights kept are the mean over all
sentences seen, which is what makes the perceptron hold up on unseen text (its convergence and mistake bound are in
the paper). The pass that does best on dev is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from longwave.text.baselines.bio import barriers
from longwave.text.portable.decode import best_path


@dataclass(frozen=True)
class Encoded:
    """A sentence: features (tokens, most of any token), filled up with the last row of the weights, which stays 0."""

    features: np.ndarray
    tags: np.ndarray


@dataclass(frozen=True)
class TagWeights:
    """features (names + 1, tags), the last row 0; start (tags,); steps (from, to). Barriers are in start and steps."""

    features: np.ndarray
    start: np.ndarray
    steps: np.ndarray

    def emissions(self, features: np.ndarray) -> np.ndarray:
        """(tokens, tags)."""
        return np.asarray(self.features[features].sum(axis=1, dtype=np.float64))

    def best(self, features: np.ndarray) -> np.ndarray:
        if not len(features):
            return np.zeros(0, dtype=np.int64)
        return np.array(best_path(self.emissions(features), self.steps, self.start))


def learn_tags(
    sentences: Sequence[Encoded],
    names: int,
    tags: Sequence[str],
    judge: Callable[[TagWeights], float],
    *,
    passes: int,
    seed: int,
    watch: Callable[[int], None],
) -> tuple[TagWeights, int]:
    """The averaged weights of the best pass and its number. judge: higher is better; two passes without gain end it."""
    rng = np.random.default_rng(seed)
    step_wall, start_wall = barriers(tags)
    now = _Sums.zeros(names, len(tags))
    later = _Sums.zeros(
        names, len(tags)
    )  # each change times the sentences seen before it: mean = now - later / seen
    seen = 1
    best: tuple[float, TagWeights, int] | None = None
    for count in range(1, passes + 1):
        for place in rng.permutation(len(sentences)):
            sentence = sentences[place]
            _correct(sentence, now, later, seen, start_wall, step_wall)
            seen += 1
        weights = TagWeights(
            now.features - later.features / np.float32(seen),
            now.start - later.start / seen + start_wall,
            now.steps - later.steps / seen + step_wall,
        )
        score = judge(weights)
        watch(count)
        if best is None or score > best[0]:
            best = (score, weights, count)
        elif count - best[2] >= 2:
            break
    if best is None:
        raise ValueError("at least one pass is needed")
    return best[1], best[2]


@dataclass(frozen=True)
class _Sums:
    features: np.ndarray
    start: np.ndarray
    steps: np.ndarray

    @classmethod
    def zeros(cls, names: int, tags: int) -> _Sums:
        return cls(np.zeros((names + 1, tags), dtype=np.float32), np.zeros(tags), np.zeros((tags, tags)))


def _correct(
    sentence: Encoded, now: _Sums, later: _Sums, seen: int, start_wall: np.ndarray, step_wall: np.ndarray
) -> None:
    if not len(sentence.tags):
        return
    emissions = now.features[sentence.features].sum(axis=1)
    found = np.array(best_path(emissions, now.steps + step_wall, now.start + start_wall))
    right = sentence.tags
    wrong = np.flatnonzero(found != right)
    if not len(wrong):
        return
    last = len(now.features) - 1
    rows = sentence.features[wrong]
    for tag, sign in ((right[wrong], 1.0), (found[wrong], -1.0)):
        columns = np.broadcast_to(tag[:, None], rows.shape)
        np.add.at(now.features, (rows, columns), sign)
        np.add.at(later.features, (rows, columns), sign * seen)
    now.features[last] = later.features[last] = 0.0
    for run, sign in ((right, 1.0), (found, -1.0)):
        for sums, size in ((now, sign), (later, sign * seen)):
            sums.start[run[0]] += size
            np.add.at(sums.steps, (run[:-1], run[1:]), size)
