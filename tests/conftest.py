"""Where tests find the real data packs, which lie beside a developer's checkout and nowhere else; and tests without text."""

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

from text_extra import TEXT_EXTRA

# A busy machine is not a failure: examples are bounded in number, not in milliseconds.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


class _WithoutText(PathFinder):
    """Finds what is installed, but for the packages of the text extra."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return None if fullname.partition(".")[0] in TEXT_EXTRA else super().find_spec(fullname, path, target)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--core", action="store_true", help="as where the text extra is not installed")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--core") and PathFinder in sys.meta_path:
        sys.meta_path[sys.meta_path.index(PathFinder)] = _WithoutText


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
