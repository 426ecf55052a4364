"""Parts the resolved text extras into the locks that pip installs one after another.

    python requirements/part.py FOLDER

reads in FOLDER what uv resolved for base, for base with `text`, and for base with `text` and `text-tools`, and writes there

    torch.txt        torch alone: the registry's builds, and beside them the CPU builds of torch-cpu.sums
    torch-cpu.txt    the constraint that asks for a CPU build
    torch-cuda.txt   what the registry's Linux build of torch needs and a CPU build does not
    text.txt         what else `text` adds to base.txt
    text-tools.txt   what `text-tools` adds to that

torch stands alone because pip takes its build from where its settings say, and only the build says whether the CUDA
packages are wanted. A package that an earlier lock has is in no later one, so that two locks cannot disagree.
"""

import re
import sys
from pathlib import Path

CUDA = re.compile(r"(nvidia|cuda)-|triton\b")
HERE = Path(__file__).parent

Lock = dict[str, list[str]]
"""Lines of hashes by the requirement above them, ``torch==2.13.0 ; marker``."""


def read(path: Path) -> Lock:
    found: Lock = {}
    hashes: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("    --hash="):
            hashes.append(line.rstrip(" \\"))
        elif line.strip() and not line.startswith("#"):
            hashes = found.setdefault(line.rstrip(" \\"), [])
    return found


def without(lock: Lock, *earlier: Lock) -> Lock:
    return {each: hashes for each, hashes in lock.items() if not any(each in other for other in earlier)}


def those(lock: Lock, kind: re.Pattern[str]) -> Lock:
    return {each: hashes for each, hashes in lock.items() if kind.match(each)}


def with_cpu_builds(torch: Lock) -> Lock:
    """torch with the hashes of its CPU builds; stops when torch-cpu.sums is of another version."""
    ((pin, hashes),) = torch.items()
    version = re.escape(pin.partition("==")[2].partition(" ")[0])
    sums = (HERE / "torch-cpu.sums").read_text("utf-8").splitlines()
    wrong = [
        line for line in sums if not re.fullmatch(rf"[0-9a-f]{{64}}  torch-{version}\+cpu-\S+\.whl", line)
    ]
    if wrong:
        sys.exit(
            f"requirements/torch-cpu.sums is not of {pin}: {wrong[0]}\nPut there what `sha256sum` says of its CPU wheels."
        )
    return {pin: sorted({*hashes, *(f"    --hash=sha256:{line[:64]}" for line in sums)})}


def write(path: Path, lock: Lock) -> None:
    path.write_text("".join(" \\\n".join([each, *hashes]) + "\n" for each, hashes in lock.items()), "utf-8")


def main(folder: Path) -> None:
    base, text, tools = (read(folder / name) for name in ("base.txt", "with-text.txt", "with-tools.txt"))
    torch = those(text, re.compile("torch=="))
    cuda = those(text, CUDA)
    write(folder / "torch.txt", with_cpu_builds(torch))
    write(folder / "torch-cpu.txt", {f"{pin}+cpu": [] for pin in torch})
    write(folder / "torch-cuda.txt", cuda)
    write(folder / "text.txt", without(text, base, torch, cuda))
    write(folder / "text-tools.txt", without(tools, base, text))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
