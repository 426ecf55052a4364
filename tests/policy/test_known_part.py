"""What an unknown parameter moves, and what it does not because its policy instrument is left out."""

from longwave.macro.language.read import read_model
from longwave.policy.known_part import known_part, moved_by

MODEL = read_model(
    """model parts "Parts" "部分"
frequency annual
exogenous water "Water" "水" [1], sun "Sun" "阳光" [1]
endogenous green "Green" "绿" [1], jobs "Jobs" "岗位" [1], sky "Sky" "天" [1]
parameter watering = 1 "Watering" "浇水", shining = 1 "Shining" "照射"
identity green = watering*water + shining*sun
identity jobs = 2*green(-1)
identity sky = sun
""",
    "parts.lw",
)


def test_an_unknown_parameter_moves_what_reads_what_it_moves():
    assert moved_by(MODEL, ["watering"]) == {"green", "jobs"}
    assert {each.name for each in known_part(MODEL, ["watering"]).endogenous} == {"sky"}


def test_what_multiplies_an_instrument_that_is_left_out_moves_nothing():
    assert moved_by(MODEL, ["watering"], ["water"]) == frozenset()
    assert known_part(MODEL, ["watering"], ["water"]) is MODEL
    assert moved_by(MODEL, ["shining"], ["water"]) == {"green", "jobs"}
