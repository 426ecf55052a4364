"""A corpus from a file or a folder to a checked table of one task: read, find the columns, clean, split."""
