"""One file for each tier or port; each function in it is one promise, and raises where it is not kept."""
