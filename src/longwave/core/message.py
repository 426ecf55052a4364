"""A sentence that can be said in English or in Chinese: a key into the catalogue, and what fills its blanks.

Results keep `Message` objects, not strings, so that one computed result is told in both languages without being
computed twice. The catalogue is `longwave/messages/*.toml`; each entry holds both languages side by side, so a
missing translation is visible where it is missing. Templates use `str.format` fields, e.g. ``{share:.1%}``; they
are written by the house only, values come from outside and are never read as templates.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Names:
    """A proper name in both languages, e.g. of an area or a variable. `zh` falls back to `en` when empty."""

    en: str
    zh: str = ""

    def text(self, lang: Language = "en") -> str:
        return (self.zh or self.en) if lang == "zh" else self.en


Value: TypeAlias = "str | int | float | Names | Message | tuple[Value, ...]"


@dataclass(frozen=True)
class Message:
    """One catalogue sentence with its blanks filled. Make it with `say`; read it with `.text(lang)`."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def text(self, lang: Language = "en") -> str:
        """The sentence in `lang`. Raises KeyError for a key or a blank that the catalogue does not know."""
        template = _entry(self.key)[lang]
        return template.format(**{name: _spoken(value, lang) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.text("en")

    def __hash__(self) -> int:
        return hash((self.key, tuple(sorted(self.values))))


def say(key: str, **values: Value) -> Message:
    """A `Message` from its key and blanks: ``say("study.no_data", area=Names("China", "中国"))``."""
    return Message(key, values)


def _spoken(value: Value, lang: Language) -> str | int | float:
    if isinstance(value, Names | Message):
        return value.text(lang)
    if isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(str(_spoken(item, lang)) for item in value)
    return value


def knows(key: str) -> bool:
    """Whether the catalogue has a sentence of this key. Reads one file of it, not all."""
    return key in _room(key.partition(".")[0]) or key in catalogue()


def _entry(key: str) -> dict[Language, str]:
    """The templates of a key. A file is read when a sentence of it is first said: a command says few of them."""
    texts = _room(key.partition(".")[0]).get(key)
    return catalogue()[key] if texts is None else texts


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Every message of the house: key -> language -> template. Keys are ``file.entry``."""
    return {key: texts for room in sorted(_files()) for key, texts in _room(room).items()}


@cache
def _files() -> dict[str, Traversable]:
    folder = resources.files("longwave.messages")
    return {each.name.removesuffix(".toml"): each for each in folder.iterdir() if each.name.endswith(".toml")}


@cache
def _room(name: str) -> dict[str, dict[Language, str]]:
    """The messages of one file; none where there is no such file."""
    file = _files().get(name)
    if file is None:
        return {}
    return {f"{name}.{key}": texts for key, texts in tomllib.loads(file.read_text("utf-8")).items()}
