"""Settings: flag > LONGWAVE_* > ./longwave.toml > default, and each value remembers where it came from.

A secret comes from the environment, or from a file that the environment names; never from a flag, which other
users of the machine can read, nor from longwave.toml, which gets committed.
"""

from __future__ import annotations

import difflib
import math
import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import LANGUAGES, Language, Message, say

FILE = "longwave.toml"
PREFIX = "LONGWAVE_"
FLAG = "flag"
BESIDE = ("LONGWAVE_KERNELS",)
"""Variables that are no settings: where compiled kernels are kept is one room's own affair (`numerics.kernel_cache`)."""
DEFAULT = "default"


def default_store() -> Path:
    """The store's folder where nothing says otherwise: the platform's place for a user's data."""
    return data_home(sys.platform, os.environ) / "longwave" / "store"


def default_cache() -> Path:
    """The folder of raw answers where nothing says otherwise: the platform's place for caches."""
    return cache_home(sys.platform, os.environ) / "longwave" / "http"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told about its surroundings.

    store: folder of the store; cache: folder of raw answers from publishers; lang: language of sentences and
    reports; offline: the network is never called; timeout: seconds that a publisher has to answer; hosts:
    hosts that may be called beside the publishers that longwave knows; fred_key and census_key: secrets,
    empty where not set; origins: setting -> ``flag``, the environment variable's name, the path of
    longwave.toml, or ``default``.
    """

    store: Path = field(default_factory=default_store)
    cache: Path = field(default_factory=default_cache)
    lang: Language = "en"
    offline: bool = False
    timeout: float = 30.0
    """Thirty seconds: statistical offices are slow with large queries; a dead one should not hold us up."""
    hosts: tuple[str, ...] = ()
    fred_key: str = field(default="", repr=False)
    census_key: str = field(default="", repr=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def origin(self, name: str) -> str:
        """Where the value of a setting came from; ``default`` where nobody said."""
        return self.origins.get(name, DEFAULT)

    def shown(self) -> dict[str, Any]:
        """Every setting as it may be printed: paths as text, a secret as ``set`` or ``not set``."""
        values: dict[str, Any] = {}
        for name in SETTINGS:
            value = getattr(self, name)
            if name in SECRETS:
                values[name] = "set" if value else "not set"
            elif isinstance(value, tuple):
                values[name] = list(value)
            else:
                values[name] = str(value) if isinstance(value, Path) else value
        return values


SETTINGS: tuple[str, ...] = tuple(item.name for item in fields(Settings) if item.name != "origins")
SECRETS: tuple[str, ...] = ("fred_key", "census_key")


def load_settings(
    flags: Mapping[str, object] = {}, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Settings:
    """The settings of this call: flag > environment > longwave.toml in `cwd` > default.

    flags: setting -> value; None means that the flag was not given. env defaults to the process's own, in
    which an empty variable counts as not set. Relative paths are seen from `cwd`. Raises UsageError for a
    setting that does not exist (naming the nearest), a value that cannot be read, or a misplaced secret.
    """
    env = os.environ if env is None else env
    cwd = Path.cwd() if cwd is None else cwd
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def take(name: str, value: object, origin: str) -> None:
        values[name] = _READERS[name](_Given(name, value, origin, cwd))
        origins[name] = origin

    file = cwd / FILE
    for name, value in _read_file(file).items():
        if isinstance(value, dict) and name not in SETTINGS:
            raise UsageError(say("settings.table", name=name, file=str(file)), say("settings.table_mend"))
        _check_name(name, str(file))
        take(name, value, str(file))
    for name in SETTINGS:
        variable = variable_of(name)
        if env.get(variable):
            take(name, env[variable], variable)
        elif name in SECRETS and env.get(f"{variable}_FILE"):
            take(name, _read_secret(cwd / env[f"{variable}_FILE"], f"{variable}_FILE"), f"{variable}_FILE")
    for name, value in flags.items():
        if value is not None:
            _check_name(name, FLAG)
            take(name, value, FLAG)
    if "store" not in values:
        values["store"] = data_home(sys.platform, env) / "longwave" / "store"
    if "cache" not in values:
        values["cache"] = cache_home(sys.platform, env) / "longwave" / "http"
    return Settings(**values, origins={name: origins.get(name, DEFAULT) for name in SETTINGS})


def variable_of(name: str) -> str:
    """The environment variable of a setting: store -> LONGWAVE_STORE."""
    return f"{PREFIX}{name.upper()}"


def unknown_variables(env: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """LONGWAVE_* variables that set nothing, each with the nearest that does; most likely slips."""
    known = [variable_of(name) for name in SETTINGS]
    known += [f"{variable_of(name)}_FILE" for name in SECRETS] + list(BESIDE)
    strange = sorted(name for name in env if name.startswith(PREFIX) and name not in known)
    return tuple((name, (difflib.get_close_matches(name, known, n=1) or [""])[0]) for name in strange)


def data_home(platform: str, env: Mapping[str, str]) -> Path:
    """Where `platform` (as in sys.platform) keeps a user's data. Raises UsageError where no home is known."""
    if platform == "win32":
        return _named(env, "LOCALAPPDATA") or _home(env) / "AppData" / "Local"
    if platform == "darwin":
        return _named(env, "XDG_DATA_HOME") or _home(env) / "Library" / "Application Support"
    return _named(env, "XDG_DATA_HOME") or _home(env) / ".local" / "share"


def cache_home(platform: str, env: Mapping[str, str]) -> Path:
    """Where `platform` keeps what may be thrown away. Raises UsageError where no home is known."""
    if platform == "win32":
        return (_named(env, "LOCALAPPDATA") or _home(env) / "AppData" / "Local") / "Cache"
    if platform == "darwin":
        return _named(env, "XDG_CACHE_HOME") or _home(env) / "Library" / "Caches"
    return _named(env, "XDG_CACHE_HOME") or _home(env) / ".cache"


def _named(env: Mapping[str, str], variable: str) -> Path | None:
    """The folder that a variable names; the XDG rules say to overlook one that is not absolute."""
    folder = Path(env.get(variable, ""))
    return folder if folder.is_absolute() else None


def _home(env: Mapping[str, str]) -> Path:
    named = env.get("HOME") or env.get("USERPROFILE")
    if named:
        return Path(named)
    try:
        return Path.home()
    except RuntimeError as error:
        raise UsageError(say("settings.no_home"), say("settings.no_home_mend")) from error


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as it was given: for which setting, where, and from which folder relative paths are seen."""

    name: str
    value: object
    origin: str
    cwd: Path

    def refuse(self, wanted: Message) -> UsageError:
        if self.name in SECRETS:  # whose value is not shown
            return UsageError(say("settings.bad_secret", origin=self.origin), wanted)
        value = repr(self.value)[:80]
        return UsageError(say("settings.bad_value", name=self.name, value=value, origin=self.origin), wanted)


def _read_path(given: _Given) -> Path:
    text = str(given.value) if isinstance(given.value, str | Path) else ""
    if not text.strip() or "\0" in text:
        raise given.refuse(say("settings.want_path"))
    path = Path(text)
    if path.parts and path.parts[0].startswith("~"):
        try:
            path = path.expanduser()
        except RuntimeError as error:
            raise given.refuse(say("settings.want_path")) from error
    return given.cwd / path


def _read_language(given: _Given) -> Language:
    for lang in LANGUAGES:
        if isinstance(given.value, str) and given.value.strip().lower() == lang:
            return lang
    raise given.refuse(say("settings.want_language", languages=LANGUAGES))


_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


def _read_truth(given: _Given) -> bool:
    if isinstance(given.value, bool):
        return given.value
    word = str(given.value).strip().lower()
    if word not in _YES | _NO:
        raise given.refuse(say("settings.want_truth"))
    return word in _YES


def _read_seconds(given: _Given) -> float:
    value = given.value
    try:
        number = isinstance(value, str | int | float) and not isinstance(value, bool)
        seconds = float(str(value)) if number else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if not 0 < seconds <= 3600:
        raise given.refuse(say("settings.want_seconds"))
    return seconds


_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")


def _read_hosts(given: _Given) -> tuple[str, ...]:
    value = given.value
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        raise given.refuse(say("settings.want_hosts"))
    hosts = [word.strip().lower() for word in words if word.strip()]
    if any(_HOST.fullmatch(host) is None for host in hosts):
        raise given.refuse(say("settings.want_hosts"))
    return tuple(dict.fromkeys(hosts))


def _read_key(given: _Given) -> str:
    """A secret. Only the environment may give one; blanks or control signs could break out of a URL."""
    variable = variable_of(given.name)
    if not given.origin.startswith(variable):
        raise UsageError(
            say("settings.misplaced_secret", name=given.name, origin=given.origin),
            say("settings.secret_mend", variable=variable),
        )
    text = str(given.value).strip()
    if re.fullmatch(r"[!-~]{1,512}", text) is None:
        raise given.refuse(say("settings.want_key"))
    return text


_READERS: Mapping[str, Callable[[_Given], Any]] = {
    "store": _read_path,
    "cache": _read_path,
    "lang": _read_language,
    "offline": _read_truth,
    "timeout": _read_seconds,
    "hosts": _read_hosts,
    "fred_key": _read_key,
    "census_key": _read_key,
}


def _check_name(name: str, origin: str) -> None:
    if name not in SETTINGS:
        near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.5)
        mend = say("settings.nearest", near=near[0]) if near else say("settings.all_names", names=SETTINGS)
        raise UsageError(say("settings.unknown", name=name, origin=origin), mend)


def _read_file(file: Path) -> dict[str, Any]:
    """The file's settings; none where there is no file."""
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise UsageError(say("settings.not_utf8", file=str(file)), say("settings.not_utf8_mend")) from error
    except tomllib.TOMLDecodeError as error:
        message = say("settings.not_toml", file=str(file), why=str(error))
        raise UsageError(message, say("settings.not_toml_mend")) from error
    except OSError as error:
        raise UsageError(_unreadable(file, error), say("settings.unreadable_mend")) from error


_KEY_FILE_LIMIT = 4096
"""Bytes: a key is a line; whatever is longer was named by mistake."""


def _read_secret(file: Path, variable: str) -> str:
    try:
        with file.open("rb") as handle:
            data = handle.read(_KEY_FILE_LIMIT + 1)
        text = data.decode("utf-8") if len(data) <= _KEY_FILE_LIMIT else ""
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise UsageError(
            _unreadable(file, error), say("settings.key_file_mend", variable=variable)
        ) from error
    if not text.strip():
        message = say("settings.bad_key_file", file=str(file), variable=variable)
        raise UsageError(message, say("settings.want_key"))
    return text


def _unreadable(file: Path, error: OSError) -> Message:
    return say("settings.unreadable", file=str(file), why=error.strerror or type(error).__name__)
