"""A full disk is told with the place, what is free there, and a mend."""

import errno
from pathlib import Path

import pytest

from longwave.core.disk_room import FULL, free, room_for
from longwave.core.errors import DiskFull


@pytest.mark.parametrize("number", sorted(FULL))
def test_no_room_is_told_with_the_place_and_the_mend(tmp_path: Path, number: int) -> None:
    path = tmp_path / "not" / "there" / "told.csv"
    with pytest.raises(DiskFull) as raised, room_for(path):
        raise OSError(number, "as the system says it")
    assert raised.value.code == "disk_full"
    assert str(path) in raised.value.text("en")
    assert "MB" in raised.value.text("zh")
    assert raised.value.mend is not None
    assert free(path) > 0


def test_what_else_the_system_refuses_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), room_for(tmp_path):
        raise OSError(errno.EACCES, "not yours")
