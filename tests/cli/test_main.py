"""The command line as a whole: help, languages, errors and exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import longwave
from longwave.cli import main as face
from longwave.cli.main import command_line, first_words
from longwave.cli.output import LONGEST_QUOTE
from longwave.core.errors import LongwaveError
from longwave.core.message import knows, say

from .conftest import Run


def paths() -> list[tuple[str, ...]]:
    """Every command's path in the tree."""
    tree = command_line("en")
    found: list[tuple[str, ...]] = [()]
    for name, command in tree.commands.items():
        found.append((name,))
        found += [(name, below) for below in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("path", paths(), ids=" ".join)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_of_every_command_opens_with_an_example(run: Run, path: tuple[str, ...], lang: str) -> None:
    done = run(*path, "--lang", lang, "--help") if path else run("--lang", lang, "--help")
    assert done.code == 0
    assert done.err == ""
    lines = [line.strip() for line in done.out.splitlines() if line.strip()]
    after_usage = next(line for line in lines[1:] if not line.startswith(("{", "[")))
    assert after_usage.startswith("$ longwave "), "after the usage comes an example"
    left = [key for key in re.findall(r"\b[a-z_]+\.[a-z_]+\b", done.out) if knows(key)]
    assert not left, "keys were left without words"
    assert max(map(len, done.out.splitlines())) <= 80
    if lang == "zh":
        assert lines[0].startswith("用法")
        assert not re.search(r"this\s+message|\[default:", done.out)
        assert "Options" not in done.out


def test_examples_in_help_are_real_command_lines() -> None:
    """Each example names a command and flags that exist."""
    tree = command_line("en")
    for path in paths():
        command: object = tree
        for name in path:
            command = command.commands[name]  # type: ignore[attr-defined]
        for line in re.findall(r"\$ longwave (.*)", command.help):  # type: ignore[attr-defined]
            words = line.split()
            flags = {word for word in words if word.startswith("--")}
            called: object = tree
            for word in words:
                called = getattr(called, "commands", {}).get(word, called)
            known = {
                opt for each in (tree, called) for p in each.params for opt in (*p.opts, *p.secondary_opts)
            }
            assert called is not tree, line
            assert flags <= known, line


def test_no_command_prints_the_help(run: Run) -> None:
    done = run()
    assert done.code == 0
    assert done.out.startswith("Usage: longwave")
    group = run("data")
    assert group.code == 0
    assert "show" in group.out


def test_no_command_under_json_is_a_usage_error(run: Run) -> None:
    done = run("--json")
    assert done.code == 2
    assert done.document["error"]["code"] == "usage_error"


def test_version(run: Run) -> None:
    assert run("--version").out == f"longwave {longwave.__version__}\n"
    assert run("version").out == f"longwave {longwave.__version__}\n"
    document = run("version", "--json").document
    assert document["schema"] == "longwave.version/1"
    assert document["version"] == longwave.__version__
    assert run("--json", "--version").document == document


MISUSE = [
    (["studdy", "USA"], "studdy", "study"),
    (["data", "lst"], "lst", "list"),
    (["study", "USA", "--horizn", "3"], "--horizn", "--horizon"),
    (["study"], "AREA", "--help"),
    (["study", "USA", "--horizon", "many"], "--horizon", "--help"),
    (["study", "USA", "--out"], "--out", "--help"),
    (["text", "finetune", "a.csv", "--out", "m"], "--task", "--help"),
    (["version", "extra"], "extra", "--help"),
    (["--lang", "fr", "version"], "fr", "en, zh"),
    (["version", "--lang", "fr"], "fr", "en, zh"),
]


@pytest.mark.parametrize(("argv", "names", "hint"), MISUSE)
def test_wrong_usage_is_one_line_with_the_mend_and_code_2(
    run: Run, argv: list[str], names: str, hint: str
) -> None:
    done = run(*argv)
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert done.err.startswith("Error: ")
    assert names in done.err
    assert hint in done.err


@pytest.mark.parametrize(("argv", "names", "hint"), MISUSE)
def test_wrong_usage_under_json_is_a_document(run: Run, argv: list[str], names: str, hint: str) -> None:
    done = run("--json", *argv)
    assert done.code == 2
    assert done.document["schema"] == "longwave.error/1"
    error = done.document["error"]
    assert error.keys() == {"code", "message", "hint"}
    assert error["code"] == "usage_error"
    assert names in error["message"]
    assert hint in error["hint"]


@pytest.mark.parametrize(("argv", "names", "hint"), MISUSE[:6])
def test_wrong_usage_is_told_in_chinese(run: Run, argv: list[str], names: str, hint: str) -> None:
    done = run("--lang", "zh", *argv)
    assert done.code == 2
    assert done.err.startswith("错误：")
    assert names in done.err
    assert "No such" not in done.err


def test_the_language_may_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWAVE_LANG", "zh")
    assert run("--help").out.startswith("用法")
    assert run("nothing").err.startswith("错误")
    assert run("--lang", "en", "nothing").err.startswith("Error")


def test_a_broken_settings_file_is_told_and_help_still_works(run: Run, surroundings: Path) -> None:
    (surroundings / "longwave.toml").write_text("strore = 'x'\n", "utf-8")
    done = run("config", "show", "--json")
    assert done.code == 2
    assert "Did you mean store" in done.document["error"]["hint"]
    assert run("--help").code == 0


@pytest.mark.parametrize("content", ["strore = 'x'\n", "[[[", "timeout = 'soon'\n"])
def test_the_version_needs_no_settings(run: Run, surroundings: Path, content: str) -> None:
    (surroundings / "longwave.toml").write_text(content, "utf-8")
    assert run("version").out == run("--version").out == f"longwave {longwave.__version__}\n"
    assert run("version", "--lang", "fr").code == 2


@pytest.mark.parametrize("flag", ["--install-completion", "--show-completion"])
def test_completion_takes_no_other_word(run: Run, surroundings: Path, flag: str) -> None:
    for argv in ([flag, "nonsense"], [flag, "--lang", "zh", "study"], [f"{flag}=bash"]):
        done = run(*argv)
        assert done.code == 2
        assert flag in done.err
        assert done.err.count("\n") == 1
    assert not Path.home().exists(), "nothing was installed"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_number_that_is_none_is_told_in_the_house_s_words(run: Run, lang: str) -> None:
    said = {
        "en": "--horizon wants a whole number, not 'abc'.",
        "zh": "--horizon 需要一个整数，而不是 'abc'。",
    }
    assert said[lang] in run("--lang", lang, "study", "USA", "--horizon", "abc").err
    choice = run("--lang", lang, "data", "add", "x.csv", "--decimal", "x").err
    assert "--decimal" in choice and "'x'" in choice and "not one of" not in choice


LONG = "q" * 500


@pytest.mark.parametrize(
    "argv",
    [
        [LONG],
        ["study", LONG],
        ["study", "USA", f"--{LONG}"],
        ["study", "USA", "--horizon", LONG],
        ["study", "USA", "--as-of", LONG],
        ["study", "USA", "--lang", LONG],
        ["data", "pull", LONG, "x"],
        ["data", "show", "USA", LONG],
        ["version", LONG],
        ["--show-completion", LONG],
    ],
)
def test_long_words_are_not_repeated_whole(run: Run, argv: list[str]) -> None:
    done = run(*argv)
    assert done.code in (2, 5)
    assert "q" * 20 in done.err
    assert "q" * (LONGEST_QUOTE + 1) not in done.err


def leaves(kind: type[LongwaveError]) -> list[type[LongwaveError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in leaves(below))]


@pytest.mark.parametrize("kind", leaves(LongwaveError), ids=lambda kind: kind.__name__)
def test_every_error_has_its_exit_code_and_document(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: type[LongwaveError]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind(say("core.empty_key", column="area"), say("core.list_series"))

    monkeypatch.setattr(face, "_tell_version", fail)
    done = run("version", "--json")
    assert done.code == kind.exit_code
    assert done.document["error"]["code"] == kind.__name__[0].lower() + re.sub(
        "[A-Z]", lambda m: "_" + m[0].lower(), kind.__name__[1:]
    )
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err
    assert "Traceback" in run("version", "--debug").err


def test_the_system_s_refusal_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/some/file")

    monkeypatch.setattr(face, "_tell_version", fail)
    done = run("version")
    assert done.code == 1
    assert done.err == "Error: The system refused: /some/file: Permission denied.\n"


def test_an_interruption_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(face, "_tell_version", fail)
    done = run("version", "--json")
    assert done.code == 130
    assert done.document["error"]["code"] == "interrupted"
    assert "Traceback" not in done.err


DEFECT = """
import sys
from longwave.cli import main as face
def fail(*_):
    raise RuntimeError("the drawer is empty")
face._tell_version = fail
sys.argv = ["longwave", *sys.argv[1:]]
face.run()
"""


@pytest.mark.parametrize("flags", [[], ["--json"], ["--debug"]])
def test_what_nobody_foresaw_is_called_a_defect(surroundings: Path, flags: list[str]) -> None:
    command = [sys.executable, "-c", DEFECT, "version", *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "This is a defect in longwave" in done.stderr
    assert "the drawer is empty" in done.stderr
    assert ("Traceback" in done.stderr) == ("--debug" in flags)
    if "--json" in flags:
        assert json.loads(done.stdout)["error"]["code"] == "defect"
    else:
        assert done.stdout == ""
    if not flags:
        assert done.stderr.count("\n") == 1


def test_a_reader_that_stops_reading_is_no_error(surroundings: Path) -> None:
    command = f"'{sys.executable}' -m longwave --help | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)  # noqa: S602
    assert done.stderr == ""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "longwave", "version"], stdout=write, stderr=subprocess.PIPE, timeout=60
    )
    os.close(write)
    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_under_stdout_is_told(surroundings: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "longwave", "version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


LISTENING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""A shell's background job is told to overlook Ctrl-C, and so are its children; these are to hear it."""

WAITING = """
import sys, time
from longwave.__main__ import run
from longwave.cli import main as face
def wait(*_):
    print("waiting", flush=True)
    time.sleep(30)
face._tell_version = wait
sys.argv = ["longwave", "version"]
run()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
@pytest.mark.parametrize(
    ("sign", "code", "said"), [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "Terminated")]
)
def test_a_signal_ends_quietly_with_its_code(
    surroundings: Path, sign: signal.Signals, code: int, said: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING + WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(sign)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert err == f"Error: {said}.\n"


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.1, 0.2, 0.4, 0.8])
def test_a_signal_is_as_quiet_while_modules_are_imported(
    surroundings: Path, sign: signal.Signals, seconds: float
) -> None:
    """Not before the first line of the house's own code: what the interpreter does before is its own."""
    code = (
        "from longwave.__main__ import run; from longwave.cli import signals; import sys\n"
        "signals.watch(); print('begun', flush=True)\n"
        "sys.argv = ['longwave', 'study', 'USA', 'CHN', '--dry-run']; run()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING + code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(sign)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + sign
    assert out == ""
    assert err in ("Error: Interrupted.\n", "Error: Terminated.\n")


def test_output_is_utf8_whatever_the_locale(spawn: Run) -> None:
    done = spawn("--lang", "zh", "version", "--nothing", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.code == 2
    assert done.err.startswith("错误")


def test_the_face_without_heavy_packages() -> None:
    """The command line's own start brings no table, no database and no drawing package."""
    code = "import sys, longwave.cli.main as m; m.command_line('en'); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    heavy = {"pandas", "numpy", "duckdb", "pyarrow", "matplotlib", "scipy", "statsmodels", "httpx", "jinja2"}
    assert heavy & set(done.stdout.split()) == set()


def test_first_words() -> None:
    words = first_words(["--json", "study", "--lang=zh", "--no-color", "--debug"])
    assert (words.json, words.lang, words.plain, words.debug) == (True, "zh", True, True)
    assert not first_words(["study", "--", "--json"]).json
