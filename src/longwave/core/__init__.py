"""The words of the house: what a period, a unit, a panel, an origin and an estimate are."""
