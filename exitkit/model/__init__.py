"""The nouns: frozen values, no input or output."""
