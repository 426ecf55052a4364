"""The one Chinese typeface that travels with longwave, and how it was made (see `make`)."""
