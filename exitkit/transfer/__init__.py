"""Objects from one store to another: list, copy, verify, resume; works on ports alone."""
