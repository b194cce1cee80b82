"""Check provider-specific settings against the inputs of the modules they are passed to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from exitkit.errors import UsageError
from exitkit.model.workload import Workload

_VARIABLE = re.compile(r'^variable "(\w+)"', re.MULTILINE)


def check_hatches(workload: Workload, provider: str, modules: Mapping[str, str]) -> None:
    """Raises UsageError with every setting for a provider that is no input of its module there."""
    wrong = tuple(_wrong(workload, provider, modules))
    if wrong:
        raise UsageError("\n".join(wrong), hint="settings for one provider are inputs of its module in terraform/")


def _wrong(workload: Workload, provider: str, modules: Mapping[str, str]) -> Iterator[str]:
    for part in workload.components:
        settings = part.hatch.get(provider, {})
        if not settings:
            continue
        text = "".join(
            text for path, text in modules.items() if path.startswith(f"{part.kind}/") and path.endswith(".tf")
        )
        inputs = _VARIABLE.findall(text)
        for name in settings:
            if name not in inputs:
                near = get_close_matches(name, inputs, n=1)
                meant = f"; did you mean `{near[0]}`?" if near else f"; it takes {', '.join(inputs)}"
                yield f"{part.name} has `{provider}: {{{name}: …}}`, which is no input of the {part.kind} module{meant}"
