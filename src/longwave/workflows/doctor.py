"""Examine this installation: what is there, what is missing, what is broken, and how to mend it.

Nothing is written and the network is not called.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from longwave.core.errors import LongwaveError, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.settings import FILE, SECRETS, Settings, load_settings, unknown_variables

NEEDED_PYTHON = (3, 11)
LITTLE_DISK = 1 << 30
"""Bytes: a store of a large pack takes some hundred megabytes, and a commit needs them twice."""
NO_DISK = 50 << 20


class State(StrEnum):
    """How a part is. Only `BROKEN` makes an installation unfit for its work."""

    WELL = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was examined."""

    part: str
    state: State
    message: Message
    mend: Message | None = None

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        mend = None if self.mend is None else self.mend.text(lang)
        return {"part": self.part, "state": str(self.state), "message": self.message.text(lang), "hint": mend}


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was found."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing that is needed is broken."""
        return all(finding.state is not State.BROKEN for finding in self.findings)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {"healthy": self.healthy, "findings": [finding.as_dict(lang) for finding in self.findings]}


def read_settings(flags: Mapping[str, object] = {}) -> Settings | UsageError:
    """The settings in force, or why they cannot be read: to an examination that is a finding like others."""
    try:
        return load_settings(flags)
    except UsageError as error:
        return error


def examine(settings: Settings | UsageError | None = None) -> Examination:
    """Examines Python, packages, built-in figures, fonts, settings, disk, store, keys and extras.

    settings: those in force where not given; an error for settings that cannot be read, without which nobody knows
    where the store is: disk, store and keys are then left out, and the examination says so.
    """
    settings = read_settings() if settings is None else settings
    parts = (
        _python(),
        _packages(),
        *(_unsettled(settings) if isinstance(settings, UsageError) else _settled(settings)),
        *_variables(),
        _factbook(),
        _fonts(),
        *_extras(),
    )
    return Examination(parts)


def _unsettled(error: UsageError) -> Iterator[Finding]:
    yield Finding("settings", State.BROKEN, error.message, error.mend)
    yield Finding("store", State.WARNING, say("doctor.store_unknown"))


def _settled(settings: Settings) -> Iterator[Finding]:
    yield _settings_file()
    yield _disk(settings.store)
    yield from _store(settings.store)
    yield _keys(settings)


def _python() -> Finding:
    version = platform.python_version()
    if sys.version_info < NEEDED_PYTHON:
        return Finding(
            "python", State.BROKEN, say("doctor.python", version=version), say("doctor.python_mend")
        )
    where = f"{platform.system()} {platform.machine()}"
    return Finding(
        "python", State.WELL, say("doctor.python_well", version=version, path=sys.executable, where=where)
    )


def needed_packages() -> tuple[str, ...]:
    """Names of the packages that longwave cannot do without, as its own metadata states them."""
    wanted = [line for line in metadata.requires("longwave") or () if "extra ==" not in line]
    return tuple(_name(line) for line in wanted)


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def _packages() -> Finding:
    there, missing = [], []
    for name in needed_packages():
        try:
            there.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    own = metadata.version("longwave")
    if missing:
        message = say("doctor.packages_missing", missing=tuple(missing))
        return Finding("packages", State.BROKEN, message, say("doctor.packages_mend"))
    return Finding("packages", State.WELL, say("doctor.packages_well", version=own, packages=tuple(there)))


def _standing(path: Path) -> Path:
    """The nearest folder above `path` that exists."""
    return next((each for each in (path, *path.parents) if each.exists()), Path(path.anchor or "."))


def _disk(store: Path) -> Finding:
    folder = _standing(store)
    free = shutil.disk_usage(folder).free
    blanks: dict[str, Any] = {"free": free / 1e9, "path": str(folder)}
    if free < NO_DISK:
        return Finding("disk", State.BROKEN, say("doctor.disk", **blanks), say("doctor.disk_mend"))
    if free < LITTLE_DISK:
        return Finding("disk", State.WARNING, say("doctor.disk", **blanks), say("doctor.disk_mend"))
    return Finding("disk", State.WELL, say("doctor.disk", **blanks))


DAMAGE = frozenset(
    {
        "file_missing",
        "file_unreadable",
        "file_damaged",
        "origin_missing",
        "record_missing",
        "record_altered",
        "record_unlisted",
        "record_chain",
    }
)
"""Checks that tell of a store that is not what it was; the others tell of what publishers wrote."""


def _store(root: Path) -> Iterator[Finding]:
    """Whether the store can be opened, and whether every file in it is the one that was committed."""
    opened = _opened(root)
    yield opened
    if not root.exists():
        return
    if opened.state is State.BROKEN:
        yield Finding("tables", State.WARNING, say("doctor.tables_closed"))
    elif opened.message.key == "doctor.store_held":
        yield Finding("tables", State.WARNING, say("doctor.tables_held"), say("doctor.tables_later"))
    else:
        yield _tables(root)


def _tables(root: Path) -> Finding:
    from longwave.store import Store

    try:
        with Store.open(root) as store:
            faults = [fault for fault in store.check() if fault.check in DAMAGE]
    except LongwaveError as error:
        return Finding("tables", State.BROKEN, error.message, error.mend)
    if not faults:
        return Finding("tables", State.WELL, say("doctor.tables_well"))
    message = say("doctor.tables_damaged", count=len(faults), first=faults[0].message)
    return Finding("tables", State.BROKEN, message, say("doctor.tables_mend"))


def _opened(root: Path) -> Finding:
    from longwave.store import Store
    from longwave.store.lock import is_held

    if not root.exists():
        folder = _standing(root)
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            message = say("doctor.store_unwritable", path=str(root))
            return Finding("store", State.BROKEN, message, say("doctor.store_mend"))
        return Finding("store", State.WELL, say("doctor.store_none", path=str(root)))
    try:
        with Store.open(root) as store:
            count = len(store.datasets())
    except LongwaveError as error:
        return Finding("store", State.BROKEN, error.message, error.mend)
    if is_held(root):
        return Finding(
            "store", State.WARNING, say("doctor.store_held", path=str(root)), say("doctor.store_wait")
        )
    if not os.access(root, os.W_OK):
        return Finding(
            "store", State.WARNING, say("doctor.store_read_only", path=str(root)), say("doctor.store_mend")
        )
    return Finding("store", State.WELL, say("doctor.store_well", path=str(root), count=count))


def _factbook() -> Finding:
    from longwave.workflows.sources import factbook

    try:
        parts = factbook()
    except (LongwaveError, OSError) as error:
        why = error.message if isinstance(error, LongwaveError) else str(error)
        return Finding("factbook", State.BROKEN, say("doctor.factbook", why=why), say("doctor.packages_mend"))
    figures = sum(int(part.panel.frame["value"].notna().sum()) for part in parts)
    return Finding("factbook", State.WELL, say("doctor.factbook_well", datasets=len(parts), figures=figures))


def _fonts() -> Finding:
    folder = resources.files("longwave.report").joinpath("fonts")
    files = [each.name for each in folder.iterdir() if each.name.endswith((".otf", ".ttf", ".woff2"))]
    if not files:
        return Finding("fonts", State.BROKEN, say("doctor.fonts"), say("doctor.packages_mend"))
    return Finding("fonts", State.WELL, say("doctor.fonts_well", files=tuple(sorted(files))))


def _settings_file() -> Finding:
    file = Path.cwd() / FILE
    if file.exists():
        return Finding("settings", State.WELL, say("doctor.settings_file", path=str(file)))
    return Finding("settings", State.WELL, say("doctor.settings_none", path=str(file)))


def _variables() -> Iterator[Finding]:
    for name, near in unknown_variables(os.environ):
        mend = say("settings.nearest", near=near) if near else say("doctor.variable_mend")
        yield Finding("settings", State.WARNING, say("doctor.variable", name=name), mend)


def _keys(settings: Settings) -> Finding:
    there = [name for name in SECRETS if getattr(settings, name)]
    missing = [name for name in SECRETS if name not in there]
    blanks = {"there": tuple(there) or "-", "missing": tuple(missing) or "-"}
    return Finding("keys", State.WELL, say("doctor.keys", **blanks))


EXTRAS = {"sdmx": "sdmx"}
"""Extra -> the module that it brings."""


def _extras() -> Iterator[Finding]:
    for extra, module in EXTRAS.items():
        if find_spec(module) is None:
            yield Finding("extras", State.WELL, say("doctor.extra_none", extra=extra))
        else:
            yield Finding("extras", State.WELL, say("doctor.extra", extra=extra))
