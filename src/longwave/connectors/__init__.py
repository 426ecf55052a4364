"""Where figures come from: publishers' services and users' own files, each brought home with its origin."""
