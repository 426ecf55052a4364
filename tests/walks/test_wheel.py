"""A wheel built from the tree runs the study outside the repository, in an environment that has no other longwave."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True)
    return next(folder.glob("longwave-*.whl"))


def environment(folder: Path, wheel: Path) -> Path:
    """A new environment with the wheel; its dependencies are lent from this one, this one's longwave is not."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, str(wheel)]
    subprocess.run(install, check=True)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(site) / "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    return python


def bare() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]}


def test_the_wheel_carries_every_file_of_the_package(wheel: Path) -> None:
    """Also what is not Python: messages, domains, models, recipes, type, figures."""
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    wanted = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "longwave").rglob("*")
        if path.is_file()
        and not re.search(r"/(__pycache__|\.[^/]+)", path.as_posix().removeprefix(ROOT.as_posix()))
    }
    assert wanted - held == set()


def test_the_wheel_runs_the_study(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env", wheel)
    home = {"HOME": str(tmp_path), "LONGWAVE_STORE": str(tmp_path / "store")}
    where = subprocess.run(
        [python, "-c", "import longwave; print(longwave.__file__)"],
        check=True, capture_output=True, text=True, cwd=tmp_path, env=bare() | home,
    )  # fmt: skip
    assert str(tmp_path / "env") in where.stdout
    run = subprocess.run(
        [python, "-m", "longwave", "study", "USA", "CHN", "--out", "out", "--lang", "en", "--lang", "zh", "--json"],
        capture_output=True, text=True, cwd=tmp_path, env=bare() | home,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["schema"].startswith("longwave.")
    for name in ("report.html", "report.zh.html", "results.json", "run.json", "tables/figures.parquet"):
        assert (tmp_path / "out" / name).stat().st_size > 500
    assert not (tmp_path / "store").exists()
