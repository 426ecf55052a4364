"""Rows that err together: sentences of one document, questions about one text.

A bootstrap that draws such rows one by one takes them for more than they are worth, and its intervals are too narrow; drawn
whole, the groups are what is independent. With fewer than ten of them no draw says much, and rows are drawn after all.
"""

from __future__ import annotations

import pandas as pd

from longwave.text.score.metric import FEW_GROUPS
from longwave.text.table import TextTable

_COLUMNS = {"answers": ("context",), "entities": ("document", "source")}


def groups_of(table: TextTable) -> pd.Series | None:
    """The document, context or source of each row; None where none is known, or each row has its own."""
    for name in _COLUMNS.get(table.task, ("document",)):
        found = table.frame[name].astype(str) if table.has(name) else None
        if found is not None and 1 < found.nunique() < len(found):
            return found
    return None


def enough(groups: pd.Series) -> bool:
    """Whether there are as many as a draw of whole groups takes."""
    return int(groups.nunique()) >= FEW_GROUPS
