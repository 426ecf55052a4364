"""Locks, Makefile and .ci/run: all hashed, nothing of one mirror, plain words for an old Python."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from .tree import ROOT

TEXT_LOCKS = ("torch.txt", "torch-cuda.txt", "text.txt", "text-tools.txt")
LOCKS = ("base.txt", "dev.txt", *TEXT_LOCKS)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
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
def test_a_lock_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_torch_and_its_cuda_packages_are_in_locks_of_their_own(name: str) -> None:
    names = {plain(each.name) for each in locked(name)}
    cuda = {each for each in names if each.startswith(("nvidia-", "cuda-", "triton"))}
    assert cuda == (names if name == "torch-cuda.txt" else set())
    assert ("torch" in names) == (name == "torch.txt")
    assert "tensorflow" not in names
    assert ("transformers" in names) == (name == "text.txt")


def pins(*locks: str, python: str, system: str) -> dict[str, str]:
    """The version of each package that these locks install on that Python and system."""
    here = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
    here |= {"platform_machine": "x86_64" if system == "linux" else "arm64"}
    found: dict[str, str] = {}
    for each in (each for name in locks for each in locked(name)):
        if each.marker is None or each.marker.evaluate(here):
            version = next(iter(each.specifier)).version
            assert found.setdefault(plain(each.name), version) == version, each
    return found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_the_lock_fits_what_pyproject_asks(python: str, system: str) -> None:
    base = pins("base.txt", python=python, system=system)
    asked = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["build-system"]["requires"]]
    for each in map(Requirement, asked):
        assert each.specifier.contains(base[plain(each.name)]), each


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_the_text_locks_fit_what_the_extras_ask(python: str, system: str) -> None:
    """All locks together, so that two which disagree are found as well."""
    together = pins(*LOCKS, python=python, system=system)
    extras = PYPROJECT["project"]["optional-dependencies"]
    for each in map(Requirement, [*extras["text"], *extras["text-tools"], *extras["risk"]]):
        assert each.specifier.contains(together[plain(each.name)]), each


def test_the_tools_share_the_versions_of_the_main_lock() -> None:
    """dev.txt is installed over base.txt: what stands in both must be the same."""
    base = {(plain(each.name), str(each.marker)): str(each.specifier) for each in locked("base.txt")}
    for each in locked("dev.txt"):
        key = (plain(each.name), str(each.marker))
        assert base.get(key, str(each.specifier)) == str(each.specifier), each


def test_no_package_stands_in_two_text_locks() -> None:
    """What stands once cannot disagree with itself."""
    held = [
        (plain(each.name), str(each.marker)) for name in ("base.txt", *TEXT_LOCKS) for each in locked(name)
    ]
    assert len(held) == len(set(held))


REGISTRY = {
    ("3.11", "x86_64"): "60fcdcb2f3876e21146cb4524ef06397d727ca9ad5f020818547e25075fe3cb7",
    ("3.12", "x86_64"): "796633c4cdf0fe2cdced72d8f88f22e73dbcfce83132763162f6d4bff13b820b",
    ("3.13", "x86_64"): "a3a9a21312872af8a26950b2c15680335a386a1f56ed03e780653d78b9607e9e",
    ("3.14", "x86_64"): "49f1ea385c754e54919408a9bb3b5a72b0b755bbe2c916c1d6f70afbec4908a2",
    ("3.11", "aarch64"): "092790c696a760c729fd5722835f50b9d81fd7c8f141571f3f3cf4081a8f664c",
    ("3.12", "aarch64"): "572df8be8ffb4599c88cbd6a0726f1f854f4da65d2e3c09f0e2c2283333cd6d4",
    ("3.13", "aarch64"): "1e09d6a722504957c694faceca843acde562786df1144ebcc5a74075ec7f6005",
    ("3.14", "aarch64"): "a3893dc2da0a972a8ca5d698c85a9f967559ac5f8ee1797b77408aa8734d073c",
}
"""sha256 of the package index's Linux builds of torch 2.13.0, as its page lists them."""


@pytest.mark.parametrize(("python", "machine"), REGISTRY)
def test_both_builds_of_torch_are_allowed(python: str, machine: str) -> None:
    """The registry's build and the CPU build, for each Python on Linux."""
    allowed = set(
        re.findall(r"sha256:([0-9a-f]{64})", (ROOT / "requirements" / "torch.txt").read_text("utf-8"))
    )
    sums = (ROOT / "requirements" / "torch-cpu.sums").read_text("utf-8").splitlines()
    tag = f"-cp{python.replace('.', '')}-"
    (cpu,) = (line[:64] for line in sums if tag in line and line.endswith(f"_{machine}.whl"))
    assert {cpu, REGISTRY[python, machine]} <= allowed


def test_the_constraint_asks_for_the_cpu_build_of_the_same_version() -> None:
    (torch,) = locked("torch.txt")
    constraint = (ROOT / "requirements" / "torch-cpu.txt").read_text("utf-8").strip()
    assert constraint == f"torch{torch.specifier}+cpu"
    assert torch.specifier.contains(Requirement(constraint).specifier.__str__().removeprefix("=="))


def made_wheel(folder: Path, version: str) -> str:
    """Writes a wheel of the made package `gauge` and tells its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / f"gauge-{version}-py3-none-any.whl"
    info = f"gauge-{version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: gauge\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: made\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def chosen(folder: Path, *options: str | Path) -> list[str]:
    """The file that pip takes for gauge.txt; nothing when it refuses."""
    out = folder / "chosen"
    shutil.rmtree(out, ignore_errors=True)
    words = [
        "--isolated",
        "--no-index",
        "--no-deps",
        "--require-hashes",
        "-r",
        folder / "gauge.txt",
        *options,
    ]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "-d", out, *words], capture_output=True, timeout=60
    )
    return [path.name for path in out.glob("*.whl")]


def test_pip_takes_the_build_that_its_settings_offer(tmp_path: Path) -> None:
    """The Makefile's way with torch, on a made package: an index tells hashes, a folder tells none."""
    plain_hash = made_wheel(tmp_path / "registry", "1.0")
    cpu_hash = made_wheel(tmp_path / "offered", "1.0+cpu")
    link = f"gauge-1.0-py3-none-any.whl#sha256={plain_hash}"
    (tmp_path / "registry" / "index.html").write_text(
        f'<a href="{link}">gauge-1.0-py3-none-any.whl</a>', "utf-8"
    )
    lock = f"gauge==1.0 --hash=sha256:{plain_hash} --hash=sha256:{cpu_hash}\n"
    (tmp_path / "gauge.txt").write_text(lock, "utf-8")
    (tmp_path / "gauge-cpu.txt").write_text("gauge==1.0+cpu\n", "utf-8")
    registry = ("--find-links", tmp_path / "registry" / "index.html")
    both = (*registry, "--find-links", tmp_path / "offered")
    cpu_first = ("-c", tmp_path / "gauge-cpu.txt")
    assert chosen(tmp_path, *both, *cpu_first) == ["gauge-1.0+cpu-py3-none-any.whl"]
    assert chosen(tmp_path, *registry, *cpu_first) == [], (
        "then the Makefile asks again, without the constraint"
    )
    assert chosen(tmp_path, *registry) == ["gauge-1.0-py3-none-any.whl"]
    made_wheel(tmp_path / "offered", "1.0+cpu")
    with zipfile.ZipFile(tmp_path / "offered" / "gauge-1.0+cpu-py3-none-any.whl", "a") as changed:
        changed.writestr("gauge.py", "print('not what was locked')")
    assert chosen(tmp_path, *both, *cpu_first) == []


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


@needs_make
def test_tests_of_text_set_up_torch_first_and_core_tests_do_not(tmp_path: Path) -> None:
    venv = f"VENV={tmp_path / 'venv'}"
    core, whole = make("-n", "test-core", venv).stdout, make("-n", "test", venv).stdout
    assert "torch" not in core
    assert "requirements/text" not in core
    assert "--core" in core
    assert "--core" not in whole
    order = [whole.index(f"requirements/{name}") for name in ("base.txt", *TEXT_LOCKS)]
    assert order == sorted(order)
    assert "import torch" not in whole, "which build came is asked of the metadata"
    assert "requirements/text-tools.txt" not in make("-n", "setup-text", venv).stdout


def test_parting_keeps_torch_alone_and_refuses_sums_of_another_version(tmp_path: Path) -> None:
    digest = f"    --hash=sha256:{'0' * 64}"
    lines = {
        "base.txt": ["numpy==2.0"],
        "with-text.txt": [
            "numpy==2.0",
            "torch==2.13.0",
            "triton==3.0 ; sys_platform == 'linux'",
            "peft==1.0",
        ],
        "with-tools.txt": ["numpy==2.0", "torch==2.13.0", "triton==3.0", "peft==1.0", "optuna==5.0"],
    }
    for name, each in lines.items():
        (tmp_path / name).write_text("".join(f"{line} \\\n{digest}\n" for line in each), "utf-8")
    part = [sys.executable, ROOT / "requirements" / "part.py", tmp_path]
    subprocess.run(part, check=True, timeout=60)
    starts = {name: (tmp_path / name).read_text("utf-8").splitlines()[0] for name in TEXT_LOCKS}
    assert starts == {
        "torch.txt": "torch==2.13.0 \\",
        "torch-cuda.txt": "triton==3.0 ; sys_platform == 'linux' \\",
        "text.txt": "peft==1.0 \\",
        "text-tools.txt": "triton==3.0 \\",
    }
    newer = (tmp_path / "with-text.txt").read_text("utf-8").replace("2.13.0", "2.99.0")
    (tmp_path / "with-text.txt").write_text(newer, "utf-8")
    refused = subprocess.run(part, capture_output=True, text=True, timeout=60)
    assert refused.returncode != 0
    assert "torch-cpu.sums is not of torch==2.99.0" in refused.stderr


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^make test\b", script, re.MULTILINE)
    assert re.search(r"^make check\b", script, re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
