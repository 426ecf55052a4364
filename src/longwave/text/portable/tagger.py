"""The linear tagger as it is kept: names in JSON, numbers in safetensors. Numpy is all it wants.

score of a run of tags = sum over words of weights[features of the word, tag] + steps[tag before, tag]; a tag's chance at a
word is marginal over all legal runs, of scores / T.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .decode import marginals
from .linear import ARRAYS, FACTS, NAMES, read_arrays
from .refused import Refused, broken
from .tagging import Names, read_tokens

Numbers = NDArray[np.float64]


class Tagger:
    """folder: with the three files. Raises Refused for files that are not whole or do not fit together."""

    def __init__(self, folder: Path) -> None:
        try:
            facts = json.loads((folder / FACTS).read_text("utf-8", "surrogatepass"))["learnt"]
            names = json.loads((folder / NAMES).read_text("utf-8", "surrogatepass"))
            self.names = Names(dict(facts["known"]))
            self.temperature = float(facts["temperature"])
            self.tags = tuple(map(str, names["tags"]))
            self.places = {str(name): at for at, name in enumerate(names["features"])}
            arrays = read_arrays(folder / ARRAYS)
            self.weights, self.start, self.steps = (arrays[name] for name in ("weights", "start", "steps"))
        except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise error if isinstance(error, Refused) else broken(folder) from error
        count = len(self.tags)
        if (self.weights.shape, self.start.shape, self.steps.shape) != (
            (len(self.places) + 1, count),
            (count,),
            (count, count),
        ):
            raise broken(folder)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Each tag's chance at each word of a row, in `chances`."""
        return [{"chances": self._chances(list(row["tokens"]))} for row in rows]

    def _chances(self, tokens: Sequence[str]) -> dict[str, Numbers]:
        if not tokens:
            return {tag: np.zeros(0) for tag in self.tags}
        scores = np.array([self._scores(found) for found in read_tokens(tokens, self.names)])
        sure = tag_chances(scores, np.asarray(self.steps), np.asarray(self.start), self.temperature)
        return dict(zip(self.tags, sure.T, strict=True))

    def _scores(self, found: Sequence[str]) -> Numbers:
        known = [self.places[name] for name in found if name in self.places]
        return np.asarray(np.asarray(self.weights[known], float).sum(axis=0), float)


def tag_chances(emissions: Numbers, steps: Numbers, start: Numbers, temperature: float) -> Numbers:
    """(words, tags). emissions: scores of each tag at each word; steps: (from, to)."""
    return marginals(emissions / temperature, steps / temperature, start / temperature)
