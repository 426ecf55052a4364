"""A disk that fills up while a model learns: the house's words, whichever library met it; then --resume goes on."""

import json
import os
import subprocess
import sys
import textwrap

import pandas as pd
import pytest

pytest.importorskip("torch")

from safetensors import SafetensorError
from tests.text.methods import made

import longwave as lw
from longwave.core.errors import DiskFull
from longwave.text.checkpoints.disk_room import room_to_learn

LABELS = ("growth", "prices", "jobs")
SETTINGS = {"num_train_epochs": 2, "max_length": 24, "threads": 1, "floors": "none", "robust": False}


@pytest.mark.parametrize(
    "error",
    [
        SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"),
        SafetensorError("Error while serializing: I/O error: File too large (os error 27)"),
        RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 1088 vs 982"),
        RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed"),
        OSError(28, "No space left on device"),
    ],
)
def test_every_library_s_full_disk_is_told_in_the_house_s_words(error, tmp_path):
    folder = tmp_path / "model"
    with pytest.raises(DiskFull, match="--resume") as raised, room_to_learn(folder):
        raise error
    assert str(folder) in raised.value.text("zh")
    assert "as it was." not in raised.value.text("en")
    folder.mkdir()
    (folder / "card.json").write_text("{}")
    with pytest.raises(DiskFull, match="The model that was there before is as it was"), room_to_learn(folder):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("PytorchStreamReader failed reading zip archive: inline_container.cc"),
        RuntimeError("shape mismatch"),
        SafetensorError("Error while deserializing header: header too small"),
        PermissionError(13, "Permission denied"),
    ],
)
def test_another_failure_stays_what_it_is(error, tmp_path):
    with pytest.raises(type(error)), room_to_learn(tmp_path):
        raise error


LIMITED = """
    import json, resource, sys
    import pandas as pd
    import longwave as lw
    from longwave.core.errors import DiskFull

    base, data, out, most, settings = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), json.loads(sys.argv[5])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        lw.text.finetune(pd.read_csv(data), task="classify", out=out, base=base, **settings)
    except DiskFull as error:
        print(error.text("en"))
"""


@pytest.mark.parametrize("share", [0.5, 1.5])
def test_files_that_may_not_grow_stop_the_work_and_it_is_gone_on_with(share, tmp_path):
    """Half the weights' size stops safetensors; half as much again lets these through and stops the optimiser's state."""
    (tmp_path / "base").mkdir()
    base = made.bert(tmp_path / "base")
    weights = next(iter(base.glob("*.safetensors"))).stat().st_size
    data, out = tmp_path / "rows.csv", tmp_path / "model"
    rows = pd.DataFrame(made.labelled(120, LABELS))
    rows.to_csv(data, index=False)
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LIMITED), str(base), str(data), str(out), str(int(share * weights)),
         json.dumps(SETTINGS)],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    assert "There is no room to write" in ran.stdout, ran.stderr
    assert "--resume" in ran.stdout
    assert not out.exists()
    kept = lw.text.finetune(
        pd.read_csv(data), task="classify", out=out, base=str(base), resume=True, **SETTINGS
    )
    assert (kept.folder / "card.json").is_file()
