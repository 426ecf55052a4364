"""Words that the shell completes: areas, datasets, publishers. A completion never fails and says nothing."""

from __future__ import annotations

from longwave.core.area import areas
from longwave.core.errors import LongwaveError
from longwave.core.message import LANGUAGES


def complete_area(incomplete: str) -> list[tuple[str, str]]:
    """Codes, in the case in which they were begun, or Chinese names. English ones have blanks: shells cut."""
    small = incomplete.islower()
    codes = [
        (area.code.lower() if small else area.code, area.names.en)
        for area in areas().values()
        if area.code.startswith(incomplete.upper())
    ]
    names = [(area.names.zh, area.code) for area in areas().values() if area.names.zh.startswith(incomplete)]
    return codes if not incomplete or codes else names


def complete_dataset(incomplete: str) -> list[tuple[str, str]]:
    from longwave.workflows.data import datasets

    try:
        rows = datasets()
    except LongwaveError:
        return []
    return [(row.dataset, row.title) for row in rows if row.dataset.startswith(incomplete)]


def complete_connector(incomplete: str) -> list[str]:
    from longwave.connectors.connector import CONNECTORS

    return [name for name in CONNECTORS.names() if name.startswith(incomplete)]


def complete_language(incomplete: str) -> list[str]:
    return [lang for lang in LANGUAGES if lang.startswith(incomplete)]


def complete_measure(incomplete: str) -> list[str]:
    from longwave.workflows.measure import subjects

    return [name for name in ("list", *subjects()) if name.startswith(incomplete)]


def complete_method(incomplete: str) -> list[str]:
    from longwave.forecast.profiles import profile_names

    return [name for name in profile_names() if name.startswith(incomplete)]


def complete_model(incomplete: str) -> list[tuple[str, str]]:
    from longwave.macro.library import catalogue

    return [
        (name, catalogue.find(name).names.en) for name in catalogue.names() if name.startswith(incomplete)
    ]
