"""Where tests find the real data packs, which lie beside a developer's checkout and nowhere else."""

import os
from pathlib import Path

import hypothesis
import pytest

# A busy machine is not a failure: examples are bounded in number, not in milliseconds.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

PACKS = Path(os.environ.get("LONGWAVE_PACKS") or Path(__file__).resolve().parents[2] / "shared" / "data")
"""Set LONGWAVE_PACKS to test against packs that lie elsewhere."""


def _pack(name: str) -> Path:
    folder = PACKS / name
    if not (folder / "datapackage.json").exists():
        pytest.skip(
            f"the real data pack {name!r} is not beside this checkout; LONGWAVE_PACKS may say where it is"
        )
    return folder


@pytest.fixture(scope="session")
def world_pack() -> Path:
    """The world pack: 233 countries, US industries, quarterly series, skills."""
    return _pack("world")


@pytest.fixture(scope="session")
def plus_pack() -> Path:
    """The plus pack: long productivity, AMECO, sectors; some licences not stated."""
    return _pack("plus")
