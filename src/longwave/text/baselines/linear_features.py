"""Rows as sparse numbers: TF-IDF by blocks, each block of unit length, so that none drowns another.

tf is 1 + ln(count), idf is 1 + ln((1 + rows) / (1 + rows with it)) (scikit-learn's smoothed form); a block is scaled
to length 1. Pairs: with x and y the two texts' numbers, the columns are x, y, x * y and |x - y|, and `overlap` behind
them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from longwave.text.baselines.kept import Kept, broken
from longwave.text.portable.reading import OVERLAPS, READERS, overlap
from longwave.text.table import Row


@dataclass(frozen=True, slots=True)
class Block:
    """reader: a name in `READERS`; fewest: rows that a name must stand in to be kept."""

    reader: str
    fewest: int = 1


@dataclass
class Columns:
    """Fitted blocks. names: of each block's columns; idf: beside them."""

    blocks: tuple[Block, ...]
    paired: bool = False
    names: list[list[str]] = field(default_factory=list)
    idf: list[np.ndarray] = field(default_factory=list)
    _places: list[dict[str, int]] = field(default_factory=list, repr=False)

    def fit(self, rows: list[Row]) -> sparse.csr_matrix:
        """Learns the names from these rows and returns their numbers (rows, columns); no column where no row has a word."""
        read = self._sides(rows)
        parts = []
        for block in self.blocks:
            names, counts = _learnt_counts(block, read)
            rows_with = np.bincount(counts.indices, minlength=counts.shape[1])
            self.names.append(names)
            self.idf.append(1.0 + np.log((1 + counts.shape[0]) / (1 + rows_with)))
            parts.append(_weighed(counts, self.idf[-1]))
        return self._combined(sparse.hstack(parts, format="csr"), rows)

    def transform(self, rows: list[Row]) -> sparse.csr_matrix:
        read = self._sides(rows)
        if not self._places:
            self._places = [{name: at for at, name in enumerate(names)} for names in self.names]
        parts = [
            _weighed(_counts(block, places, read), idf)
            for block, places, idf in zip(self.blocks, self._places, self.idf, strict=True)
        ]
        return self._combined(sparse.hstack(parts, format="csr"), rows)

    def width(self) -> int:
        one = sum(map(len, self.names))
        return 4 * one + len(OVERLAPS) if self.paired else one

    def name(self, column: int) -> str:
        """A column's name as a reader understands it; a pair's side stands before it."""
        one = sum(map(len, self.names))
        if self.paired and column >= 4 * one:
            return OVERLAPS[column - 4 * one]
        side = ("1: ", "2: ", "1&2: ", "1|2: ")[column // one] if self.paired else ""
        column %= one
        for names in self.names:
            if column < len(names):
                return side + names[column]
            column -= len(names)
        raise IndexError(column)

    def keep(self) -> Kept:
        facts = {
            "blocks": [[block.reader, block.fewest] for block in self.blocks],
            "paired": self.paired,
        }
        names = {f"block{place}": each for place, each in enumerate(self.names)}
        return Kept(facts, names, {f"idf{place}": each for place, each in enumerate(self.idf)})

    @classmethod
    def restore(cls, kept: Kept) -> Columns:
        """Raises BadInput when names and numbers do not match."""
        blocks = tuple(Block(str(reader), int(fewest)) for reader, fewest in kept.facts["blocks"])
        places = range(len(blocks))
        if any(block.reader not in READERS for block in blocks) or any(
            len(kept.names.get(f"block{place}", ())) != len(kept.arrays.get(f"idf{place}", ()))
            for place in places
        ):
            raise broken("linear")
        return cls(
            blocks,
            bool(kept.facts["paired"]),
            [kept.names[f"block{place}"] for place in places],
            [np.asarray(kept.arrays[f"idf{place}"], dtype=float) for place in places],
        )

    def _sides(self, rows: list[Row]) -> list[Row]:
        """Both texts of each pair, firsts before seconds; else the rows as they are."""
        if not self.paired:
            return rows
        return [{"text": row["text"]} for row in rows] + [{"text": row["other"]} for row in rows]

    def _combined(self, numbers: sparse.csr_matrix, rows: list[Row]) -> sparse.csr_matrix:
        if not self.paired:
            return numbers
        one, other = numbers[: len(rows)], numbers[len(rows) :]
        alike = np.array([overlap(row["text"], row["other"]) for row in rows]).reshape(
            len(rows), len(OVERLAPS)
        )
        parts = [one, other, one.multiply(other), abs(one - other), sparse.csr_matrix(alike)]
        return sparse.hstack(parts, format="csr")


def _learnt_counts(block: Block, rows: list[Row]) -> tuple[list[str], sparse.csr_matrix]:
    """Names that stand in `fewest` rows (in one, where none does), in the order of their first row, and their counts."""
    places: defaultdict[str, int] = defaultdict()
    places.default_factory = places.__len__
    counts = _stacked(rows, lambda row: [places[name] for name in READERS[block.reader](row)], places.__len__)
    rows_with = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero(rows_with >= block.fewest)
    if not len(kept):
        return list(places), counts
    names = list(places)
    return [names[place] for place in kept], counts[:, kept]


def _counts(block: Block, places: Mapping[str, int], rows: list[Row]) -> sparse.csr_matrix:
    """Counts of known names; others are passed over."""

    def known(row: Row) -> list[int]:
        return [place for place in map(places.get, READERS[block.reader](row)) if place is not None]

    return _stacked(rows, known, places.__len__)


def _stacked(
    rows: list[Row], read: Callable[[Row], list[int]], width: Callable[[], int]
) -> sparse.csr_matrix:
    """One row a row: how often each place was read. Faster than counting row by row: scipy adds up the copies at once."""
    indices, ends = array("i"), [0]
    for row in rows:
        indices.extend(read(row))
        ends.append(len(indices))
    ones = np.ones(len(indices))
    shape = (len(rows), width())
    counts = sparse.csr_matrix((ones, np.frombuffer(indices, dtype=np.int32).copy(), ends), shape=shape)
    counts.sum_duplicates()
    return counts


def _weighed(counts: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    weighed = counts.tocsr(copy=True)
    weighed.data = (1.0 + np.log(weighed.data)) * idf[weighed.indices]
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(weighed.indptr))
    return weighed
