"""One function per verb; the only place that joins engines, providers, drivers and the lab.

The command line adds only words to what is here. A verb loads what it needs and nothing else.
"""

from typing import TYPE_CHECKING

from exitkit.lazy import attributes

if TYPE_CHECKING:
    from exitkit.api.conformed import conformance
    from exitkit.api.describe import document_schema, init, validate
    from exitkit.api.evidence import Looked, Sealed, seal, verify_evidence
    from exitkit.api.extend import explain, live_settings, provider_names, provider_sheet, rule_codes, sound
    from exitkit.api.faulted import Faulted, rehearse_faulted
    from exitkit.api.infrastructure import plans_beside
    from exitkit.api.judge import Lines, declared_beside, lines_in, lines_of, report_of, score
    from exitkit.api.labs import lab_down, lab_env, lab_up
    from exitkit.api.machine import doctor
    from exitkit.api.mirrored import Mirrored, mirror
    from exitkit.api.moved import Manner, diff_moved, journal_of, measure_moving, move_objects, verify_moved
    from exitkit.api.past import in_order as runs_in_order
    from exitkit.api.placed import difference, generate, place
    from exitkit.api.planned import runbook_of
    from exitkit.api.preflighted import preflight
    from exitkit.api.rehearsed import find_run, plan, read_plan, rehearse, resume, rollback, way_back
    from exitkit.api.runs import Run
    from exitkit.api.runs import newest as newest_run
    from exitkit.api.scanned import Scanned, compare_inventories, difference_text, draft, read_inventory, scan
    from exitkit.api.skeleton import new_provider
else:
    __getattr__ = attributes(__name__, __file__)

__all__ = [
    "Faulted",
    "Lines",
    "Looked",
    "Manner",
    "Mirrored",
    "Run",
    "Scanned",
    "Sealed",
    "compare_inventories",
    "conformance",
    "declared_beside",
    "diff_moved",
    "difference",
    "difference_text",
    "doctor",
    "document_schema",
    "draft",
    "explain",
    "find_run",
    "generate",
    "init",
    "journal_of",
    "lab_down",
    "lab_env",
    "lab_up",
    "lines_in",
    "lines_of",
    "live_settings",
    "measure_moving",
    "mirror",
    "move_objects",
    "new_provider",
    "newest_run",
    "place",
    "plan",
    "plans_beside",
    "preflight",
    "provider_names",
    "provider_sheet",
    "read_inventory",
    "read_plan",
    "rehearse",
    "rehearse_faulted",
    "report_of",
    "resume",
    "rollback",
    "rule_codes",
    "runbook_of",
    "runs_in_order",
    "scan",
    "score",
    "seal",
    "sound",
    "validate",
    "verify_evidence",
    "verify_moved",
    "way_back",
]
