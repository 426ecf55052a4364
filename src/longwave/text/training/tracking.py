"""How a training went, step by step: a plain table always, TensorBoard's or MLflow's files beside it where they are wanted.

All of it is written into the checkpoint's folder and nothing is sent anywhere: MLflow is given a store of files there,
whatever its environment says, and its reports to its makers are switched off.
"""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.optional import require

if TYPE_CHECKING:
    from transformers import TrainerCallback

LOGS = "logs"
HISTORY = "history.csv"
_PACKAGES = {"tensorboard": "tensorboard", "mlflow": "mlflow"}
_FIRST = ("member", "step", "epoch", "loss", "learning_rate", "grad_norm")


def check_trackers(names: Sequence[str]) -> None:
    """Raises UsageError for a tracker that there is none of, MissingPackage for one that is not installed."""
    for name in names:
        if name not in _PACKAGES:
            near = difflib.get_close_matches(name, _PACKAGES, n=1) or list(_PACKAGES)
            raise UsageError(say("text_more.no_tracker", name=name, near=tuple(near)))
        _quiet()
        require(_PACKAGES[name], why=say("text_more.why_tracker").text(), extra="text-tools")


def trackers(names: Sequence[str], folder: Path, settings: Mapping[str, Any]) -> list[TrainerCallback]:
    """One callback a tracker, writing below `folder`."""
    check_trackers(names)
    made: list[TrainerCallback] = []
    for name in dict.fromkeys(names):
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        if name == "tensorboard":
            from torch.utils.tensorboard import SummaryWriter
            from transformers.integrations import TensorBoardCallback

            made.append(TensorBoardCallback(SummaryWriter(log_dir=str(place))))
        else:
            made.append(_to_mlflow(place, settings))
    return made


def _to_mlflow(folder: Path, settings: Mapping[str, Any]) -> TrainerCallback:
    """transformers' own callback reports to whatever server the environment names; this one to the folder."""
    _quiet()
    from mlflow.tracking import MlflowClient
    from transformers import TrainerCallback

    class ToMlflow(TrainerCallback):
        def __init__(self) -> None:
            self.client = MlflowClient(tracking_uri=folder.resolve().as_uri())
            known = self.client.get_experiment_by_name("longwave")
            experiment = self.client.create_experiment("longwave") if known is None else known.experiment_id
            self.run = self.client.create_run(experiment).info.run_id
            for key, value in settings.items():
                self.client.log_param(self.run, key, str(value)[:200])

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **rest: Any) -> None:
            for key, value in (logs or {}).items():
                if isinstance(value, int | float):
                    self.client.log_metric(self.run, key, float(value), step=state.global_step)

        def on_train_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            self.client.set_terminated(self.run)

    return ToMlflow()


def _quiet() -> None:
    """MLflow reads these when it is imported: no reports to its makers, and its store of files is meant."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


def write_history(history: Sequence[Mapping[str, float]], path: Path) -> None:
    """What the Trainer logged as a table: a line a log, empty where nothing of a column was logged. A method that learns
    without steps leaves the head alone."""
    names = [name for name in _FIRST if any(name in row for row in history)] or ["step", "epoch"]
    names += sorted({name for row in history for name in row} - set(names))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names, restval="")
        table.writeheader()
        table.writerows(history)
