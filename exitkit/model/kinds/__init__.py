"""One file per kind of component: what it is, its limits, and the capabilities it needs of a cloud."""
