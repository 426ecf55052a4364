"""Prepare: the publisher's figures under longwave's names, units and areas, checked before use.

`prepare` takes one `Harvest` to a `Prepared` (names and units by the code book ``concepts.toml``, then the
quality checks); `choose` takes one source for each area and concept; `coverage` tells from when to when
figures reach.
Names of countries and territories are after Unicode CLDR, those of aggregates after the World Bank.
"""
