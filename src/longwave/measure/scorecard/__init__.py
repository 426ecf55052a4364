"""The scorecard: each dimension with its doubt, and what a composite would and would not say."""
