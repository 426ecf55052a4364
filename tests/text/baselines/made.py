"""Small sets made in code, on which a baseline can be right."""

import numpy as np
import pandas as pd

from longwave.text.table import TextTable

GOOD = ("profit rose", "sales grew", "record growth", "margin improved", "dividend raised")
BAD = ("loss widened", "sales fell", "weak demand", "margin shrank", "dividend cut")
FILL = (
    "the company said on Monday",
    "in the third quarter",
    "analysts had expected this",
    "in Helsinki",
    "this year",
)


def table(task: str, rows: list[dict], labels: tuple[str, ...] = (), **how: bool) -> TextTable:
    frame = pd.DataFrame(rows)
    frame["id"] = [str(place) for place in range(len(rows))]
    return TextTable(task, frame, labels, **how)


def news(rows: int, seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(rows):
        good = bool(rng.random() < 0.5)
        said = rng.choice(GOOD if good else BAD)
        found.append(
            {"text": f"{rng.choice(FILL)} {said} {rng.choice(FILL)}", "label": "up" if good else "down"}
        )
    return found


PEOPLE = ("Anna Berg", "Jim Lee", "Maria Silva", "Tom Ford", "Li Wei", "Olga Orlova")
PLACES = ("Oslo", "Lima", "Paris", "New Delhi", "Rome", "Quito")


def sentences(rows: int, seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(rows):
        person, place = str(rng.choice(PEOPLE)).split(), str(rng.choice(PLACES)).split()
        verb = str(rng.choice(("visited", "left", "likes")))
        tags = ["B-PER", *["I-PER"] * (len(person) - 1), "O", "B-LOC", *["I-LOC"] * (len(place) - 1), "O"]
        found.append({"tokens": (*person, verb, *place, "."), "tags": tuple(tags)})
    return found
