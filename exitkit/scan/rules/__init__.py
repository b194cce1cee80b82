"""Rules about an estate as it stands (LK4xx): one function per rule; its docstring is the page that `explain` prints."""
