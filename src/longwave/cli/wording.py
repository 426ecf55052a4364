"""Help in one language: the commands name the keys of their help texts, and here the keys become words."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperGroup

from longwave.core.message import Language, knows, say

HELP = ["-h", "--help"]
CHINESE_WIDTH = 56
"""Letters a line: a Chinese sign takes two columns of the terminal, and the parser counts one."""

_KEY = re.compile(r"\b(?:cli|text_[a-z]+)\.\w+")


def speak(tree: TyperGroup, lang: Language) -> None:
    """Puts words of `lang` for the keys in the help of every command of the tree, in place."""
    tree.context_settings["help_option_names"] = HELP
    if lang == "zh":
        tree.context_settings["max_content_width"] = CHINESE_WIDTH
    _speak(tree, lang)


def _speak(command: Any, lang: Language) -> None:
    command.help = words(command.help, lang)
    command.short_help = words(command.short_help, lang)
    for parameter in command.params:
        parameter.help = words(_PARSER_WORDS.get(parameter.name, parameter.help), lang)
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = _nothing  # the type, which the name says already
    if lang == "zh":
        plain_help = command.get_help
        command.get_help = lambda ctx: _in_chinese(plain_help(ctx))
    for each in getattr(command, "commands", {}).values():
        _speak(each, lang)


def _nothing(ctx: Any) -> None:
    return None


def words(text: str | None, lang: Language) -> str | None:
    """A text with the keys of messages in it replaced by what they say."""
    if text is None:
        return None
    return _KEY.sub(lambda match: say(match[0]).text(lang) if knows(match[0]) else match[0], text)


_PARSER_WORDS = {
    "install_completion": "cli.flag_install_completion",
    "show_completion": "cli.flag_show_completion",
}


def _in_chinese(text: str) -> str:
    for pattern, chinese in _HEADINGS:
        text = pattern.sub(chinese, text)
    return text


_HEADINGS = tuple(
    (re.compile(pattern, re.MULTILINE), chinese)
    for pattern, chinese in (
        (r"^Usage:", "用法："),
        (r"^Options:?$", "选项："),
        (r"^Arguments:?$", "参数："),
        (r"^Commands:?$", "命令："),
        (r"Show\s+this\s+message\s+and\s+exit\.", "显示本帮助并退出。"),
        (r"\[default:\s+", "[默认："),
        (r"\[required\]", "[必填]"),
        (r"\[OPTIONS\]", "[选项]"),
        (r"COMMAND\s+\[ARGS\]\.\.\.", "命令 [参数]..."),
    )
)
