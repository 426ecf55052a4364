"""Whose figures these are: area texts of one dataset read as ISO 3166 alpha-3 codes, or kept under their own
names.

The rule, for the distinct texts of one dataset:

1. An alpha-3 code that longwave knows is that area, whatever its case.
2. A text that the table declares not to be a country (a column ``is_country``) stays as it is.
3. Two letters are an alpha-2 code where the column says so (``iso2``, ``alpha2``, ``geo``), or where every
   two-letter text of the dataset is one: in a column of American states AL is not Albania.
4. A name is read as a country where at least half of the dataset's names are countries: among fifty American
   states Georgia is not the country.
5. Three digits are an ISO 3166 numeric code where every text of the dataset is one: 250 is France.
6. Anything else stays under its own name as an area of its own, and a fault names it. It is never counted as
   a country, since longwave's list does not have it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from longwave.core.area import areas

ALPHA2_COLUMNS = frozenset({"iso2", "iso_2", "iso2c", "iso2_code", "alpha2", "alpha_2", "iso_alpha2", "geo"})

_SPELLINGS = {
    "BHS": ("Bahamas, The", "The Bahamas"),
    "BOL": ("Bolivia (Plurinational State of)",),
    "BRN": ("Brunei Darussalam",),
    "CHN": (
        "People's Republic of China",
        "China, People's Republic of",
        "China (People's Republic of)",
        "Mainland China",
    ),
    "CIV": ("Ivory Coast",),
    "COD": (
        *("Congo, Dem. Rep.", "Democratic Republic of the Congo", "Democratic Republic of Congo"),
        *("Congo, Democratic Republic of the", "DR Congo", "D.R. of the Congo"),
    ),
    "COG": ("Congo, Rep.", "Republic of the Congo", "Republic of Congo", "Congo"),
    "CPV": ("Cabo Verde",),
    "CZE": ("Czech Republic",),
    "EGY": ("Egypt, Arab Rep.",),
    "EMU": ("Euro area (19 countries)", "Eurozone", "Euro zone", "EA"),
    "EUU": ("EU-27", "EU27"),
    "FSM": ("Micronesia, Fed. Sts.", "Micronesia (Federated States of)"),
    "GBR": ("UK", "Great Britain", "United Kingdom of Great Britain and Northern Ireland"),
    "GMB": ("Gambia, The", "The Gambia"),
    "GRC": ("EL",),
    "HKG": ("Hong Kong", "Hong Kong SAR, China", "China, Hong Kong SAR", "Hong Kong, China"),
    "IRN": ("Iran, Islamic Rep.", "Iran (Islamic Republic of)", "Islamic Republic of Iran"),
    "KGZ": ("Kyrgyz Republic",),
    "KNA": ("St. Kitts and Nevis",),
    "KOR": ("Korea, Rep.", "Korea, Republic of", "Republic of Korea", "Korea"),
    "LAO": ("Lao PDR", "Lao People's Democratic Republic"),
    "LCA": ("St. Lucia",),
    "MAC": ("Macao", "Macau", "Macao SAR, China", "China, Macao SAR"),
    "MDA": ("Republic of Moldova", "Moldova, Republic of"),
    "MKD": ("Macedonia", "TFYR Macedonia"),
    "MMR": ("Myanmar", "Burma"),
    "NLD": ("The Netherlands",),
    "OED": ("OECD", "OECD - Total", "OECD total"),
    "PRK": ("Korea, Dem. People's Rep.", "Democratic People's Republic of Korea", "D.P.R. of Korea"),
    "PSE": ("West Bank and Gaza", "State of Palestine", "Palestine"),
    "RUS": ("Russian Federation",),
    "SVK": ("Slovak Republic",),
    "SWZ": ("Swaziland",),
    "SYR": ("Syrian Arab Republic",),
    "TUR": ("Turkey", "Turkiye"),
    "TWN": ("Taiwan, China", "China, Taiwan Province of", "Chinese Taipei", "Taiwan, Province of China"),
    "TZA": ("United Republic of Tanzania", "U.R. of Tanzania: Mainland"),
    "USA": ("United States of America", "U.S.", "U.S.A."),
    "VCT": ("St. Vincent and the Grenadines",),
    "VEN": ("Venezuela, RB", "Venezuela (Bolivarian Republic of)"),
    "VNM": ("Viet Nam",),
    "WLD": ("OWID_WRL", "1W"),
    "XKX": ("OWID_KOS",),
    "YEM": ("Yemen, Rep.",),
}
"""How the World Bank, the United Nations, the OECD, Eurostat and Our World in Data spell areas, where they
differ."""


@dataclass(frozen=True, slots=True)
class Places:
    """codes: area text -> code or the text itself. strangers: texts that are neither known nor declared."""

    codes: dict[str, str]
    strangers: tuple[str, ...]
    declared: tuple[str, ...]


def find_places(texts: Iterable[str], *, alpha2: bool = False, not_countries: Collection[str] = ()) -> Places:
    """Reads the distinct area texts of one dataset by the rule above."""
    distinct = sorted(set(texts))
    numeric = _by_number()
    if distinct and all(text.strip() in numeric for text in distinct):
        return Places({text: numeric[text.strip()] for text in distinct}, (), ())
    two = [text for text in distinct if re.fullmatch(r"[A-Za-z]{2}|1W", text.strip())]
    trust_two = alpha2 or all(_known(text) for text in two)
    names = [
        text for text in distinct if not _is_code(text) and text not in two and text not in not_countries
    ]
    trust_names = 2 * sum(_known(text) is not None for text in names) >= len(names)
    codes: dict[str, str] = {}
    strangers: list[str] = []
    for text in distinct:
        trusted = _is_code(text) or (trust_two if text in two else trust_names)
        code = _known(text) if trusted and (_is_code(text) or text not in not_countries) else None
        codes[text] = code or text.strip()
        if code is None and text not in not_countries:
            strangers.append(text)
    declared = tuple(text for text in distinct if text in not_countries and codes[text] not in areas())
    return Places(codes, tuple(strangers), declared)


def known_area(text: str) -> str | None:
    """The code of an area's code, name or other spelling; None for a text that is none."""
    return _known(text)


def known_share(texts: Collection[str]) -> float:
    """The share of texts that are known areas, for choosing among columns that could hold them."""
    return sum(_known(text) is not None for text in texts) / len(texts) if texts else 0.0


def stated_area(text: str) -> str | None:
    """The area that a title, a publisher or a resource's name begins with, or None.

    Only a whole English or Chinese name, a capital alpha-3 code, or US, USA, UK, EU are taken:
    ``us_quarterly``, ``US BLS``, ``China: output``. Other two-letter beginnings (``in_depth``,
    ``it_spending``) are words too often.
    """
    words = re.split(r"[\s_\-:,.(]+", text.strip())
    if words[0].casefold() in {"us", "usa", "uk", "eu"} and (
        words[0].isupper() or "_" in text or "-" in text
    ):
        return _known(words[0])
    if re.fullmatch(r"[A-Z]{3}", words[0]) and words[0] in areas():
        return words[0]
    for length in (4, 3, 2, 1):
        head = " ".join(words[:length])
        code = _known(head) if len(head) > 3 or not head.isascii() else None
        if (
            code is not None and not areas()[code].aggregate
        ):  # "World Development Indicators" is not about the world
            return code
    return None


def _is_code(text: str) -> bool:
    return text.strip().upper() in areas()


def _known(text: str) -> str | None:
    return _by_spelling().get(_fold(text))


@cache
def _by_number() -> dict[str, str]:
    return {area.numeric: code for code, area in areas().items() if area.numeric}


@cache
def _by_spelling() -> dict[str, str]:
    words = {_fold(name): code for code, names in _SPELLINGS.items() for name in names}
    for code, area in areas().items():
        for word in (area.names.zh, area.names.en, area.alpha2, code):
            if word:
                words[_fold(word)] = code
    return words


def _fold(text: str) -> str:
    """Case, accents, apostrophes and double spaces make no difference to a name."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold().replace("’", "'").replace("&", "and"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
