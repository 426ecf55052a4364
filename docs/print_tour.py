"""Runs the examples of the docs and writes what they really say into the pages: ``make docs``.

    python docs/print_tour.py                  # every page of PAGES, written where it has changed
    python docs/print_tour.py docs/tour.md     # one page, printed

What is run, in an empty folder with a home of its own and without the network:

- ``console`` blocks: lines that begin with ``$``. Known are longwave, ``make run``, export, unset, ls and ``echo $?``.
- ``python`` blocks; the ``text`` block right after one is what it printed.
- A block below ``<!-- file: NAME -->`` is written to that file.
- A block below ``<!-- not run: WHY -->`` is left as it is.

Below ``<!-- show: 1-3 last -->`` or ``<!-- show: /words/ -->`` only those lines of an output stand. ``...`` on a line of
its own stands for lines left out, and in the line of the time taken for the time. Lines of progress are left out, since
a terminal shows a bar in their place.
"""

from __future__ import annotations

import io
import os
import re
import runpy
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from longwave.cli.main import main
from longwave.core.message import LANGUAGES, catalogue

DOCS = Path(__file__).resolve().parent
PAGES = (
    "tour.md",
    "tour.zh.md",
    "tour-models.md",
    "tour-models.zh.md",
    "concepts/vintages.md",
    "concepts/worked-gradient.md",
    "how-to/adopt-watch-and-judge-a-policy.md",
    "how-to/attribute-a-change.md",
    "how-to/best-policy-paths.md",
    "how-to/conditional-forecast.md",
    "how-to/decide-an-investment.md",
    "how-to/estimate-a-model.md",
    "how-to/forecast.md",
    "how-to/forecast-own-series.md",
    "how-to/offline-and-reproducible.md",
    "how-to/python.md",
    "how-to/simulate-a-model.md",
    "how-to/solve-a-model.md",
    "how-to/trace-a-number.md",
    "how-to/warn-of-a-banking-crisis.md",
    "how-to/write-a-model.md",
    "reference/exit-codes.md",
)
MAKE_RUN = "longwave study USA CHN --lang en --lang zh --out out"
PROGRESS = re.compile(r" …$|\(\d+/\d+\)$")
FENCE = re.compile(r"^```(\w*)$")
ORDER = re.compile(r"^<!-- (file|not run|show): (.+) -->$")


class Reader:
    """Goes through a page's lines as a reader does who tries everything."""

    def __init__(self) -> None:
        self.order = ("", "")
        self.printed: list[str] | None = None
        self.code = 0

    def page(self, lines: list[str]) -> Iterator[str]:
        """The page's lines with the outputs of now."""
        at = 0
        while at < len(lines):
            line, at = lines[at], at + 1
            yield line
            order, fence = ORDER.match(line), FENCE.match(line)
            if order:
                self.order = (order[1], order[2])
            elif fence:
                end = lines.index("```", at)
                yield from self.block(fence[1], lines[at:end])
                yield "```"
                at = end + 1
            elif line.strip():
                self.printed = None

    def block(self, kind: str, body: list[str]) -> list[str]:
        (order, what), self.order = self.order, ("", "")
        printed, self.printed = self.printed, None
        if order == "not run":
            return body
        if order == "file":
            path = Path(what)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(body) + "\n", "utf-8")
            return body
        show = what if order == "show" else ""
        if kind == "console":
            return [
                line for command in commands(body) for line in (*command, *chosen(self.run(command), show))
            ]
        if kind == "python":
            self.printed = chosen(python(body), show)
            return body
        return body if printed is None or kind != "text" else printed

    def run(self, command: list[str]) -> list[str]:
        words = shlex.split(" ".join(line.removeprefix("$ ").removesuffix("\\") for line in command))
        if words == ["make", "run"]:
            words = shlex.split(MAKE_RUN)
        verb, rest = words[0], words[1:]
        if verb == "longwave":
            self.code, said = longwave(rest)
            return said
        if verb == "export":
            name, _, value = rest[0].partition("=")
            os.environ[name] = value
        elif verb == "unset":
            os.environ.pop(rest[0], None)
        elif verb == "ls":
            return ["  ".join(sorted(path.name for path in Path(rest[0]).iterdir()))]
        elif words == ["echo", "$?"]:
            return [str(self.code)]
        else:
            raise SystemExit(f"{verb}: not a command of these pages; mark the block <!-- not run: WHY -->")
        return []


def commands(body: list[str]) -> Iterator[list[str]]:
    """The command lines of a block, each with the lines that a backslash continues it on; old outputs are dropped."""
    lines = iter(body)
    for line in lines:
        if line.startswith("$ "):
            command = [line]
            while command[-1].endswith("\\"):
                command.append(next(lines))
            yield command


def longwave(words: list[str]) -> tuple[int, list[str]]:
    """Exit code and lines of a command, stdout and stderr as a terminal mixes them."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(words)
    took = [catalogue()["cli.took"][lang].partition("{")[0] for lang in LANGUAGES]
    lines = [line.rstrip() for line in said.getvalue().splitlines()]
    for number, line in enumerate(lines):
        for start in took:
            if line.startswith(start):
                lines[number] = start + re.sub(r"[\d.]+", "...", line.removeprefix(start), count=1)
    return code, trimmed([line for line in lines if not PROGRESS.search(line)])


def python(body: list[str]) -> list[str]:
    """What a script prints."""
    script = Path("script.py")
    script.write_text("\n".join(body) + "\n", "utf-8")
    said = io.StringIO()
    with redirect_stdout(said):
        runpy.run_path(str(script), run_name="__main__")
    script.unlink()
    return trimmed([line.rstrip() for line in said.getvalue().splitlines()])


def trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def chosen(lines: list[str], show: str) -> list[str]:
    """The lines that `show` names, "..." in the place of the others; all of them where it says nothing."""
    if not show:
        return lines
    if show.startswith("/"):
        keep = {number for number, line in enumerate(lines) if re.search(show.strip("/"), line)}
    else:
        keep = set()
        for word in show.replace("last", str(len(lines))).split():
            first, _, end = word.partition("-")
            keep |= set(range(int(first) - 1, int(end or first)))
    if not keep:
        raise SystemExit(f"show: {show}: no such line among\n" + "\n".join(lines))
    kept: list[str] = []
    for number, line in enumerate(lines):
        if number in keep:
            kept.append(line)
        elif not kept or kept[-1] != "...":
            kept.append("...")
    return kept


def refreshed(page: str) -> str:
    """The page with the outputs of now. Changes the process's folder and environment while it runs."""
    before, here = dict(os.environ), Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in list(os.environ):
            if name.startswith(("LONGWAVE_", "XDG_")):
                del os.environ[name]
        os.environ |= {"HOME": folder, "USERPROFILE": folder, "LONGWAVE_OFFLINE": "true", "NO_COLOR": "1"}
        work = Path(folder) / "work"
        work.mkdir()
        os.chdir(work)
        try:
            return "\n".join(Reader().page(page.splitlines())) + "\n"
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if sys.argv[1:]:
        sys.stdout.write(refreshed(Path(sys.argv[1]).read_text("utf-8")))
    for page in () if sys.argv[1:] else [DOCS / name for name in PAGES]:
        old = page.read_text("utf-8")
        new = refreshed(old)
        if new != old:
            page.write_text(new, "utf-8")
