"""Where tests find the real data packs, which lie beside a developer's checkout and nowhere else."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# A busy machine is not a failure: examples are bounded in number, not in milliseconds.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

PACKS = Path(os.environ.get("LONGWAVE_PACKS") or Path(__file__).resolve().parents[2] / "shared" / "data")
"""Set LONGWAVE_PACKS to test against packs that lie elsewhere."""


@pytest.fixture(scope="session", autouse=True)
def _kernels_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Machine code goes to a folder of these tests, shared by workers, not to the user's cache."""
    if "LONGWAVE_KERNELS" in os.environ:
        yield
        return
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "kernels"
    os.environ["LONGWAVE_KERNELS"] = str(folder)
    yield
    del os.environ["LONGWAVE_KERNELS"]


def _pack(name: str) -> Path:
    folder = PACKS / name
    if not (folder / "datapackage.json").exists():
        pytest.skip(
            f"the real data pack {name!r} is not beside this checkout; LONGWAVE_PACKS may say where it is"
        )
    return folder


def _models(name: str) -> Path:
    if not (PACKS / name).is_dir():
        pytest.skip(
            f"the models of {name!r} are not beside this checkout; LONGWAVE_PACKS may say where they are"
        )
    return PACKS / name


@pytest.fixture(scope="session")
def world_pack() -> Path:
    """The world pack: 233 countries, US industries, quarterly series, skills."""
    return _pack("world")


@pytest.fixture(scope="session")
def frbus_pack() -> Path:
    """The Federal Reserve's model, its equations in another language, and its database."""
    return _models("frbus")


@pytest.fixture(scope="session")
def klein_pack() -> Path:
    """Klein's and Kmenta's tables."""
    return _models("klein")


@pytest.fixture(scope="session")
def modelflow_pack() -> Path:
    """A World Bank country model with its data."""
    return _models("modelflow")


@pytest.fixture(scope="session")
def plus_pack() -> Path:
    """The plus pack: long productivity, AMECO, sectors; some licences not stated."""
    return _pack("plus")
