"""One function per rule; its docstring is the page that `exitkit explain` prints."""
