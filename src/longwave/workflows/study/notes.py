"""What is known about certain figures of certain areas, and belongs beside every sentence that rests on them."""

from __future__ import annotations

from dataclasses import dataclass

from longwave.core.message import Message, say
from longwave.core.panel import Panel


@dataclass(frozen=True, slots=True)
class DataNote:
    """A note for one area on the figures of datasets whose id holds `dataset`, for the concepts named."""

    area: str
    dataset: str
    concepts: tuple[str, ...]
    key: str


NOTES = (
    # Feenstra, Inklaar and Timmer build China's real GDP on Wu's (2014) adjusted accounts, not on the official ones.
    DataNote("CHN", "pwt", ("real_gdp",), "note_china_adjusted"),
    # Germany before 1991 is the west and the east put together by the Penn World Table.
    DataNote("DEU", "pwt", ("real_gdp",), "note_germany_united"),
    # Value added of multinational firms is booked in Ireland far beyond what is made there.
    DataNote("IRL", "", ("real_gdp", "gdp_per_person_employed"), "note_ireland_booked"),
)


def notes(area: str, figures: Panel) -> tuple[Message, ...]:
    """The notes that apply to an area's figures as used in a study."""
    return tuple(say(f"workflows.{note.key}") for note in NOTES if note.area == area and _used(note, figures))


def _used(note: DataNote, figures: Panel) -> bool:
    sources = figures.select(area=note.area, variable=note.concepts).sources()
    return any(note.dataset in source for source in sources)
