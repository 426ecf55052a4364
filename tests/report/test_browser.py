"""The page in a real browser, where there is one: glyphs without a system font, no network, pages to print."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: the page is not opened in a browser"
)


def browse(folder: Path, *arguments: str) -> str:
    """Runs Chromium without a window on a system that has no Chinese font; its output."""
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    import matplotlib

    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    shutil.copy(source, fonts)
    config = folder / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{fonts}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>")
    done = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
         "--virtual-time-budget=4000", *arguments],
        env={**os.environ, "FONTCONFIG_FILE": str(config)}, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


PROBE = """<script>document.fonts.ready.then(() => {
const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
function ink(text, family) { pen.clearRect(0, 0, 300, 150); pen.font = "40px " + family; pen.fillText(text, 10, 60);
  return Array.from(pen.getImageData(0, 0, 300, 150).data).join(); }
const own = getComputedStyle(document.body).fontFamily, box = ink("\\u{10FFFD}", own);
const faces = [...document.fonts].map(face => face.family + ":" + face.status);
const said = [faces, ["美", "济", "长"].map(c => ink(c, own) !== box && ink(c, own) !== ink("国", own)),
  document.documentElement.scrollWidth <= window.innerWidth, window.innerWidth];
document.body.innerHTML = ""; document.body.textContent = "SAID" + JSON.stringify(said) + "SAID"; });</script>"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 500])
def test_chinese_glyphs_on_a_machine_without_chinese_fonts(
    pages: dict[str, str], tmp_path: Path, width: int
) -> None:
    page = tmp_path / "page.html"
    # The page forbids scripts; only this copy lets the probe in.
    page.write_text(
        re.sub(r"<meta http-equiv[^>]*>", "", pages["zh"]).replace("</body>", PROBE + "</body>"), "utf-8"
    )
    seen = browse(tmp_path, f"--window-size={width},900", "--dump-dom", page.as_uri())
    found = re.search("SAID(.*)SAID", html.unescape(seen))
    assert found is not None, seen[-400:]
    faces, drawn, no_sideways_scroll, _ = json.loads(found[1])
    assert [face.replace('"', "") for face in faces] == ["Longwave Sans SC:loaded"]
    assert drawn == [True, True, True] and no_sideways_scroll


@pytest.mark.slow
def test_scripts_do_not_run_in_the_page(pages: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(pages["en"].replace("</body>", "<script>document.title='RAN'</script></body>"), "utf-8")
    assert "<title>RAN</title>" not in browse(tmp_path, "--dump-dom", page.as_uri())


@pytest.mark.slow
def test_it_prints_to_a_document_whose_text_can_be_read(pages: dict[str, str], tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext here: the printed page is not read back")
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(pages["zh"], "utf-8")
    browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    text = subprocess.run([reader, str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert "美国与中国：经济增长、增长来源与前景" in text and "未注明许可" in text
    assert text.count("\f") < 20
