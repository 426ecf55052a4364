"""The one door for packages that are not always there."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from longwave.core.errors import MissingPackage
from longwave.core.message import say


def require(package: str, *, why: str, extra: str) -> ModuleType:
    """Imports `package`, or says what it is wanted for and which extra brings it. Raises MissingPackage."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] != package.partition(".")[0]:
            raise
        raise MissingPackage(
            say("core.missing_package", package=package, why=why),
            say("core.missing_package_mend", extra=extra),
        ) from error
