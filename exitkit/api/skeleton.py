"""Write the skeleton of a new provider: everything it needs to be found, and every claim still to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from exitkit import registry
from exitkit.errors import UsageError
from exitkit.model.capability import Capability
from exitkit.model.workload import KINDS


def new_provider(name: str, root: Path | None = None) -> tuple[Path, ...]:
    """The files of a new provider, in the checkout. Raises UsageError where there is one, or nothing to write into."""
    if not name.isidentifier() or name != name.lower() or name.startswith("_"):
        raise UsageError(f"`{name}` cannot be a provider", hint="one word in small letters, such as scaleway")
    if name in registry.names():
        raise UsageError(f"there is a provider `{name}` already", hint=f"exitkit providers show {name}")
    top = root if root is not None else Path(__file__).resolve().parents[2]
    if not (top / "terraform").is_dir() or not (top / "exitkit" / "providers").is_dir():
        raise UsageError(
            "providers in the house are made in a checkout of exitkit", hint="clone it, and run this there"
        )
    written = []
    for path, text in _files(name).items():
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        written.append(file)
    return tuple(written)


def _files(name: str) -> Mapping[str, str]:
    said = {"name": name, "Name": name.capitalize(), "kinds": ", ".join(KINDS)}
    folder = f"exitkit/providers/{name}"
    made = {f"{folder}/{file}": Template(text).substitute(said) for file, text in _TEMPLATES.items()}
    return made | {
        f"{folder}/claims.toml": _claims(name),
        f"terraform/{name}/README.md": Template(_MODULES).substitute(said),
    }


def _claims(name: str) -> str:
    head = f"# What {name} can do, in its own words. What is not claimed is unmapped: a fact about us, not about it.\n"
    rows = [
        f'\n# ["{one.value}"]\n# support = "native"\n# why = "…"\n# source = "a page (read 2026-11)"\n'
        for one in Capability
    ]
    return "".join([head, *rows])


_MODULES = """\
# $name

One folder for each kind that $name can offer: $kinds. `terraform/CONTRACT.md` says what each takes and gives; copy
`variables.tf` from another cloud, and change descriptions and validations only.
"""

_TEMPLATES = {
    "__init__.py": '''\
"""$Name."""

from __future__ import annotations

from exitkit.drivers.cloud import Cloud
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import P, Settings


class $Name(Cloud):
    """Nothing was looked at yet: see claims.toml."""

    name = "$name"
    title = "$Name"

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands on $Name."""
        from exitkit.providers.$name.place import place

        return place(component, within, self.sizes)

    def frame(self, workload: Workload) -> Frame:
        """What a root on $Name needs."""
        from exitkit.providers.$name.place import frame

        return frame(workload)

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out."""
        from exitkit.providers.$name.ports import open_port

        return open_port(port, settings)


PROVIDER = $Name()
''',
    "place.py": '''\
"""Where components land on $Name."""

from __future__ import annotations

from pydantic import JsonValue

from exitkit.drivers.facts import Sizes, smallest, why_not
from exitkit.errors import Unsupported
from exitkit.model.placement import Frame, FromRoot, Literally, Placement
from exitkit.model.workload import Component, Workload
from exitkit.placing import settle

KINDS: tuple[str, ...] = ()
"""The kinds with a module in terraform/$name; as long as there is none, everything is placed, and nothing made."""

LOCATION = """{
  region  = var.region
  zones   = var.zones
  project = null
}"""


def place(component: Component, within: Workload, sizes: Sizes) -> Placement:
    """One component on the smallest size that holds it. Raises Unsupported for a kind that has no module here."""
    if KINDS and component.kind not in KINDS:
        raise Unsupported(f"{component.name}: {why_not(component, __package__)}", hint="leave it where it is")
    shape = component.shape()
    size = None
    if shape is not None:
        size = smallest(sizes.list_of(shape.sold_as), cpus=shape.cpus, memory_gib=shape.memory.gib)
    chosen: dict[str, JsonValue] = {"size": size.name} if size is not None else {}
    return settle(component, within, "$name", chosen=chosen)


def frame(workload: Workload) -> Frame:
    """What the root needs on $Name; as long as it names no Terraform provider, nothing is generated."""
    return Frame(
        title="$Name",
        providers=(),
        variables=(),
        locals={
            "location": FromRoot(expression=LOCATION),
            "tags": Literally(value={"Workload": workload.name, "ManagedBy": "terraform"}),
        },
    )
''',
    "ports.py": '''\
"""The one door out to $Name."""

from __future__ import annotations

from exitkit.errors import Unsupported
from exitkit.ports import P, Settings


def open_port(port: type[P], settings: Settings) -> P:  # noqa: ARG001 - every provider is asked so
    """Nothing yet. Raises Unsupported."""
    raise Unsupported(f"$Name opens no port {port.__name__}: nobody has looked yet")
''',
    "sizes.toml": """\
# What $Name sells, without VAT. Read from dated extracts, never from memory; a price that was not found is left out.
currency = "EUR"
region = "?"
""",
    "README.md": """\
# $Name

| file | what it holds |
| --- | --- |
| `claims.toml` | what $Name can do, capability by capability, each with its source |
| `sizes.toml` | machines, databases and prices, each with source and date |
| `place.py` | component → module and inputs; what the root needs |
| `ports.py` | the way to a running $Name |
| `*.json.gz` | the schema of a Terraform provider no other cloud uses: `terraform providers schema -json`, compressed |
| `spellings.toml` | how $Name spells its regions and zones, in the shape of `exitkit/infra/schemas/enums.toml` |

No other file is touched: the registry, the package and the tests find what stands here and in `terraform/$name/`.

`exitkit providers check $name` says what is still to be done.
""",
}
