"""The store: every figure with its origin, by vintage, in Parquet files that a DuckDB catalogue names.

Imports nothing heavy until a name is asked for (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longwave.store.batch import Batch as Batch
    from longwave.store.record import DatasetRecord as DatasetRecord
    from longwave.store.store import Store as Store

__all__ = ["Batch", "DatasetRecord", "Store"]

_ROOMS = {"Batch": "batch", "DatasetRecord": "record", "Store": "store"}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
