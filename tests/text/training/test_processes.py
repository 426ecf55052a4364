"""Two processes train one model: each its share, one of them writes, both come back with the same checkpoint."""

import json
import os
import subprocess
import sys
import textwrap

import pandas as pd
import pytest

pytest.importorskip("torch")

from tests.text.launched import launch
from tests.text.methods import made

from longwave.text.training import processes

SCRIPT = """
    import json, os, sys
    from pathlib import Path
    import pandas as pd
    import longwave as lw

    folder = Path(sys.argv[1])
    frame = pd.read_json(folder / "rows.jsonl", lines=True)
    writes = []
    sys.addaudithook(lambda name, told: writes.append(str(told[0])) if name == "open" and told[1] == "w" else None)
    model = lw.text.finetune(
        frame, task="classify", out=folder / "model", base=str(folder / "base"), floors="linear", robust=False,
        learning_rate=2e-3, num_train_epochs=6, max_length=24, threads=1, per_device_train_batch_size=8,
        precision="fp32", adversarial="fgm",
    )
    rank = os.environ["RANK"]
    told = model.predict(["the minister said inflation again", "hiring today hiring"])["label"].tolist()
    mine = [each for each in writes if each.startswith(str(folder))]
    (folder / f"told-{rank}.json").write_text(json.dumps({"labels": told, "written": mine}))
"""


@pytest.mark.slow
def test_two_processes_make_one_checkpoint(tmp_path):
    made.bert(tmp_path / "base")
    rows = pd.DataFrame(made.labelled(240, ("growth", "prices", "jobs")))
    rows.to_json(tmp_path / "rows.jsonl", orient="records", lines=True)
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT))
    launched = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    subprocess.run(
        [*launched, str(script), str(tmp_path)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        timeout=240,
    )
    main, other = (json.loads((tmp_path / f"told-{rank}.json").read_text()) for rank in (0, 1))
    assert main["labels"] == other["labels"] == ["prices", "jobs"]
    assert main["written"]
    assert other["written"] == []
    card = json.loads((tmp_path / "model" / "card.json").read_text("utf-8"))
    assert {each["model"] for each in card["scores"]} == {"majority", "linear", "frozen", "finetuned"}
    # Twelve rows of eight and eight: half the steps of one process.
    assert max(each["epoch"] for each in card["history"]) == 6


def test_one_process_asks_nobody(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert processes.count() == 1
    assert processes.main()
    assert processes.agreed(lambda: 7) == 7
    processes.join()
    processes.wait()


@pytest.mark.parametrize("told", ["2", "0", "many", "²"])
def test_a_number_of_processes_alone_launches_nothing(monkeypatch, told):
    """As a scheduler leaves it in the environment of any job."""
    for name in ("RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORLD_SIZE", told)
    assert processes.count() == 1
    processes.join()


def test_the_main_process_works_alone_while_the_others_wait(monkeypatch):
    launch(monkeypatch, rank=1)
    assert processes.count() == 2
    assert not processes.main()
    with processes.alone():
        assert processes.count() == 1
        assert processes.agreed(lambda: 7) == 7
    assert processes.count() == 2
