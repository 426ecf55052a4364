"""Settings: which value wins, where each came from, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from longwave.core.errors import UsageError
from longwave.core.settings import (
    SECRETS,
    SETTINGS,
    Settings,
    cache_home,
    data_home,
    load_settings,
    unknown_variables,
    variable_of,
)

HOME = {"HOME": "/home/ada"}


def write(folder: Path, text: str) -> Path:
    (folder / "longwave.toml").write_text(text, "utf-8")
    return folder


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    write(tmp_path, 'store = "from-file"\ntimeout = 5\nlang = "zh"\n')
    env = HOME | {"LONGWAVE_STORE": "from-env", "LONGWAVE_TIMEOUT": "7"}
    settings = load_settings({"store": "from-flag"}, env, tmp_path)
    assert settings.store == tmp_path / "from-flag"
    assert settings.timeout == 7
    assert settings.lang == "zh"
    assert not settings.offline
    assert settings.origin("store") == "flag"
    assert settings.origin("timeout") == "LONGWAVE_TIMEOUT"
    assert settings.origin("lang") == str(tmp_path / "longwave.toml")
    assert settings.origin("offline") == "default"


def test_every_setting_has_an_origin(tmp_path: Path) -> None:
    assert set(load_settings({}, HOME, tmp_path).origins) == set(SETTINGS)


def test_a_flag_that_was_not_given_is_none_and_overrides_nothing(tmp_path: Path) -> None:
    settings = load_settings({"offline": None}, HOME | {"LONGWAVE_OFFLINE": "yes"}, tmp_path)
    assert settings.offline
    assert load_settings({"offline": False}, HOME | {"LONGWAVE_OFFLINE": "yes"}, tmp_path).offline is False


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert load_settings({}, HOME | {"LONGWAVE_LANG": ""}, tmp_path).lang == "en"


def test_paths_are_seen_from_the_working_folder_and_home_is_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load_settings({"store": "a/b"}, HOME, tmp_path).store == tmp_path / "a" / "b"
    assert load_settings({"store": "~/s"}, HOME, tmp_path).store == tmp_path / "home" / "s"
    assert load_settings({"store": Path("/x")}, HOME, tmp_path).store == Path("/x")


@pytest.mark.parametrize(
    ("platform", "env", "data", "cache"),
    [
        ("linux", HOME, "/home/ada/.local/share", "/home/ada/.cache"),
        ("linux", HOME | {"XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/c"}, "/d", "/c"),
        ("linux", HOME | {"XDG_DATA_HOME": "relative"}, "/home/ada/.local/share", "/home/ada/.cache"),
        ("darwin", HOME, "/home/ada/Library/Application Support", "/home/ada/Library/Caches"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local", "/local/Cache"),
        ("win32", {"USERPROFILE": "/u"}, "/u/AppData/Local", "/u/AppData/Local/Cache"),
    ],
)
def test_default_places(platform: str, env: dict[str, str], data: str, cache: str) -> None:
    assert data_home(platform, env) == Path(data)
    assert cache_home(platform, env) == Path(cache)


def test_the_default_store_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings({}, {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "d")}, tmp_path)
    assert settings.store.parts[-2:] == ("longwave", "store")
    assert tmp_path in settings.store.parents


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_from_the_environment_or_a_file_that_it_names(tmp_path: Path, name: str) -> None:
    variable = variable_of(name)
    (tmp_path / "key").write_text("abc123\n", "utf-8")
    assert getattr(load_settings({}, HOME | {variable: "xyz"}, tmp_path), name) == "xyz"
    settings = load_settings({}, HOME | {f"{variable}_FILE": "key"}, tmp_path)
    assert getattr(settings, name) == "abc123"
    assert settings.origin(name) == f"{variable}_FILE"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_refused_elsewhere_and_never_printed(tmp_path: Path, name: str) -> None:
    secret = "s3cr3t-figure"  # noqa: S105
    with pytest.raises(UsageError) as by_flag:
        load_settings({name: secret}, HOME, tmp_path)
    with pytest.raises(UsageError) as by_file:
        load_settings({}, HOME, write(tmp_path, f'{name} = "{secret}"'))
    (tmp_path / "longwave.toml").unlink()
    with pytest.raises(UsageError) as broken:
        load_settings({}, HOME | {variable_of(name): f"{secret} with blanks"}, tmp_path)
    for caught in (by_flag, by_file, broken):
        assert secret not in caught.value.text("en") + caught.value.text("zh")
    assert variable_of(name) in by_file.value.text()
    held = load_settings({}, HOME | {variable_of(name): secret}, tmp_path)
    assert held.shown()[name] == "set"
    assert secret not in repr(held) + str(held) + str(held.shown())
    assert load_settings({}, HOME, tmp_path).shown()[name] == "not set"


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe", b"a" * 5000, b"two words"])
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(UsageError):
        load_settings({}, HOME | {"LONGWAVE_FRED_KEY_FILE": "key"}, tmp_path)


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="LONGWAVE_FRED_KEY_FILE"):
        load_settings({}, HOME | {"LONGWAVE_FRED_KEY_FILE": "nowhere"}, tmp_path)


def test_an_unknown_setting_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean store") as caught:
        load_settings({}, HOME, write(tmp_path, 'stroe = "x"'))
    assert "longwave.toml" in caught.value.text()
    with pytest.raises(UsageError, match="Did you mean timeout"):
        load_settings({"time_out": 3}, HOME, tmp_path / "empty")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('timeout = "soon"', "timeout"),
        ("timeout = 0", "timeout"),
        ("timeout = true", "timeout"),
        ("timeout = nan", "timeout"),
        ("timeout = inf", "timeout"),
        ('offline = "perhaps"', "offline"),
        ('lang = "fr"', "lang"),
        ('store = ""', "store"),
        ("store = 3", "store"),
        ('hosts = ["http://example.org/x"]', "hosts"),
        ("hosts = [3]", "hosts"),
        ("hosts = 3", "hosts"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_place(tmp_path: Path, line: str, wrong: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_settings({}, HOME, write(tmp_path, line))
    assert wrong in caught.value.text()
    assert "longwave.toml" in caught.value.text()
    assert caught.value.mend is not None
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("content", [b"store = ", b"\xff\xfe\x00", b"[[["])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "longwave.toml").write_bytes(content)
    with pytest.raises(UsageError, match=r"longwave\.toml"):
        load_settings({}, HOME, tmp_path)


def test_a_folder_named_like_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "longwave.toml").mkdir()
    with pytest.raises(UsageError, match=r"longwave\.toml"):
        load_settings({}, HOME, tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "longwave.toml").write_bytes(b"\xef\xbb\xbflang = 'zh'\n")
    assert load_settings({}, HOME, tmp_path).lang == "zh"


def test_hosts_are_lists_or_comma_separated(tmp_path: Path) -> None:
    env = HOME | {"LONGWAVE_HOSTS": " Data.example.org, b.example.org:8443 ,,"}
    assert load_settings({}, env, tmp_path).hosts == ("data.example.org", "b.example.org:8443")
    assert load_settings({}, HOME, write(tmp_path, 'hosts = ["a.org", "a.org"]')).hosts == ("a.org",)


def test_strange_variables_are_found_with_the_nearest() -> None:
    found = unknown_variables({"LONGWAVE_STROE": "x", "LONGWAVE_LANG": "en", "OTHER": "y"})
    assert found == (("LONGWAVE_STROE", "LONGWAVE_STORE"),)
    assert unknown_variables({"LONGWAVE_FRED_KEY_FILE": "f", "LONGWAVE_CACHE": "c"}) == ()


def test_settings_can_be_made_without_a_file(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, cache=tmp_path)
    assert settings.origin("store") == "default"
    assert settings.timeout > 0


@hypothesis_settings(deadline=None)
@given(st.text(max_size=30), st.sampled_from(SETTINGS))
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    """No text in the environment makes anything but settings or a UsageError."""
    try:
        settings = load_settings({}, HOME | {variable_of(name): text}, Path("/nowhere"))
    except UsageError as error:
        assert error.text("en")
        assert error.text("zh")
    else:
        assert settings.shown()


def test_a_table_in_the_file_is_told_from_a_slip(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="top level") as caught:
        load_settings({}, HOME, write(tmp_path, "[longwave]\nstore = 'x'\n"))
    assert "[longwave]" in caught.value.text()


def test_a_bad_secret_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="The value of LONGWAVE_FRED_KEY cannot be read"):
        load_settings({}, HOME | {"LONGWAVE_FRED_KEY": "two words"}, tmp_path)
