"""Labels that are kept as numbers beside a list of their names, as `datasets` keeps them: the names are what a reader means.

They stand in a dataset's `features` (a ClassLabel's `names`, or those of a list of ClassLabels), and as JSON in the metadata
of the Parquet files that `datasets` writes ("huggingface": info: features).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.message import Message, say


def label_names(features: Any) -> dict[str, list[str]]:
    """Column -> the names of its labels, of features as JSON or as objects; columns without any are not there."""
    if not isinstance(features, Mapping):
        return {}
    found = {}
    for column, feature in features.items():
        names = _of(_of(feature, "feature") or feature, "names")
        if isinstance(names, list) and names and all(isinstance(each, str) for each in names):
            found[str(column)] = names
    return found


def _of(feature: Any, key: str) -> Any:
    return feature.get(key) if isinstance(feature, Mapping) else getattr(feature, key, None)


def with_names(
    frame: pd.DataFrame, named: Mapping[str, list[str]]
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """The rows with numbers turned back into names (one without a name is no label), and which columns that were."""
    there = [column for column in named if column in frame.columns]
    cells = {column: [_named(cell, named[column]) for cell in frame[column]] for column in there}
    turned = {column: pd.Series(found, frame.index, dtype=object) for column, found in cells.items()}
    return frame.assign(**turned), tuple(say("text_corpus.label_names", column=column) for column in there)


def _named(cell: Any, names: list[str]) -> Any:
    if isinstance(cell, list | tuple | np.ndarray):
        return [_named(each, names) for each in cell]
    if isinstance(cell, int | np.integer) and not isinstance(cell, bool):
        return names[cell] if 0 <= cell < len(names) else None
    return cell
