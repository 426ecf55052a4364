"""Small sets that the tests share."""

import pytest
from tests.text.baselines.made import news, sentences, table

from longwave.text.table import TextTable


@pytest.fixture(scope="session")
def news_train() -> TextTable:
    return table("classify", news(200, 0), ("down", "up"))


@pytest.fixture(scope="session")
def news_test() -> TextTable:
    return table("classify", news(60, 1), ("down", "up"))


@pytest.fixture(scope="session")
def people_train() -> TextTable:
    return table("entities", sentences(80, 0))


@pytest.fixture(scope="session")
def people_test() -> TextTable:
    return table("entities", sentences(30, 1))
