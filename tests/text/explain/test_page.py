"""The page of an explanation: words shaded, told in a table, and nothing of a text trusted."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import UsageError  # noqa: E402
from longwave.report.document import Passage  # noqa: E402
from longwave.report.page import shaded  # noqa: E402
from longwave.text.checkpoints.checkpoint import save  # noqa: E402
from longwave.text.explain.explanation import Explanation, Part, Word  # noqa: E402
from longwave.workflows.text.explain import document, explain_text, headline, plain, remarks, write_page  # noqa: E402

LABELS = ("growth", "prices", "jobs")
KEPT = {"schema": 1, "data": {}}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def model(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    rows = made.table("classify", made.labelled(180, LABELS), LABELS)
    recipe = made.recipe(base, "full", learning_rate=1e-4, num_train_epochs=1, stack="linear")
    return save(made.learnt(rows, recipe, folder).learner, KEPT, folder / "model").folder


def test_both_pages_are_written_and_nothing_of_a_text_runs(model, tmp_path):
    nasty = "prices <script>alert(1)</script> hiring \u202e today 价格上涨"
    found = explain_text(model, [{"text": nasty}])
    pages = write_page(found, tmp_path / "why.html", ("en", "zh"), "model & co")
    assert [page.name for page in pages] == ["why.html", "why.zh.html"]
    english, chinese = (page.read_text("utf-8") for page in pages)
    assert "<script" not in english
    assert "&lt;" in english
    assert "\u202e" not in english
    strongest = re.escape(found[0].strongest[0].word.text)
    assert re.search(rf'<span class="(for|against)5">{strongest}</span>', english)
    assert "支持" in chinese
    assert 'href="why.zh.html"' in english
    for part in found[0].strongest[:3]:
        assert f'<th scope="row">{part.word.text}</th>' in english
    assert "margin" in english  # the linear model's own features


def test_an_entity_a_section(base, tmp_path):
    rows = made.table("entities", made.tagged(120), ("O", "B-PLACE", "I-PLACE"))
    recipe = made.recipe(base, "full", learning_rate=2e-3, num_train_epochs=6)
    folder = save(made.learnt(rows, recipe, tmp_path).learner, KEPT, tmp_path / "model").folder
    found = explain_text(folder, [{"text": "today Lima again"}, {"text": "as planned Lima today"}])
    assert [each.entity["text"] for each in found] == ["Lima", "Lima"]
    assert len(document(found, "tagger").sections) == 2
    assert plain(found[0])["words"][1]["text"] == "Lima"
    with pytest.raises(UsageError):
        explain_text(folder, [{"text": "as planned"}])


def test_shades_go_with_the_weights():
    passage = Passage("x", None, (("a", 1.0), (" ", None), ("b", -0.5), ("c", 0.0), (" d  e ", 0.01)))
    assert shaded(passage) == [("a", "for5"), (" ", ""), ("b", "against2"), ("c", ""), (" d e ", "")]


def test_reasons_stand_by_weight_and_what_the_vocabulary_lacks_is_said(model, tmp_path):
    (found,) = explain_text(model, [{"text": "prices , 上 ! today"}])
    weights = [abs(part.weight) for part in found.strongest]
    assert weights == sorted(weights, reverse=True)
    assert found.unknown == 3  # of the small vocabulary: it has no signs either
    assert any("vocabulary" in str(each) for each in remarks(found))
    slight = [f"“{part.word.text}”" for part in found.parts if abs(part.weight) < 0.05 * weights[0]]
    assert not any(each in str(headline(found)) for each in slight)
    assert any(str(line) == str(each) for line in document([found], "m").headlines for each in remarks(found))
    assert plain(found)["unknown"] == 3
    pages = write_page([found], tmp_path / "why.html", ("zh", "en"), "m")
    assert [page.name for page in pages] == ["why.html", "why.en.html"]
    assert "词表" in pages[0].read_text("utf-8") and "vocabulary" in pages[1].read_text("utf-8")


@pytest.mark.parametrize(
    ("task", "row", "wanted"),
    [
        ("relations", {"text": "Fire from a spark."}, "--head NAME --tail NAME"),
        ("relations", {"text": "Fire from a spark.", "head": "Fire"}, "--head NAME --tail NAME"),
        ("pairs", {"text": "One."}, "--other TEXT"),
        ("answers", {"text": "Who?"}, "is not explained word by word"),
        ("generate", {"text": "Say it."}, "is not explained word by word"),
    ],
)
def test_what_a_text_lacks_is_said_by_the_options_there_are(monkeypatch, tmp_path, task, row, wanted):
    monkeypatch.setattr(
        "longwave.workflows.text.explain.open_checkpoint", lambda folder: SimpleNamespace(task=task)
    )
    with pytest.raises(UsageError) as caught:
        explain_text(tmp_path, [row])
    assert wanted in str(caught.value)
    assert "--column" not in str(caught.value)


def test_which_of_several_labels_is_explained_is_said(model):
    (one,) = explain_text(model, [{"text": "prices up"}])
    assert one.given is None
    assert not any("label" in str(each) for each in remarks(one))
    for given, told in [
        (("jobs", one.label), "The others: jobs."),
        ((one.label,), "alone"),
        ((), "does not give"),
    ]:
        said = " ".join(str(each) for each in remarks(replace(one, given=given)))
        assert told in said


def test_sections_name_their_entities_and_chinese_tokens_stand_without_blanks(base, tmp_path):
    tokens = ("王", "明", "Lima", "公", "司", "1975", "年")
    parts = tuple(Part(Word("tokens", each, place, place + 1), 0.0) for place, each in enumerate(tokens))
    entity = {"label": "ORG", "start": 3, "end": 5, "text": "公司"}
    said = {"tokens": tokens}
    found = Explanation("entities", said, "ORG", 0.5, "occlusion", "probability", parts, 0.5, entity=entity)
    page = document([found], "m")
    assert page.sections[0].title.text("en") == "Answer 1: “公司” as ORG"
    assert page.sections[0].title.text("zh") == "答案 1：“公司”为 ORG"
    assert headline(found).text("zh").endswith("支持：无。反对：无。")
    assert "".join(piece for piece, _ in page.sections[0].passages[0].words) == "王明 Lima 公司 1975 年"
