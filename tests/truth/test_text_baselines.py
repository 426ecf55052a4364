"""TF-IDF beside scikit-learn's own; the log-count ratio beside the arithmetic of Wang and Manning (2012, section 2.1)."""

import numpy as np
import pytest
from scipy import sparse

from longwave.text.baselines.linear_features import Block, Columns
from longwave.text.baselines.margins import log_count_ratio
from longwave.text.portable.reading import words

ROWS = [
    {"text": each}
    for each in (
        "profit rose, profit soared",
        "sales fell in Oslo",
        "profit fell",
        "in the third quarter sales rose",
        "",
    )
]


def test_tf_idf_equals_scikit_learns() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    theirs = text.TfidfVectorizer(analyzer=words, sublinear_tf=True)
    expected = theirs.fit_transform(ROWS).toarray()
    ours = Columns((Block("words"),))
    found = ours.fit(ROWS).toarray()
    order = [ours.names[0].index(name) for name in theirs.get_feature_names_out()]
    assert found[:, order] == pytest.approx(expected)
    assert ours.transform(ROWS).toarray() == pytest.approx(found)


def test_log_count_ratio_of_two_features_by_hand() -> None:
    # Feature 0 stands in 3 of the label's rows and 1 other, feature 1 in 1 and 2: p = (4, 2), q = (2, 3).
    numbers = sparse.csr_matrix(np.array([[0.5, 0], [0.1, 0.9], [2.0, 0], [0.3, 0.2], [0, 0.7]]))
    found = log_count_ratio(numbers, np.array([1, 1, 1, 0, 0]))
    assert found == pytest.approx(np.log([(4 / 6) / (2 / 5), (2 / 6) / (3 / 5)]))
