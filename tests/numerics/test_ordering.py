"""Matchings, blocks and tears of random systems, beside SciPy where it knows them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

from longwave.numerics.ordering import Unmatched, blocks, match, tears

ROWS = st.integers(1, 12).flatmap(
    lambda count: st.lists(st.sets(st.integers(0, count - 1), max_size=5), min_size=count, max_size=count)
)


def matrix(rows: list[set[int]]) -> csr_array:
    dense = np.zeros((len(rows), len(rows)), dtype=np.int64)
    for equation, row in enumerate(rows):
        dense[equation, list(row)] = 1
    return csr_array(dense)


@settings(max_examples=200)
@given(rows=ROWS)
def test_a_matching_is_found_where_there_is_one(rows: list[set[int]]) -> None:
    ordered = [sorted(row) for row in rows]
    most = int((maximum_bipartite_matching(matrix(rows), perm_type="column") >= 0).sum())
    found = match(ordered, [None] * len(rows))
    if isinstance(found, Unmatched):
        assert most < len(rows)
        assert len(found.equations) > len(found.their_unknowns), "these equations share too few unknowns"
        assert set().union(*(rows[each] for each in found.equations)) <= set(found.their_unknowns)
        assert len(found.unknowns) > len(found.their_equations), "these unknowns share too few equations"
    else:
        assert most == len(rows)
        assert sorted(found) == list(range(len(rows)))
        assert all(unknown in rows[equation] for equation, unknown in enumerate(found))


def test_a_wish_is_kept() -> None:
    rows = [[0, 1, 2], [0, 1, 2], [0, 1, 2]]
    assert match(rows, [2, 0, 1]) == [2, 0, 1]
    found = match(rows, [1, 1, None])
    assert not isinstance(found, Unmatched)
    assert 1 in found[:2]


@settings(max_examples=200)
@given(rows=ROWS)
def test_blocks_are_strong_components_in_order(rows: list[set[int]]) -> None:
    needs = dict(enumerate(rows))
    found = blocks(needs)
    count, label = connected_components(matrix(rows), connection="strong")
    assert len(found) == count
    assert {frozenset(each) for each in found} == {
        frozenset(np.flatnonzero(label == number).tolist()) for number in range(count)
    }
    place = {item: number for number, component in enumerate(found) for item in component}
    assert all(place[other] <= place[item] for item, others in needs.items() for other in others)


@settings(max_examples=200)
@given(rows=ROWS, must=st.sets(st.integers(0, 11), max_size=2))
def test_what_is_left_beside_the_tears_follows_in_sequence(rows: list[set[int]], must: set[int]) -> None:
    needs = dict(enumerate(rows))
    cut, order = tears(needs, must & needs.keys())
    assert sorted([*cut, *order]) == list(needs)
    assert must & needs.keys() <= set(cut)
    known = set(cut)
    for item in order:
        assert needs[item] <= known
        known.add(item)


def test_one_circle_needs_one_tear() -> None:
    needs = {item: {(item + 1) % 1000} for item in range(1000)}
    cut, order = tears(needs)
    assert len(cut) == 1
    assert len(order) == 999
    assert tears({0: {1}, 1: {2}, 2: set()}) == ([], [2, 1, 0])


def test_long_chains_do_not_end_in_recursion() -> None:
    count = 50_000
    chain = {item: {item + 1} if item + 1 < count else set() for item in range(count)}
    assert [each[0] for each in blocks(chain)] == list(range(count))[::-1]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_items_changes_no_block(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    needs = {item: {chance.randrange(60) for _ in range(2)} for item in range(60)}
    mixed = list(needs)
    chance.shuffle(mixed)
    one = {frozenset(each) for each in blocks(needs)}
    assert one == {frozenset(each) for each in blocks({item: needs[item] for item in mixed})}
