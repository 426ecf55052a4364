"""A linear model over words and characters as it is kept: names in JSON, numbers in safetensors. Numpy is all it wants.

    value of a name = (1 + ln count) idf, each block of names scaled to length 1
    margin of a label = sum over names of value * weight, plus an offset

Pairs: with x and y the two texts' values, the columns are x, y, x * y and |x - y|, and `reading.overlap` behind them.
Probabilities are softmax(margins / T), a logistic curve of each where a row may have several labels, or differences of
"higher than k" on an ordinal scale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .reading import OVERLAPS, READERS, overlap
from .refused import Refused, broken

FACTS, NAMES, ARRAYS = "baseline.json", "vocabulary.json", "weights.safetensors"
FILES = (FACTS, NAMES, ARRAYS)

Numbers = NDArray[np.float64]
Sparse = tuple[NDArray[np.int64], Numbers]
"""Columns, each once, and their values."""

_KINDS: Mapping[str, Any] = {"F64": np.float64, "F32": np.float32}


class Linear:
    """folder: with the three files. Raises Refused for files that are not whole or do not fit together."""

    def __init__(self, folder: Path) -> None:
        try:
            learnt = _json(folder / FACTS)["learnt"]
            names = _json(folder / NAMES)
            self.labels = tuple(map(str, learnt["labels"]))
            self.paired, self.several, self.above = (
                bool(learnt[key]) for key in ("paired", "several", "above")
            )
            self.temperature = float(learnt["temperature"])
            self.readers = [READERS[str(reader)] for reader, _ in learnt["blocks"]]
            arrays = read_arrays(folder / ARRAYS)
            self.weights, self.offsets = arrays["weights"], arrays["offsets"]
            self.idf = [arrays[f"idf{place}"] for place in range(len(self.readers))]
            self.places = [
                {name: at for at, name in enumerate(names[f"block{place}"])}
                for place in range(len(self.readers))
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise error if isinstance(error, Refused) else broken(folder) from error
        self._starts = [0, *accumulate(map(len, self.idf))]
        if self.weights.shape != (self._width(), len(self.offsets)) or any(
            len(places) != len(idf) for places, idf in zip(self.places, self.idf, strict=True)
        ):
            raise broken(folder)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """An answer a row with every label's probability in `scores`; a label that was never learnt has none."""
        margins = np.array([self._margins(row) for row in rows]).reshape(len(rows), len(self.offsets))
        count = len(self.offsets)
        learnt = count if self.several else count + 1 if self.above or count == 1 else count
        found = chances(margins, self.temperature, learnt, self.several, self.above)
        nothing = dict.fromkeys(self.labels, 0.0)
        return [{"scores": nothing | dict(zip(self.labels, map(float, row), strict=False))} for row in found]

    def _width(self) -> int:
        return 4 * self._starts[-1] + len(OVERLAPS) if self.paired else self._starts[-1]

    def _margins(self, row: Mapping[str, Any]) -> Numbers:
        columns, values = self._paired(row) if self.paired else self._of_text(row)
        parts = np.asarray(self.weights[columns], float) * values[:, None]
        return np.asarray(parts.sum(axis=0) + self.offsets, float)

    def _of_text(self, row: Mapping[str, Any]) -> Sparse:
        parts = [
            _weighed(reader(row), places, idf)
            for reader, places, idf in zip(self.readers, self.places, self.idf, strict=True)
        ]
        columns = [start + mine for start, (mine, _) in zip(self._starts, parts, strict=False)]
        return np.concatenate(columns), np.concatenate([values for _, values in parts])

    def _paired(self, row: Mapping[str, Any]) -> Sparse:
        one, other = (
            dict(zip(*self._of_text({"text": row[side]}), strict=True)) for side in ("text", "other")
        )
        blocks: tuple[Mapping[Any, float], ...] = (
            one,
            other,
            {at: one[at] * other[at] for at in one.keys() & other.keys()},
            {at: abs(one.get(at, 0.0) - other.get(at, 0.0)) for at in one.keys() | other.keys()},
            dict(enumerate(overlap(row["text"], row["other"]))),
        )
        width = self._starts[-1]
        columns = [place * width + at for place, block in enumerate(blocks) for at in block]
        values = [value for block in blocks for value in block.values()]
        return np.array(columns, np.int64), np.array(values, float)


def _weighed(names: Sequence[str], places: Mapping[str, int], idf: Numbers) -> Sparse:
    """Names that are known, by their places."""
    counts = Counter(place for place in map(places.get, names) if place is not None)
    columns = np.array(sorted(counts), np.int64)
    values = (1.0 + np.log(np.array([counts[at] for at in sorted(counts)], float))) * np.asarray(
        idf[columns], float
    )
    length = float(np.sqrt((values * values).sum()))
    return columns, values / (length or 1.0)


def probabilities(margins: Numbers, temperature: float, labels: int, several: bool) -> Numbers:
    """(rows, labels). One column for two labels stands for the margin of the second over the first."""
    scaled = margins / temperature
    if several:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scaled, -500, 500))))
    if scaled.shape[1] == 1 and labels == 2:
        scaled = np.hstack([np.zeros_like(scaled), scaled])
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def chances(margins: Numbers, temperature: float, labels: int, several: bool, above: bool) -> Numbers:
    """As `probabilities`; above: the columns are "higher than k" on an ordinal scale, made to fall."""
    if not above:
        return probabilities(margins, temperature, labels, several)
    higher = np.minimum.accumulate(probabilities(margins, temperature, labels, True), axis=1)
    ends = np.ones((len(margins), 1))
    return np.asarray(-np.diff(np.hstack([ends, higher, 0 * ends]), axis=1))


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file, read from the disk as they are used. Raises Refused."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            whole = path.stat().st_size
            if size > whole - 8:
                raise broken(path)
            header = json.loads(file.read(size))
        told = {str(name): each for name, each in header.items() if name != "__metadata__"}
        return {name: _mapped(path, each, 8 + size, whole) for name, each in told.items()}
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise error if isinstance(error, Refused) else broken(path) from error


def _mapped(path: Path, told: Mapping[str, Any], base: int, whole: int) -> NDArray[Any]:
    kind, shape = np.dtype(_KINDS[told["dtype"]]), tuple(map(int, told["shape"]))
    start, end = map(int, told["data_offsets"])
    if start < 0 or end - start != prod(shape) * kind.itemsize or base + end > whole:
        raise broken(path)
    if end == start:
        return np.zeros(shape, kind)
    return np.memmap(path, kind, "r", base + start, shape)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8", "surrogatepass"))
    except (OSError, ValueError) as error:
        raise broken(path) from error
