"""This process as a launcher of several starts it."""

import pytest


def launch(monkeypatch: pytest.MonkeyPatch, rank: int, of: int = 2) -> None:
    """Until the test is over: the one of this rank among so many."""
    told = {
        "WORLD_SIZE": str(of),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "MASTER_ADDR": "localhost",
        "MASTER_PORT": "1",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
