"""The front of the lab's object stores: the calls that are made often, checked strictly, served fast."""
