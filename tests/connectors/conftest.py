"""A local publisher and a way out that may call it."""

from collections.abc import Iterator

import pytest
from publisher import Publisher, open_publisher, quick_http

from longwave.connectors.http import Http


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with open_publisher() as publisher:
        yield publisher


@pytest.fixture
def http(publisher: Publisher) -> Iterator[Http]:
    with quick_http(
        publisher, keys={"fred_key": "abcdefghijklmnopqrstuvwxyz012345", "census_key": "k" * 40}
    ) as http:
        yield http
