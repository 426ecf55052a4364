"""Features of like length together, padded no further than the longest of their batch.

On a processor this is worth more than any other runtime: random batches are half padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

INPUTS = ("input_ids", "token_type_ids", "shapes", "letters", "head_mask", "tail_mask")
"""What a model may take, one number (or `letters`, a few) a token; `attention_mask` is made here."""

BATCH_TOKENS = 4096
"""Tokens of a batch that is only read: few enough for a processor's cache, many enough for its vectors."""

IGNORED = -100
"""Target of a token that has none (torch's own number): padding, signs, and all but the first piece of a word."""

Arrays = dict[str, NDArray[np.int64]]


def pad(features: Sequence[Mapping[str, Any]], padding: int) -> Arrays:
    """Arrays of shape (features, longest), `letters` (features, longest, letters). padding: the id of no token."""
    longest = max(len(each["input_ids"]) for each in features)
    arrays: Arrays = {"attention_mask": np.zeros((len(features), longest), np.int64)}
    for name in INPUTS:
        if name not in features[0]:
            continue
        deep = (len(features[0][name][0]),) if name == "letters" else ()
        fill = padding if name == "input_ids" else 0
        arrays[name] = np.full((len(features), longest, *deep), fill, np.int64)
        for place, each in enumerate(features):
            arrays[name][place, : len(each[name])] = each[name]
    for place, each in enumerate(features):
        arrays["attention_mask"][place, : len(each["input_ids"])] = 1
    return arrays


def batches(features: Sequence[Mapping[str, Any]], tokens: int, most: int = 256) -> Iterator[list[int]]:
    """Places of features, longest first, about `tokens` with their padding in each batch and at most `most` features."""
    order = sorted(range(len(features)), key=lambda place: (-len(features[place]["input_ids"]), place))
    start = 0
    while start < len(order):
        longest = max(1, len(features[order[start]]["input_ids"]))
        count = min(most, max(1, tokens // longest))
        yield order[start : start + count]
        start += count
