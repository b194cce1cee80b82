"""Rules about an estate as it stands (LK4xx): one function per rule, whose docstring is its page."""
