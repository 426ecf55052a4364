"""Documents of a folder, a file and a table, by their names."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from longwave.core.errors import DataError, NotEnoughData
from longwave.text.corpus.documents import read_documents


def test_a_folder_holds_a_document_a_file(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.md").write_text("# Rome\n\nA city.", "utf-8")
    (tmp_path / "a.txt").write_bytes("央行下调利率。".encode("gb18030"))
    (tmp_path / "empty.txt").write_text("", "utf-8")
    (tmp_path / "blank.txt").write_text(" \n", "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    found = read_documents(tmp_path)
    assert found.names == ("a.txt", "more/b.md")
    assert found.texts == ("央行下调利率。", "# Rome\n\nA city.")


def test_a_table_holds_a_document_a_row(tmp_path: Path) -> None:
    file = tmp_path / "laws.csv"
    pd.DataFrame({"id": ["x", "y"], "content": ["First law.", "Second law."]}).to_csv(file, index=False)
    assert read_documents(file).names == ("x", "y")
    pd.DataFrame({"passage": ["First law."]}).to_csv(file, index=False)
    assert read_documents(file).names == ("laws.csv:2",)
    pd.DataFrame({"price": [1.0]}).to_csv(file, index=False)
    with pytest.raises(DataError, match="price"):
        read_documents(file)


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="There is no text"):
        read_documents(tmp_path)
