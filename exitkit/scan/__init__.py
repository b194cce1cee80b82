"""Read an existing estate, without credentials: what is there, what holds it, what was not understood."""
