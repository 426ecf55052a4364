"""How a training went is written down, in the checkpoint's folder and nowhere else."""

import csv
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import UsageError  # noqa: E402
from longwave.text.training import tracking  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

LABELS = ("growth", "prices", "jobs")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


def learnt(base, folder, *names):
    rows = made.table("classify", made.labelled(60, LABELS), LABELS)
    return train(
        rows, made.recipe(base, "full", num_train_epochs=2), folder, Watch(made.accuracy, trackers=names)
    )


def test_tensorboard_reads_what_was_logged(base, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    learnt(base, tmp_path, "tensorboard")
    events = EventAccumulator(str(tmp_path / "logs" / "tensorboard"))
    events.Reload()
    assert "eval/headline" in events.Tags()["scalars"]
    assert len(events.Scalars("eval/headline")) == 2


def test_mlflow_reads_what_was_logged_whatever_server_the_environment_names(base, tmp_path, monkeypatch):
    pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    learnt(base, tmp_path, "mlflow")
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=(tmp_path / "logs" / "mlflow").as_uri())
    (run,) = client.search_runs([client.get_experiment_by_name("longwave").experiment_id])
    assert run.info.status == "FINISHED"
    assert run.data.params["num_train_epochs"] == "2.0"
    assert "eval_headline" in run.data.metrics


def test_the_table_has_a_line_a_log(base, tmp_path):
    trained = learnt(base, tmp_path)
    tracking.write_history(trained.history, tmp_path / "history.csv")
    with (tmp_path / "history.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(trained.history)
    assert [line["eval_headline"] != "" for line in lines].count(True) == 2
    tracking.write_history((), tmp_path / "empty.csv")
    assert (tmp_path / "empty.csv").read_text().strip() == "step,epoch"


def test_a_tracker_that_there_is_none_of():
    with pytest.raises(UsageError) as told:
        tracking.check_trackers(["tensorbord"])
    assert "tensorboard" in told.value.message.text("en")


def test_a_tracker_that_is_not_installed_names_its_extra():
    code = (
        "import sys; sys.modules['mlflow'] = None\n"
        "from longwave.text.training.tracking import check_trackers\n"
        "from longwave.core.errors import MissingPackage\n"
        "try:\n    check_trackers(['mlflow'])\nexcept MissingPackage as error:\n    print(error.mend.text('en'))\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "text-tools" in told.stdout
