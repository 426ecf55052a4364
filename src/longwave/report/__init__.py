"""Reports: a document in no language becomes one self-contained page in English or Chinese."""
