"""Kernels of the tests are kept for the tests alone."""

from __future__ import annotations

import pytest

from longwave.numerics.kernel_cache import VARIABLE


@pytest.fixture(scope="session", autouse=True)
def _kernels_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(tmp_path_factory.mktemp("kernels")))
        yield
