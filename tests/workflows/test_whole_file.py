"""A file is there whole or as it was before."""

import errno
from pathlib import Path

import pytest

from longwave.core.errors import DiskFull
from longwave.workflows.whole_file import beside, whole


def test_a_full_disk_is_told_and_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    path.write_text("before")
    with pytest.raises(DiskFull, match=r"told\.csv.* Free some space"), whole(path) as part:
        part.write_text("hal")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert path.read_text() == "before"
    assert not beside(path).exists()
