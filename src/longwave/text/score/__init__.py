"""Judging what a model told: each score with its interval, its sample and what stands beside it.

`judge` is the door: it takes a table and what was told of its rows and gives the scores that belong to the task.
`metric` holds the one idea all of it rests on: a score is a function of sums of counts per row, so that a bootstrap is
a multiplication of matrices. `comparison`, `slices`, `transfer` and `perturb` ask where and against whom it holds.
"""
