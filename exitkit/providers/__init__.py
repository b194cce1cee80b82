"""One folder per cloud; nobody imports them, the registry finds them by name."""
