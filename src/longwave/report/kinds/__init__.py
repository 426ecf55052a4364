"""The kinds of charts, one file each: how far the figures reach, and how they are painted."""
