"""A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001), fitted by CRFsuite (Okazaki 2007).

p(tags | words) is proportional to exp of the sum over words of W[features of the word, tag] + S[tag before, tag]. The
weights are those of the greatest sum of log p over train, less c1 |w| and c2 w^2: the first leaves most features without
weight, so that they need not be kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.core.message import say
from longwave.core.optional import require
from longwave.text.baselines.bio import barriers
from longwave.text.portable.decode import ILLEGAL, best_path

ITERATIONS = 100
_AT_ONCE = 2_048
"""Tokens whose weights are looked up together."""


@dataclass(frozen=True)
class Encoded:
    """A sentence: the numbers of the features of each token, and the number of each token's tag."""

    features: Sequence[Sequence[int]]
    tags: Sequence[int]


@dataclass(frozen=True)
class Penalty:
    """c1: of absolute weights; c2: of their squares."""

    c1: float
    c2: float


@dataclass(frozen=True)
class TagWeights:
    """features (names + 1, tags), the last row 0; start (tags,); steps (from, to). Barriers are in start and steps."""

    features: NDArray[np.float32]
    start: NDArray[np.float64]
    steps: NDArray[np.float64]

    def emissions(self, features: NDArray[np.int32]) -> NDArray[np.float64]:
        """(tokens, tags). features: (tokens, most of any token), filled up with the number of names."""
        parts = [features[start : start + _AT_ONCE] for start in range(0, len(features), _AT_ONCE)]
        sums = [self.features[part].sum(axis=1, dtype=np.float64) for part in parts]
        return np.concatenate(sums) if sums else np.zeros((0, self.features.shape[1]))

    def best(self, emissions: NDArray[np.float64]) -> NDArray[np.int64]:
        """The tag of each token in the likeliest legal run."""
        return np.array(best_path(emissions, self.steps, self.start), dtype=np.int64)

    def weighty(self) -> NDArray[np.int64]:
        """Numbers of the features that have any weight."""
        return np.flatnonzero(self.features[:-1].any(axis=1))

    def of(self, kept: NDArray[np.int64]) -> TagWeights:
        """Of these features alone, numbered anew in their order."""
        return TagWeights(self.features[np.append(kept, -1)], self.start, self.steps)


def learn_tags(
    sentences: Sequence[Encoded],
    names: int,
    tags: Sequence[str],
    penalty: Penalty,
    watch: Callable[[int], None],
) -> TagWeights:
    """watch: told the number of iterations done, at most `ITERATIONS`. The same sentences give the same weights. Raises
    MissingPackage without python-crfsuite."""
    crfsuite: Any = require("pycrfsuite", why=str(say("text_baselines.why_crfsuite")), extra="text")
    settings = {"c1": penalty.c1, "c2": penalty.c2, "max_iterations": ITERATIONS}
    trainer = _watched(crfsuite, watch)(
        "lbfgs", {**settings, "feature.possible_transitions": True}, verbose=True
    )
    for sentence in sentences:
        # Numbers for names: CRFsuite's own texts end at a zero byte, which a caller's word may hold.
        trainer.append(
            [[str(each) for each in found] for found in sentence.features],
            [str(tag) for tag in sentence.tags],
        )
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = crfsuite.Tagger()
        tagger.open(path)
        found = tagger.info()
        tagger.close()
    return _weights(found, names, tags, {tag for sentence in sentences for tag in sentence.tags})


def _weights(found: Any, names: int, tags: Sequence[str], seen: set[int]) -> TagWeights:
    """A tag that no sentence bears has no weight, and is never given."""
    steps, start = barriers(tags)
    features = np.zeros((names + 1, len(tags)), dtype=np.float32)
    for (feature, tag), weight in found.state_features.items():
        features[int(feature), int(tag)] = weight
    for (before, tag), weight in found.transitions.items():
        steps[int(before), int(tag)] += weight
    unseen = [tag for tag in range(len(tags)) if tag not in seen]
    start[unseen] = ILLEGAL
    steps[:, unseen] = ILLEGAL
    return TagWeights(features, start, steps)


def _watched(crfsuite: Any, watch: Callable[[int], None]) -> Any:
    """CRFsuite's trainer, which tells of its steps by methods that are there to be put in their place."""

    class Watched(crfsuite.Trainer):
        def on_start(self, log: str) -> None: ...
        def on_featgen_progress(self, log: str, percent: int) -> None: ...
        def on_featgen_end(self, log: str) -> None: ...
        def on_prepared(self, log: str) -> None: ...
        def on_prepare_error(self, log: str) -> None: ...
        def on_optimization_end(self, log: str) -> None: ...
        def on_end(self, log: str) -> None: ...

        def on_iteration(self, log: str, info: dict[str, Any]) -> None:
            watch(int(info["num"]))

    return Watched
