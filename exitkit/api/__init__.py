"""One function per verb; the only place that joins engines, providers, drivers and the lab.

The command line adds only words to what is here.
"""

from exitkit.api.describe import document_schema, init, validate
from exitkit.api.doctor import doctor
from exitkit.api.extend import explain, provider_names, provider_sheet, rule_codes
from exitkit.api.judge import report_of, score
from exitkit.api.labs import lab_down, lab_env, lab_up
from exitkit.api.placed import generate, place
from exitkit.api.rehearsed import find_run, plan, read_plan, rehearse, resume, rollback, way_back
from exitkit.api.runs import Run
from exitkit.api.runs import newest as newest_run
from exitkit.api.scanned import Scanned, compare_inventories, difference_text, draft, read_inventory, scan

__all__ = [
    "Run",
    "Scanned",
    "compare_inventories",
    "difference_text",
    "doctor",
    "document_schema",
    "draft",
    "explain",
    "find_run",
    "generate",
    "init",
    "lab_down",
    "lab_env",
    "lab_up",
    "newest_run",
    "place",
    "plan",
    "provider_names",
    "provider_sheet",
    "read_inventory",
    "read_plan",
    "rehearse",
    "report_of",
    "resume",
    "rollback",
    "rule_codes",
    "scan",
    "score",
    "validate",
    "way_back",
]
