"""The command line: one file a group of commands; data on stdout, everything else on stderr."""
