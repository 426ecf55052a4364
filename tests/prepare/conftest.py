"""The real packs as prepare sees them, read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from longwave.connectors.pack import read_pack
from longwave.core.harvest import Harvest, silent
from longwave.prepare.prepare import Prepared, prepare


@pytest.fixture(scope="session")
def world(world_pack: Path) -> Mapping[str, Harvest]:
    """The world pack's harvests by dataset."""
    return {harvest.origin.dataset: harvest for harvest in read_pack(world_pack, silent).harvests}


@pytest.fixture(scope="session")
def plus(plus_pack: Path) -> Mapping[str, Harvest]:
    """The plus pack's harvests by dataset."""
    return {harvest.origin.dataset: harvest for harvest in read_pack(plus_pack, silent).harvests}


@pytest.fixture(scope="session")
def world_ready(world: Mapping[str, Harvest]) -> Callable[[str], Prepared]:
    """A dataset of the world pack, prepared once."""
    return cache(lambda name: prepare(world[name]))


@pytest.fixture(scope="session")
def plus_ready(plus: Mapping[str, Harvest]) -> Callable[[str], Prepared]:
    """A dataset of the plus pack, prepared once."""
    return cache(lambda name: prepare(plus[name]))
