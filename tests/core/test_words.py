"""Messages, errors, origins, grades and catalogues."""

import pytest

from longwave.core.catalogue import Catalogue
from longwave.core.errors import BadInput, DataError, LongwaveError, MissingPackage, UsageError
from longwave.core.estimate import Grade, grade_of
from longwave.core.message import Names, say
from longwave.core.optional import require
from longwave.core.origin import Licence, Origin


def test_one_message_two_languages() -> None:
    message = say("core.no_series", variable="x", area=Names("China", "中国"))
    assert message.text("en") == "No figures for x in China."
    assert message.text("zh") == "中国 没有 x 的数据。"


def test_values_are_never_read_as_templates() -> None:
    assert "{area.__class__}" in say("core.no_series", variable="{area.__class__}", area="y").text()


def test_errors_carry_code_mend_and_exit() -> None:
    error = BadInput(say("core.bad_period", text="x"), say("core.bad_period_mend"))
    assert error.code == "bad_input"
    assert error.exit_code == 5
    assert str(error) == "'x' is not a period. Write 2019, 2019-Q3 or 2019-07."
    assert isinstance(error, DataError)
    assert isinstance(error, LongwaveError)


@pytest.mark.parametrize(
    ("observations", "observed", "grade"),
    [(40, 1.0, Grade.A), (39, 1.0, Grade.B), (40, 0.5, Grade.B), (10, 1.0, Grade.C), (3, 0.1, Grade.D)],
)
def test_grades(observations: int, observed: float, grade: Grade) -> None:
    assert grade_of(observations, observed) is grade


@pytest.mark.parametrize("text", [None, "", "not stated", "US-federal-series; no licence text seen"])
def test_silence_about_a_licence_is_said(text: str | None) -> None:
    licence = Licence.from_text(text)
    assert (licence.name, licence.stated) == ("licence not stated", False)


def test_an_origin_survives_writing() -> None:
    origin = Origin("d", "Title", "Who", "1.0", "2020-01-01", Licence("CC-BY-4.0"))
    assert Origin.from_dict(origin.as_dict()) == origin
    assert origin.citation() == "Who: Title (1.0). CC-BY-4.0"


def test_a_catalogue_names_the_nearest() -> None:
    kinds: Catalogue[int] = Catalogue("thing")
    kinds.register("growth")(1)
    assert kinds.names() == ["growth"]
    assert "growth" in kinds
    with pytest.raises(UsageError, match="Nearest: growth"):
        kinds.get("grwth")
    with pytest.raises(ValueError, match="twice"):
        kinds.register("growth")(2)


def test_a_missing_package_says_how_to_get_it() -> None:
    with pytest.raises(MissingPackage, match=r"pip install 'longwave\[sdmx\]'"):
        require("longwave_no_such_package", why="to test", extra="sdmx")
