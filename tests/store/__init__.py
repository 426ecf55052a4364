"""Tests of the store. A package, so that these modules may be named like those of other rooms."""
