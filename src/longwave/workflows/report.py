"""Write a study's report again, in another language or after a new longwave, from the folder that it left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput, DataError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Language, say
from longwave.core.settings import Settings
from longwave.workflows.study import StudyFiles, study


def report(
    folder: str | Path,
    lang: Language | Sequence[Language] = (),
    *,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> StudyFiles:
    """Runs the study that `run.json` in `folder` records and writes its report there again.

    lang: languages to add to those of the record; all of them are written, so that the reports link to each other.
    Raises BadInput when there is no readable run.json, DataError when
    the data have changed since: then the old report would be replaced by other figures under the same name.
    """
    folder = Path(folder)
    record = _read_record(folder / "run.json")
    options = record["options"]
    again = study(
        *options["areas"],
        as_of=options["as_of"],
        horizon=int(options["horizon"]),
        seed=int(options["seed"]),
        policy=None if options.get("policy") is None else str(options["policy"]),
        settings=settings,
        progress=progress,
    )
    now = {name: origin.sha256 for name, origin in again.collected.origins.items()}
    changed = tuple(
        sorted(
            name for name in now.keys() | record["data"].keys() if now.get(name) != record["data"].get(name)
        )
    )
    if changed:
        raise DataError(say("workflows.data_changed", datasets=changed), say("workflows.study_again"))
    asked = (lang,) if isinstance(lang, str) else tuple(lang)
    return again.report(folder, (*options["languages"], *asked), progress)


def _read_record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text("utf-8"))
        known = record["schema"] == "longwave.run/1" and record["verb"] == "study"
        complete = {"areas", "as_of", "horizon", "seed", "languages"} <= record["options"].keys()
        whole = known and complete and isinstance(record["data"], dict)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(say("workflows.no_record", path=str(path)), say("workflows.give_folder")) from error
    if not whole:
        raise BadInput(say("workflows.no_record", path=str(path)), say("workflows.give_folder"))
    return dict(record)
