"""The command line: one file per verb, one root, one writer to the terminal."""
