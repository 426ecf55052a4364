"""Where a model begins: files that can be trusted, found again by an absolute name, hashed once."""

import hashlib
import os

import pytest

pytest.importorskip("torch")

from tests.text.methods import made

from longwave.core.errors import BadInput, UsageError
from longwave.text import bases


@pytest.fixture
def base(tmp_path):
    return made.bert(tmp_path / "base")


def test_a_folder_is_kept_by_its_whole_name(base, monkeypatch):
    monkeypatch.chdir(base.parent)
    assert bases.find_base("base").name == str(base.resolve())
    assert bases.find_base("./base") == bases.find_base(str(base))


def test_weights_are_hashed_once_and_again_when_they_change(base, monkeypatch):
    read, hashed = [], bases.file_checksum
    monkeypatch.setattr(bases, "file_checksum", lambda path: read.append(path) or hashed(path))
    weights = base / "model.safetensors"
    mine = hashlib.sha256(hashlib.sha256(weights.read_bytes()).hexdigest().encode()).hexdigest()
    assert [bases.find_base(str(base)).sha256 for _ in range(3)] == [mine] * 3
    assert len(read) == 1
    os.utime(weights, ns=(1, 1))
    assert bases.find_base(str(base)).sha256 == mine
    assert len(read) == 2


def test_weights_that_are_missing_are_not_called_broken(tmp_path):
    with pytest.raises(BadInput, match="are missing"):
        bases.check_weights(tmp_path / "model.safetensors")
    (tmp_path / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(BadInput, match=r"not whole\.") as raised:
        bases.check_weights(tmp_path / "model.safetensors")
    assert "header" not in raised.value.text("zh")


@pytest.mark.parametrize(
    ("error", "said"),
    [("LocalEntryNotFoundError", "无法连接"), ("HFValidationError", "同名模型。"), ("OSError", "无法连接")],
)
def test_a_base_that_is_not_there_is_told_without_the_library_s_words(error, said, monkeypatch):
    import huggingface_hub
    from huggingface_hub import errors

    def refused(*given, **more):
        raise getattr(errors, error, OSError)("ConnectError: [Errno -2]")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refused)
    with pytest.raises(UsageError) as raised:
        bases.find_base("nobody/nothing")
    assert said in raised.value.message.text("zh")
    assert "Errno" not in raised.value.text("zh")


def test_a_pickle_in_the_place_of_the_weights_is_named_for_what_it_is(base):
    (base / "model.safetensors").rename(base / "head.safetensors")
    (base / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")
    with pytest.raises(BadInput) as caught:
        bases.find_base(str(base))
    assert caught.value.message.key == "text_engine.pickle"
    assert "pytorch_model.bin" in str(caught.value.message)
