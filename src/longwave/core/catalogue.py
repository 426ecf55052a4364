"""A catalogue of one kind of thing, open to guests: the house's own entries come in by the same door.

A kind declares ``MEASURES: Catalogue[Measure] = Catalogue("measure", rooms=("longwave.measure.structure", ...))``;
a thing registers itself with ``@MEASURES.register("growth_accounting")`` in its own file. Packages outside the
house add theirs through the entry-point group ``longwave.<kind>``, whose entries name modules to import.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Generic, TypeVar

from longwave.core.errors import UsageError
from longwave.core.message import say

T = TypeVar("T")


class Catalogue(Generic[T]):
    """Names of one kind of thing, filled on first use by importing the files that register them."""

    def __init__(self, kind: str, rooms: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self._rooms = rooms
        self._entries: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Enters the decorated thing under `name`. Raises ValueError when the name is taken by another."""

        def enter(thing: T) -> T:
            if name in self._entries and self._entries[name] is not thing:
                raise ValueError(f"{self.kind} {name!r} is registered twice")
            self._entries[name] = thing
            return thing

        return enter

    def names(self) -> list[str]:
        self._load()
        return sorted(self._entries)

    def get(self, name: str) -> T:
        """The thing of that name. Raises UsageError that names the nearest ones."""
        self._load()
        if name not in self._entries:
            near = difflib.get_close_matches(name, self._entries, n=3) or self.names()[:8]
            raise UsageError(say("core.not_in_catalogue", kind=self.kind, name=name, near=tuple(near)))
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._entries

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for room in self._rooms:
            _import_all(room)
        for point in entry_points(group=f"longwave.{self.kind}"):
            import_module(point.module)


def _import_all(room: str) -> None:
    """Imports a module, or a package with every file in it, so that what they hold registers itself."""
    module = import_module(room)
    for file in iter_modules(getattr(module, "__path__", ())):
        import_module(f"{room}.{file.name}")
