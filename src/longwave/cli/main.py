"""The command ``longwave``: its commands, and what becomes of errors.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done, 4 a key is wanted, 5 the data cannot carry it,
130 interrupted, 143 told to end. `core.errors` says which error has which.
"""

from __future__ import annotations

import difflib
import os
import platform
import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import TracebackType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from longwave.cli import (
    brief,
    config,
    data,
    decide,
    doctor,
    forecast,
    measure,
    model,
    nowcast,
    policy,
    report,
    signals,
    study,
    text,
)
from longwave.cli.command import Call, command, group, language_in_force
from longwave.cli.output import Output, quoted, settle_streams
from longwave.cli.wording import speak
from longwave.core.errors import LongwaveError, UsageError
from longwave.core.message import LANGUAGES, Language, Message, say

NAME = "longwave"


def run() -> NoReturn:
    """Runs the command line of this process and ends it with the right exit code."""
    settle_streams()
    output = first_words(sys.argv[1:])
    sys.excepthook = _defect_hook(output)
    if not output.debug:
        warnings.simplefilter("ignore")
    code = main(sys.argv[1:])
    if signals.received():
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> NoReturn:
    """Ends the process after a signal, when everything of ours is cleaned up: an extension module that met the
    KeyboardInterrupt can leave the interpreter set on killing itself at its own end, with another code."""
    sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str]) -> int:
    """Runs one command line and gives its exit code. What nobody foresaw rises: it is a defect."""
    output = first_words(argv)
    try:
        signals.arm()
        code = _run(argv, output)
        signals.disarm()
    except (KeyboardInterrupt, typer.Abort) as error:
        return _interrupted(output, error)
    except (ImportError, RuntimeError, SystemError) as error:
        if not signals.received():
            raise
        # An import or a query that was broken off may call it a failure of its own.
        return _interrupted(output, error)
    return code


def _run(argv: Sequence[str], output: Output) -> int:
    try:
        _check_completion(argv)
        outcome = command_line(output.lang).main(list(argv), prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _no_reader()
    except SystemExit as error:
        # The parser turns a broken pipe into an exit of its own.
        if isinstance(error.__context__, BrokenPipeError):
            return _no_reader()
        raise
    except LongwaveError as error:
        if signals.received():
            raise KeyboardInterrupt from error
        output.failed(error, error.code, error.message, error.mend)
        return error.exit_code
    except typer.TyperException as error:
        output.failed(error, "usage_error", *_misused(error))
        return UsageError.exit_code
    except OSError as error:
        file = f"{error.filename}: " if error.filename is not None else ""
        why = f"{file}{error.strerror or type(error).__name__}"
        output.failed(error, "system_error", say("cli.system_error", why=why))
        _give_up_stdout_if_dead()
        return 1
    code = outcome if isinstance(outcome, int) else 0
    if code == signals.INTERRUPTED:  # as the parser tells of a KeyboardInterrupt
        raise KeyboardInterrupt
    return code


def _no_reader() -> int:
    """Whoever read us has read enough."""
    _give_up_stdout_if_dead()
    return 0


def _give_up_stdout_if_dead() -> None:
    """What is left in the buffer of a stdout that takes no more must not be flushed at exit, which would fail again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _interrupted(output: Output, error: BaseException) -> int:
    signals.disarm()
    code = signals.exit_code()
    name = "terminated" if code == signals.TERMINATED else "interrupted"
    output.failed(error, name, say(f"cli.{name}"))
    return code


COMPLETION = ("--install-completion", "--show-completion")
WITH_VALUE = ("--lang", "--store")


def _check_completion(argv: Sequence[str]) -> None:
    """The parser acts on these flags before it looks at the rest. Raises UsageError for a word beside them."""
    bare = [
        (place, word)
        for place, (before, word) in enumerate(pairwise(["", *argv]))
        if not word.startswith("-") and before not in WITH_VALUE
    ]
    asked = [place for place, word in enumerate(argv) if word in COMPLETION]
    if asked and bare and asked[0] < bare[0][0]:
        raise UsageError(
            say("cli.stray_word", option=argv[asked[0]], word=bare[0][1]), say("cli.see_help", path=NAME)
        )


def command_line(lang: Language = "en") -> TyperGroup:
    """The whole tree of commands, with its help in one language."""
    app = typer.Typer(name=NAME, rich_markup_mode=None, add_completion=True)
    group(app, text="cli.main_text", examples=EXAMPLES, extra=_root_flags)
    for part in (
        study,
        measure,
        forecast,
        nowcast,
        model,
        policy,
        brief,
        decide,
        text,
        data,
        report,
        config,
        doctor,
    ):
        part.enter(app)
    command(
        app,
        "version",
        brief="cli.version_brief",
        text="cli.version_text",
        examples=("longwave version",),
        settled=False,
    )(version)
    tree = typer.main.get_command(app)
    assert isinstance(tree, TyperGroup)  # noqa: S101  more than one command makes a group
    tree.commands = {name: tree.commands[name] for name in ORDER}
    speak(tree, lang)
    return tree


ORDER = (
    "study", "measure", "forecast", "nowcast", "model", "policy", "brief", "decide", "text", "data", "report", "config",
    "doctor", "version",
)  # fmt: skip
EXAMPLES = (
    "longwave study USA CHN",
    "longwave measure productivity USA",
    "longwave data show USA",
    "longwave --lang zh study CHN",
)


def version(call: Call) -> None:
    _tell_version(call.output)


def _root_flags(
    flags: Mapping[str, Any],
    version: Annotated[bool, typer.Option("--version", help="cli.flag_version")] = False,
) -> None:
    if version:
        _tell_version(Output(json=flags["json"]))
        raise typer.Exit


def _tell_version(output: Output) -> None:
    from importlib.metadata import version

    output.line(f"{NAME} {version(NAME)}")
    output.document("version", {"version": version(NAME), "python": platform.python_version()})


def first_words(argv: Sequence[str]) -> Output:
    """How to speak before, or in spite of, what the parser makes of the arguments: an error in the flags is
    told in the language and form that they ask for."""
    words = list(argv[: argv.index("--")] if "--" in argv else argv)
    plain = "--no-color" in words
    return Output(_first_language(words), json="--json" in words, plain=plain, debug="--debug" in words)


def _first_language(words: Sequence[str]) -> Language:
    asked = [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    asked += [after for word, after in pairwise(words) if word == "--lang"]
    for lang in LANGUAGES:
        if asked and asked[0].lower() == lang:
            return lang
    return language_in_force()


def _misused(error: typer.TyperException) -> tuple[Message, Message]:
    """The parser's complaint as the house says it; its own words where it has no kind that we know."""
    context: Any = getattr(error, "ctx", None)
    path = context.command_path if context is not None else NAME
    mend = say("cli.see_help", path=path)
    kind = type(error).__name__
    parameter: Any = getattr(error, "param", None)
    unknown = re.match(r"No such command '(.*?)'(?:\. Did you mean|\.?$)", error.message, re.DOTALL)
    if unknown:
        near = tuple(difflib.get_close_matches(unknown[1], context.command.commands))
        return say("cli.no_such_command", name=quoted(unknown[1])), say(
            "cli.nearest", near=near
        ) if near else mend
    if kind == "NoSuchOption":
        near = tuple(sorted(getattr(error, "possibilities", None) or ()))
        option = str(getattr(error, "option_name", ""))
        return say("cli.no_option", option=quoted(option)), say("cli.nearest", near=near) if near else mend
    if kind == "MissingParameter" and parameter is not None:
        option = parameter.param_type_name == "option"
        return say("cli.missing", name=parameter.opts[0] if option else parameter.display_name_raw), mend
    if kind == "BadOptionUsage":
        key = "cli.takes_no_value" if "does not take a value" in error.message else "cli.wants_value"
        return say(key, option=str(getattr(error, "option_name", ""))), mend
    if kind == "BadParameter" and parameter is not None:
        return _bad_value(parameter, error), mend
    extra = re.match(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", error.message, re.DOTALL)
    if extra:
        return say("cli.too_much", words=quoted(extra[1])), mend
    return say("cli.misused", why=quoted(error.format_message().rstrip("."))), mend


def _bad_value(parameter: Any, error: typer.TyperException) -> Message:
    """What the parser, which leaves values to pydantic, says of one: in our words for the kinds that we ask for."""
    option = max(parameter.opts, key=len)
    found: Any = error.__cause__
    details: dict[str, Any] = found.errors()[0] if hasattr(found, "errors") else {}
    value = quoted(str(details.get("input", "")))
    if str(details.get("type", "")).startswith("int_"):
        return say("cli.no_integer", option=option, value=value)
    choices = re.search(r"' is not one of (.+)$", error.message)
    if choices:
        return say("cli.no_choice", option=option, value=value, choices=choices[1].rstrip("."))
    return say("cli.bad_value", option=option, why=quoted(error.message.rstrip(".")))


def _defect_hook(output: Output) -> Any:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        message = say("cli.defect", kind=kind.__name__, text=str(error))
        output.failed(error, "defect", message, None if output.debug else say("cli.defect_mend"))

    return hook
