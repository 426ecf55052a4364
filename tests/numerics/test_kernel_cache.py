"""What was compiled once is found again; what is not whole, not ours or not wanted is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from longwave.numerics.kernel_cache import VARIABLE, KernelCache, kernel_cache, key_of
from longwave.numerics.machine import Unavailable, library

TEXT = "define double @half(double %x) {\n  %y = fmul double %x, 0x3FE0000000000000\n  ret double %y\n}\n"


@pytest.fixture
def kept(tmp_path: Path) -> KernelCache:
    return KernelCache(tmp_path / "kernels")


def entries(kept: KernelCache) -> list[Path]:
    assert kept.folder is not None
    return sorted(kept.folder.iterdir())


def test_code_is_found_again(kept: KernelCache) -> None:
    assert not library(TEXT, kept=kept).from_cache
    again = library(TEXT, kept=kept)
    assert again.from_cache
    assert again.address("half") != 0
    assert not library(TEXT.replace("half", "other"), kept=kept).from_cache
    assert not library(TEXT, kept=kept, level=1).from_cache
    assert len(entries(kept)) == 3


@pytest.mark.parametrize("spoil", ["truncated", "altered", "empty", "foreign"])
def test_what_is_not_whole_is_compiled_anew(kept: KernelCache, spoil: str) -> None:
    library(TEXT, kept=kept)
    (entry,) = entries(kept)
    whole = entry.read_bytes()
    middle = len(whole) // 2
    entry.write_bytes(
        {
            "truncated": whole[:-7],
            "altered": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "empty": b"",
            "foreign": b"something else altogether" * 20,
        }[spoil]
    )
    assert not library(TEXT, kept=kept).from_cache
    assert entry.read_bytes() == whole
    assert library(TEXT, kept=kept).from_cache


def test_an_entry_under_another_name_is_none(kept: KernelCache) -> None:
    kept.write("one", b"content")
    (entry,) = entries(kept)
    entry.rename(entry.with_name("two.kernel"))
    assert kept.read("two") is None
    assert entries(kept) == []


def test_the_folder_is_bounded_and_the_oldest_goes_first(tmp_path: Path) -> None:
    kept = KernelCache(tmp_path / "kernels", most_bytes=4000)
    for number in range(6):
        assert kept.write(f"entry{number}", bytes(1000))
        os.utime(tmp_path / "kernels" / f"entry{number}.kernel", (number, number))
        if number == 2:
            assert kept.read("entry0") is not None, "which makes it the newest"
    names = {path.stem for path in entries(kept)}
    assert "entry0" in names
    assert "entry1" not in names
    assert sum(path.stat().st_size for path in entries(kept)) <= 4000


def test_nothing_written_half_is_left(kept: KernelCache) -> None:
    kept.write("one", b"content")
    assert [path.name for path in entries(kept)] == ["one.kernel"]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="nothing is forbidden to root")
def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    kept = KernelCache(tmp_path / "kernels")
    assert not kept.write("one", b"content")
    assert not library(TEXT, kept=kept).from_cache
    tmp_path.chmod(0o700)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "kernels").write_text("a file")
    kept = KernelCache(tmp_path / "kernels")
    assert not kept.write("one", b"content")
    assert kept.read("one") is None
    assert library(TEXT, kept=kept).address("half")


@pytest.mark.skipif(sys.platform == "win32", reason="other rights")
def test_a_folder_that_others_may_write_to_is_not_used(kept: KernelCache) -> None:
    library(TEXT, kept=kept)
    assert kept.folder is not None
    kept.folder.chmod(0o777)
    assert not library(TEXT, kept=kept).from_cache
    kept.folder.chmod(0o700)
    assert library(TEXT, kept=kept).from_cache


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert kernel_cache().folder == tmp_path
    monkeypatch.setenv(VARIABLE, "Off")
    assert kernel_cache().folder is None
    assert not library(TEXT).from_cache
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform != "win32":
        assert kernel_cache().folder == tmp_path / "longwave" / "kernels"


def test_keys_do_not_run_into_each_other() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("ab") == key_of("ab")


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    script = f"""
from longwave.numerics.machine import library
for number in range(30):
    text = {TEXT!r}.replace("half", f"half{{number}}")
    assert library(text).address(f"half{{number}}")
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script], env={**os.environ, VARIABLE: str(tmp_path / "kernels")}
        )
        for _ in range(3)
    ]
    assert [each.wait(timeout=60) for each in running] == [0, 0, 0]
    assert len(entries(KernelCache(tmp_path / "kernels"))) == 30


def test_text_that_is_none_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        library("define nonsense")
    with pytest.raises(Unavailable, match="nothing_of_this_name"):
        library(TEXT).address("nothing_of_this_name")


def test_finding_is_quick(kept: KernelCache) -> None:
    library(TEXT, kept=kept)
    began = time.perf_counter()
    library(TEXT, kept=kept)
    assert time.perf_counter() - began < 1.0
