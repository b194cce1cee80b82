"""One function per verb; the only place that joins engines, providers, drivers and the lab.

The command line adds only words to what is here.
"""

from exitkit.api.describe import document_schema, init, validate
from exitkit.api.doctor import doctor
from exitkit.api.extend import explain, provider_names, provider_sheet
from exitkit.api.judge import report_of, score
from exitkit.api.labs import lab_down, lab_env, lab_up
from exitkit.api.moved import Manner, diff_moved, journal_of, move_objects, verify_moved
from exitkit.api.placed import generate, place
from exitkit.api.rehearsed import find_run, plan, read_plan, rehearse, resume, rollback, way_back
from exitkit.api.runs import Run
from exitkit.api.runs import newest as newest_run

__all__ = [
    "Manner",
    "Run",
    "doctor",
    "diff_moved",
    "document_schema",
    "explain",
    "find_run",
    "generate",
    "init",
    "journal_of",
    "lab_down",
    "lab_env",
    "lab_up",
    "move_objects",
    "newest_run",
    "place",
    "plan",
    "provider_names",
    "provider_sheet",
    "read_plan",
    "rehearse",
    "report_of",
    "resume",
    "rollback",
    "score",
    "validate",
    "verify_moved",
    "way_back",
]
