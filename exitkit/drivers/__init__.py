"""Protocols, shared by providers: one file owns each library that speaks to the world."""
