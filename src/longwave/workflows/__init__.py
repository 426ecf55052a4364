"""The verbs: study, add, pull, show, export, check. Every face (command line, Python, later the service) calls these."""
