"""How long a workload of a thousand components takes to be placed and generated on both clouds; then, one at a time,
the rendering half beside python-hcl2's writer and beside Jinja2, on the same main.tf."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import hcl2
from jinja2 import Environment

from exitkit import registry
from exitkit.infra.compose import _main, compose
from exitkit.infra.hcl import render
from exitkit.infra.vendor import modules
from exitkit.model.placement import FromModule, FromModules, FromRoot, Landing, Literally
from exitkit.model.workload import Workload
from exitkit.placing import place

COMPONENTS = 1000
RUNS = 5
LIMIT = 2.0
CLOUDS = ("aws", "ovh")

TEMPLATE = """\
{% for name, source, inputs in blocks %}
module "{{ name }}" {
  source = "./modules/{{ source }}"
{% for key, value in inputs.items() %}
  {{ key }} = {{ value }}
{% endfor %}
}
{% endfor %}
"""


def workload() -> Workload:
    """Ten components of every kind but network, again and again, on ten networks."""
    parts: list[dict[str, Any]] = [{"kind": "network", "name": f"net{n}"} for n in range(10)]
    n = 0
    while len(parts) < COMPONENTS:
        net = f"net{n % 10}"
        parts += [
            {"kind": "key", "name": f"key{n}"},
            {"kind": "secret", "name": f"secret{n}"},
            {"kind": "bucket", "name": f"bucket{n}", "key": f"key{n}", "versions": True},
            {"kind": "postgres", "name": f"db{n}", "release": 16, "network": net, "standby": True},
            {"kind": "queue", "name": f"queue{n}", "network": net},
            {"kind": "cache", "name": f"cache{n}", "network": net},
            {
                "kind": "service",
                "name": f"web{n}",
                "image": "registry.example/a:1",
                "network": net,
                "uses": [f"bucket{n}", f"db{n}", f"queue{n}", f"cache{n}", f"secret{n}"],
            },
            {"kind": "domain", "name": f"names{n}", "zone": "a.example", "records": {f"w{n}": {"to": f"web{n}"}}},
            {"kind": "alarm", "name": f"bad{n}", "on": f"web{n}", "when": "errors", "above": 1, "notify": "a@b.fr"},
            {"kind": "cluster", "name": f"pods{n}", "release": "1.32", "network": net},
        ]
        n += 1
    return Workload.model_validate({"name": "big", "components": parts[:COMPONENTS]})


def both(big: Workload) -> dict[str, Landing]:
    """Place and compose on both clouds; the modules are read from disk, as `generate` does."""
    landings = {}
    for cloud in CLOUDS:
        landing = landings[cloud] = place(big, registry.get(cloud))
        compose(big, landing, modules(cloud, (one.module for one in landing.placements)))
    return landings


def told(value: object) -> str:
    """An input as a template or another writer is given it: quoted already."""
    match value:
        case Literally():
            return f'"{value.value}"' if isinstance(value.value, str) else str(value.value).lower()
        case FromModule():
            return f"module.{value.component}.{value.output}"
        case FromModules():
            return "{" + ", ".join(f"{key} = {told(one)}" for key, one in value.outputs.items()) + "}"
        case FromRoot():
            return value.expression
    return ""


def median(act: Callable[[], object]) -> float:
    """The median of some runs, in seconds."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Print each median and the ratios; say so where the limit is missed."""
    big = workload()
    whole = median(lambda: both(big))
    landing = place(big, registry.get("aws"))
    blocks = [(p.component, p.module, {k: told(v) for k, v in p.inputs.items()}) for p in landing.placements]
    document = {"module": [{f'"{n}"': {"source": f'"./modules/{m}"', **i, "__is_block__": True}} for n, m, i in blocks]}
    template = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE)
    ours = median(lambda: render(_main(big, landing)))
    peers = {
        "hcl2.dumps (not fmt-clean)": median(lambda: hcl2.dumps(document)),
        "jinja2 (not fmt-clean)": median(lambda: template.render(blocks=blocks)),
    }
    print(f"{len(big.components)} components on {' and '.join(CLOUDS)}, median of {RUNS} runs")
    kept = "ok" if whole < LIMIT else "MISSED"
    print(f"  placed and generated         {whole * 1000:6.0f} ms   limit {LIMIT * 1000:.0f} ms: {kept}")
    print(f"  our main.tf, one cloud       {ours * 1000:6.0f} ms")
    for name, spent in peers.items():
        print(f"  {name:<28} {spent * 1000:6.0f} ms   ours / this = {ours / spent:5.2f}")


if __name__ == "__main__":
    main()
