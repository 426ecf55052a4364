"""The example report, and the catalogue that knows its sentences while a test of this room runs."""

from collections.abc import Iterator

import pytest
import report_example

from longwave.core.message import catalogue
from longwave.report.document import Document


@pytest.fixture(scope="session", autouse=True)
def example_words() -> Iterator[None]:
    report_example.learn_words()
    yield
    for key in [key for key in catalogue() if key.startswith("example.")]:
        del catalogue()[key]


@pytest.fixture(scope="session")
def document(example_words: None) -> Document:
    return report_example.document()


@pytest.fixture(scope="session")
def pages(document: Document) -> dict[str, str]:
    """The example's two pages."""
    from longwave.report.page import render

    return {"en": render(document, "en", "report.zh.html"), "zh": render(document, "zh", "report.html")}
