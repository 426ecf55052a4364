"""How a command is made: it takes the house's flags, before its name or after it, and is handed its call."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer

from longwave.cli.complete import complete_language
from longwave.cli.output import Output
from longwave.core.errors import UsageError
from longwave.core.message import LANGUAGES, Language, say
from longwave.core.settings import Settings, load_settings

EVERYWHERE: Mapping[str, Any] = {
    "store": Annotated[Path | None, typer.Option("--store", metavar="DIR", help="cli.flag_store")],
    "offline": Annotated[bool | None, typer.Option("--offline/--online", help="cli.flag_offline")],
    "lang": Annotated[
        list[str] | None,
        typer.Option("--lang", metavar="en|zh", help="cli.flag_lang", autocompletion=complete_language),
    ],
    "json": Annotated[bool, typer.Option("--json", help="cli.flag_json")],
    "quiet": Annotated[bool, typer.Option("--quiet", "-q", help="cli.flag_quiet")],
    "verbose": Annotated[
        int, typer.Option("--verbose", "-v", count=True, show_default=False, help="cli.flag_verbose")
    ],
    "debug": Annotated[bool, typer.Option("--debug", help="cli.flag_debug")],
    "no_color": Annotated[bool, typer.Option("--no-color", help="cli.flag_no_color")],
}
"""The flags of every command; help texts are keys, which `main` turns into words of one language."""

_UNSAID: Mapping[str, Any] = {"store": None, "offline": None, "lang": None, "verbose": 0}


@dataclass(frozen=True)
class Call:
    """One call of a command: the settings that its flags name, its output, and the languages named, if any."""

    chosen: Mapping[str, Any]
    output: Output
    languages: tuple[Language, ...] = ()

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises UsageError for one that does not exist or cannot be read."""
        return load_settings(self.chosen)

    @property
    def report_languages(self) -> tuple[Language, ...]:
        """Languages to write a report in: those asked for, else the settings' one."""
        return self.languages or (self.settings.lang,)


def command(
    app: typer.Typer, name: str, *, brief: str, text: str, examples: tuple[str, ...], settled: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Enters a function under `name`. It is handed a `Call` first, then its own arguments and flags.

    brief and text are keys of messages; examples are whole command lines, which open the help. settled: the
    command needs settings that can be read, and is not begun without.
    """

    def enter(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = [each for each in signature.parameters.values() if each.annotation is not Call]

        def run(ctx: typer.Context, **given: Any) -> None:
            flags = _merged(ctx, given)
            call = make_call(flags)
            if settled:
                _ = call.settings
            function(call, **{each.name: given[each.name] for each in own})

        _dress(run, own, name)
        app.command(name, short_help=brief, help=opening(examples, text))(run)
        return function

    return enter


def group(
    app: typer.Typer, *, text: str, examples: tuple[str, ...], extra: Callable[..., None] | None = None
) -> None:
    """Lets `app` take the house's flags before its command's name; without a command it prints its help.

    extra: a function with further flags of the group, called with the call's flags first.
    """
    own = [] if extra is None else list(inspect.signature(extra, eval_str=True).parameters.values())[1:]

    def run(ctx: typer.Context, **given: Any) -> None:
        flags = _merged(ctx, given)
        if extra is not None:
            extra(flags, **{each.name: given[each.name] for each in own})
        if ctx.invoked_subcommand is None:
            if flags["json"]:
                raise UsageError(say("cli.no_command"), say("cli.see_help", path=ctx.command_path))
            print(ctx.get_help())
        ctx.obj = {FLAGS: flags}

    _dress(run, own, "group")
    app.callback(invoke_without_command=True, help=opening(examples, text))(run)


FLAGS = "longwave.flags"
_MARK = "\b\n"  # tells typer to keep the lines of the paragraph as they are


def opening(examples: tuple[str, ...], text: str) -> str:
    """A help text: the examples first, then the key of the text that explains."""
    lines = "\n".join(f"  $ {line}" for line in examples)
    return f"{_MARK}{lines}\n\n{text}"


def make_call(flags: Mapping[str, Any]) -> Call:
    """The call that the flags make. Raises UsageError for a language that does not exist."""
    languages = tuple(dict.fromkeys(_language(text) for text in flags["lang"] or ()))
    chosen = {
        "store": flags["store"],
        "offline": flags["offline"],
        "lang": languages[0] if languages else None,
    }
    output = Output(
        lang=languages[0] if languages else language_in_force(),
        json=flags["json"],
        quiet=flags["quiet"],
        verbose=flags["verbose"],
        plain=flags["no_color"],
        debug=flags["debug"],
    )
    return Call(chosen, output, languages)


def language_in_force() -> Language:
    """The settings' language; where the settings cannot be read, the environment's, else English."""
    try:
        return load_settings().lang
    except (UsageError, OSError):
        return "zh" if os.environ.get("LONGWAVE_LANG", "").strip().lower() == "zh" else "en"


def _language(text: str) -> Language:
    for lang in LANGUAGES:
        if text.strip().lower() == lang:
            return lang
    raise UsageError(say("cli.no_language", lang=text), say("cli.languages", languages=LANGUAGES))


def _merged(ctx: typer.Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """The house's flags of this level over those of the levels above."""
    above = (
        ctx.parent.obj.get(FLAGS, {}) if ctx.parent is not None and isinstance(ctx.parent.obj, dict) else {}
    )
    flags = {name: _UNSAID.get(name, False) for name in EVERYWHERE} | above
    for name in EVERYWHERE:
        if name == "verbose":
            flags[name] += given[name]
        elif given[name] not in (None, False, [], ()) or (name == "offline" and given[name] is False):
            flags[name] = given[name]
    return flags


def _dress(run: Callable[..., None], own: list[inspect.Parameter], name: str) -> None:
    """Gives `run` the signature that typer reads: the context, its own parameters, the house's flags."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    shared = [
        inspect.Parameter(flag, keyword, default=_UNSAID.get(flag, False), annotation=kind)
        for flag, kind in EVERYWHERE.items()
        if flag not in {each.name for each in own}
    ]
    mine = [each.replace(kind=keyword) for each in own]
    run.__signature__ = inspect.Signature([context, *mine, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {"ctx": typer.Context}
    run.__name__ = name


def leave(code: int) -> None:
    """Ends the call with an exit code that is not an error."""
    sys.stdout.flush()
    raise typer.Exit(code)
