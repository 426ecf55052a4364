"""Rows that err together: sentences of one document, questions about one text.

A bootstrap that draws such rows one by one takes them for more than they are worth, and its intervals are too narrow; drawn
whole, the groups are what is independent. With fewer than ten of them no draw says much, and rows are drawn after all.
"""

from __future__ import annotations

import pandas as pd

from longwave.text.score.metric import FEW_GROUPS
from longwave.text.table import TextTable

_COLUMNS = {"answers": ("context",)}
_WIDE = 0.1
"""Share of the rows from which on a source is a publisher or a subject, not a document (as where parts are made)."""


def groups_of(table: TextTable) -> pd.Series | None:
    """The document, context or source of each row; None where none is known, or each row has its own.

    A row without a source is one by itself. Of texts with labels a source of many rows is none of the kind that errs
    together; sentences with tags are drawn by it all the same."""
    for name in _COLUMNS.get(table.task, ("document", "source")):
        found = _named(table.frame[name]) if table.has(name) else None
        if found is None or not 1 < found.nunique() < len(found):
            continue
        if name != "source" or table.task == "entities" or not _is_wide(found):
            return found
    return None


def _named(cells: pd.Series) -> pd.Series:
    names = cells.astype(str)
    return names.where(names != "", [f"\x1f{at}" for at in range(len(names))])


def _is_wide(names: pd.Series) -> bool:
    return int(names.value_counts().iloc[0]) > max(_WIDE * len(names), 1)


def enough(groups: pd.Series) -> bool:
    """Whether there are as many as a draw of whole groups takes."""
    return int(groups.nunique()) >= FEW_GROUPS
