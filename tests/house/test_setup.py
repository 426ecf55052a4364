"""Locks, Makefile and .ci/run: all hashed, nothing of one mirror, plain words for an old Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from .tree import ROOT

LOCKS = ("base.txt", "dev.txt")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(name: str) -> list[Requirement]:
    """Requirements of a lock, as they stand before their hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [Requirement(line.partition("--hash")[0]) for line in lines]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line[:80]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_torch(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    names = {plain(each.name) for each in locked(name)}
    assert not names & {"torch", "tensorflow", "jax", "transformers"}
    assert not {each for each in names if each.startswith(("nvidia", "triton"))}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_the_lock_fits_what_pyproject_asks(python: str, system: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
    pins = {
        plain(each.name): next(iter(each.specifier)).version
        for each in locked("base.txt")
        if each.marker is None or each.marker.evaluate(here)
    }
    asked = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["build-system"]["requires"]]
    for each in map(Requirement, asked):
        assert each.specifier.contains(pins[plain(each.name)]), each


def test_the_tools_share_the_versions_of_the_main_lock() -> None:
    """dev.txt is installed over base.txt: what stands in both must be the same."""
    base = {(plain(each.name), str(each.marker)): str(each.specifier) for each in locked("base.txt")}
    for each in locked("dev.txt"):
        key = (plain(each.name), str(each.marker))
        assert base.get(key, str(each.specifier)) == str(each.specifier), each


def make(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    assert shutil.which("make"), "make is needed"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        env=clean | env,
        capture_output=True,
        text=True,
        timeout=60,
    )


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make here")


@needs_make
def test_an_old_python_is_refused_in_plain_words(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n', "utf-8")
    old.chmod(0o755)
    done = make("run", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "needs Python 3.11 or later" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (tmp_path / "venv").exists()


@needs_make
def test_a_missing_python_is_refused_in_plain_words(tmp_path: Path) -> None:
    done = make("run", "PYTHON=no-such-python", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "there is no 'no-such-python'" in done.stderr


@needs_make
def test_half_an_environment_is_made_anew(tmp_path: Path) -> None:
    """Without its stamp an environment is cleared; with the stamp but without its packages, too."""
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    assert "venv --clear" in make("-n", "run", f"VENV={venv}").stdout
    stamp = re.search(r'touch "(.*)"', make("-n", "run", f"VENV={venv}").stdout)
    assert stamp is not None
    Path(stamp[1]).touch()
    assert "venv --clear" in make("-n", "run", f"VENV={venv}").stdout


@needs_make
def test_run_is_the_study_of_both_economies_in_both_languages(tmp_path: Path) -> None:
    done = make("-n", "run", f"VENV={tmp_path / 'venv'}")
    assert "study USA CHN --lang en --lang zh --out" in done.stdout
    assert "torch" not in done.stdout
    assert "--index-url" not in (ROOT / "Makefile").read_text("utf-8")


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^make test\b", script, re.MULTILINE)
    assert re.search(r"^make check\b", script, re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
