"""How each kind of step is done, and how one looks whether it was."""

from exitkit.rehearsal.steps.table import do, holds

__all__ = ["do", "holds"]
