"""More rows from the rows there are: one way a file, each true to the labels it copies."""
