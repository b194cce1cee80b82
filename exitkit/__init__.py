"""exitkit: leave a cloud on purpose."""

__version__ = "0.1.0"
