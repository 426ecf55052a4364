"""How near the skills-based exposure comes to scores made by labelling tasks.

The published scores are beta of Eloundou, Manning, Mishkin and Rock (2023), by human annotators and by GPT-4,
from data/occ_level.csv of github.com/openai/GPTs-are-GPTs: every third occupation or so of most of the file,
213 in all, typed below with three decimals. Occupations whose code changed between the editions of 2010 and
2018 were left out.

    python benchmarks/rising_exposure_against_published.py PATH_OF_ONET_SKILLS.parquet

O*NET skills: a table of soc, title, skill, scale, value (the pack's skills_onet.parquet). What it printed on
2026-11-22 is in docs/concepts/language-models.md. Five skills of language were the first proxy; the two that
the article names came out nearer and replaced them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from longwave.measure.rising.exposure import TEXT_SKILLS, weighted_exposure
from longwave.measure.skills.occupations import rank_correlation, ratings_by_occupation

PUBLISHED = """ 11-1011 .350 .460  11-1021 .385 .481  11-2021 .578 .500  11-2022 .483 .450  11-3021 .561 .530
11-3031 .426 .481 11-3051 .348 .485  11-3061 .471 .586  11-3121 .450 .480  11-3131 .477 .500  11-9021 .400
.444  11-9033 .476 .439 11-9041 .386 .471  11-9051 .396 .417  11-9111 .371 .429  11-9131 .524 .524  11-9141
.460 .443  11-9161 .600 .422 13-1011 .370 .544  13-1022 .400 .467  13-1031 .490 .520  13-1032 .500 .500
13-1051 .481 .500  13-1071 .589 .644 13-1075 .443 .547  13-1081 .455 .500  13-1111 .500 .405  13-1121 .365
.487  13-1131 .470 .519  13-1151 .592 .553 13-1161 .577 .500  13-2011 .520 .560  13-2031 .640 .520  13-2041
.556 .556  13-2052 .671 .500  13-2053 .571 .571 13-2061 .500 .530  13-2071 .693 .625  13-2072 .651 .591
13-2081 .677 .581  13-2082 .625 .625 17-2051 .375 .446  17-2061 .318 .727  17-2071 .406 .563  17-2081 .500
.556  17-2112 .605 .526  17-2131 .317 .488 17-2141 .372 .453  17-2161 .475 .550  17-2171 .431 .528  17-3011
.520 .540  17-3013 .466 .500  17-3031 .511 .500 19-1012 .500 .346  19-1013 .630 .489  19-1022 .313 .396
19-1023 .524 .452  19-1031 .551 .432  19-1041 .558 .442 19-1042 .568 .523  19-2012 .636 .750  19-2021 .609
.565  19-2031 .400 .380  19-2041 .726 .500  19-2043 .531 .500 19-3011 .458 .500  19-3022 .844 .625  19-3041
.615 .538  19-3051 .580 .477  19-3092 .375 .500  19-3094 .542 .479 19-4021 .267 .417  19-4031 .393 .393
19-4051 .250 .143  19-4061 .621 .667  19-4092 .194 .387 21-1013 .278 .111  21-1014 .265 .255  21-1015 .468
.355  21-1021 .300 .243  21-1022 .422 .344 25-1121 .594 .438  25-1123 .571 .527  25-1125 .589 .511  25-1192
.650 .538  25-2011 .311 .227  25-2021 .311 .311 25-2031 .341 .333  25-3021 .380 .360  25-4011 .500 .500
25-4012 .519 .500  25-4031 .529 .567  25-9021 .537 .370 25-9031 .525 .488  27-1011 .431 .500  27-1012 .224
.259  27-1021 .414 .466  27-1023 .267 .200  27-1024 .411 .500 27-1025 .362 .500  27-2011 .156 .188  27-2012
.479 .468  27-2022 .144 .300  27-2031 .042 .021  27-2041 .281 .711 27-3031 .788 .591  27-3041 .647 .647
27-3042 .633 .700  27-3043 .808 .865  27-3091 .840 .880  27-4012 .214 .524 27-4021 .219 .385  27-4031 .182
.424  29-1011 .318 .455  29-1021 .225 .250  29-1031 .463 .549  29-1051 .400 .429 29-1071 .125 .375  29-1122
.394 .303  29-1123 .340 .191  29-1126 .190 .202  29-1127 .390 .451  29-1131 .230 .270 29-1141 .381 .333
29-1151 .125 .167  29-1171 .315 .481  31-2011 .233 .267  31-2021 .103 .154  31-9011 .185 .074 31-9091 .100
.267  31-9092 .141 .359  31-9094 .232 .875  31-9097 .110 .183  33-1012 .355 .329  33-2011 .088 .140 33-3011
.161 .036  33-3021 .300 .317  33-3051 .233 .250  33-9021 .389 .389  33-9032 .250 .167  35-1011 .262 .262
35-2011 .026 .000  35-2014 .122 .095  35-3031 .224 .184  35-9021 .000 .000  35-9031 .329 .229  37-1011 .255
.265 37-2011 .028 .000  37-2012 .059 .000  37-2021 .229 .250  37-3011 .024 .024  37-3013 .061 .061  39-2011
.138 .103 39-3031 .200 .143  39-4011 .040 .040  39-5012 .053 .079  39-6012 .700 .467  39-7011 .346 .269
39-9011 .330 .148 39-9032 .250 .238  41-1011 .405 .486  41-2011 .360 .209  41-2031 .355 .342  41-3011 .692
.538  41-3021 .530 .576 41-3031 .519 .606  41-3041 .563 .563  43-5051 .278 .315  43-5052 .346 .231  43-5061
.519 .596  43-6011 .743 .649 43-6012 .761 .696  43-6013 .611 .667  43-6014 .567 .644  43-9021 .500 .893
43-9022 .486 .743  43-9041 .512 .833 43-9061 .500 .576  43-9081 .600 .975  43-9111 .674 .891  45-2011 .292
.292  45-2041 .050 .100  45-4021 .125 .031 47-2011 .000 .030  47-2031 .089 .144  47-2051 .000 .000  47-2111
.146 .146  47-2141 .029 .057  47-2181 .000 .040 47-4011 .138 .241  47-4041 .032 .081  47-5013 .145 .065
49-1011 .269 .410  49-2011 .204 .367  49-2022 .203 .281 49-3011 .060 .134  49-3023 .073 .082  49-9021 .140
.105  49-9041 .145 .274  51-4192 .152 .130  51-5112 .125 .288 51-6031 .023 .081  51-6052 .068 .091  51-8012
.250 .375  51-8031 .125 .125  51-9061 .177 .417  51-9141 .063 .234 53-2021 .307 .341  53-2031 .146 .167
53-3032 .173 .279  53-4031 .208 .278  53-6021 .125 .107  53-7051 .031 .031
"""
"""Six-digit code, beta by humans, beta by GPT-4."""


def published() -> pd.DataFrame:
    words = PUBLISHED.split()
    rows = [(words[at], float(words[at + 1]), float(words[at + 2])) for at in range(0, len(words), 3)]
    return pd.DataFrame(rows, columns=["soc", "human", "gpt4"]).set_index("soc")


def scores(table: pd.DataFrame) -> dict[str, pd.Series]:
    """The proxy, and two others to see how much hangs on the choice of skills and on the formula."""
    renamed = table.rename(columns={"skill": "element"})
    importance, level = (ratings_by_occupation(renamed, scale) for scale in ("IM", "LV"))
    chosen = pd.Series({str(name): float(name in TEXT_SKILLS) for name in importance.columns})
    language = {*TEXT_SKILLS, "Reading Comprehension", "Speaking", "Active Listening"}
    five = pd.Series({str(name): float(name in language) for name in importance.columns})
    return {
        "proxy: writing and programming": weighted_exposure(importance, level, chosen),
        "five skills of language": weighted_exposure(importance, level, five),
        "mean importance of the five": importance[sorted(language)].mean(axis=1),
    }


def main() -> None:
    known = published()
    print(f"{len(known)} occupations typed")
    for name, score in scores(pd.read_parquet(Path(sys.argv[1]))).items():
        for label in known.columns:
            both = score.index.intersection(known.index)
            r, low, high = rank_correlation(score[both], known.loc[both, label])
            print(f"{name:<38} {label:<6} n {len(both)}  rank correlation {r:.3f} ({low:.3f} to {high:.3f})")
    r, low, high = rank_correlation(known["human"], known["gpt4"])
    print(f"{'human against GPT-4':<45} n {len(known)}  rank correlation {r:.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
