"""Raw answers on disk: whole, untouched, replayed; damaged ones count as absent."""

from pathlib import Path

import pytest

from longwave.connectors.raw_cache import Fetched, RawCache, cache_name
from longwave.core.errors import FetchError
from longwave.core.origin import checksum

BODY = b'{"a": 1}\xff'
ANSWER = Fetched(
    BODY, "https://api.worldbank.org/v2/x?y=1", "2024-05-01T10:00:00Z", checksum(BODY), "application/json"
)


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    cache, name = RawCache(tmp_path), cache_name(ANSWER.url_without_secrets, {})
    assert cache.find(name) is None
    cache.keep(name, ANSWER)
    kept = cache.find(name)
    assert kept is not None
    assert kept.from_cache
    assert (kept.data, kept.retrieved, kept.sha256) == (BODY, ANSWER.retrieved, ANSWER.sha256)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".body", ".json"}


@pytest.mark.parametrize("suffix", [".body", ".json"])
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"url": 1}', b"other"])
def test_a_damaged_answer_counts_as_absent(tmp_path: Path, suffix: str, data: bytes) -> None:
    cache, name = RawCache(tmp_path), cache_name(ANSWER.url_without_secrets, {})
    cache.keep(name, ANSWER)
    next(tmp_path.rglob(f"*{suffix}")).write_bytes(data)
    assert cache.find(name) is None
    cache.keep(name, ANSWER)
    assert cache.find(name) is not None


def test_the_name_depends_on_url_and_headers_and_holds_neither() -> None:
    names = {
        cache_name("https://a/x", {}),
        cache_name("https://a/y", {}),
        cache_name("https://a/x", {"Accept": "text/csv"}),
    }
    assert len(names) == 3
    assert cache_name("https://a/x", {"ACCEPT": "t"}) == cache_name("https://a/x", {"accept": "t"})
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in names)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FetchError, match="LONGWAVE_CACHE"):
        RawCache(tmp_path / "file").keep("ab" * 32, ANSWER)
