"""Lay a filesystem mirror from which Terraform installs the stand-ins as if they were the real thing."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from tests.standin.schema import vendored

REGISTRY = "registry.terraform.io"
STAND_INS = {"ovh/ovh": "2.19.0", "terraform-provider-openstack/openstack": "3.4.0"}

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_ROOT = Path(__file__).resolve().parents[2]
_PREFIXES = (
    *sorted(Path("/opt").glob("*")),
    Path("/usr/share/terraform/plugins"),
    Path("/usr/local/share/terraform/plugins"),
    Path.home() / ".terraform.d" / "plugins",
    Path.home() / ".local" / "share" / "terraform" / "plugins",
)
_LAUNCHER = """\
#!{python}
import sys
from pathlib import Path

sys.path.insert(0, {root!r})
from tests.standin.serve import serve

serve(Path({schema!r}))
"""
_SETTINGS = """\
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{registry}/*/*"]
  }}
}}
disable_checkpoint = true
"""


def discover() -> Path | None:
    """The folder of real providers on this machine, named after the registry; None where there is none."""
    return next((prefix / REGISTRY for prefix in _PREFIXES if (prefix / REGISTRY).is_dir()), None)


def lay(folder: Path) -> Path:
    """Write the mirror into the folder; returns the path of the settings Terraform needs to use it."""
    mirror = folder / "mirror"
    for source, version in STAND_INS.items():
        _stand_in(mirror / REGISTRY / source, version)
    real = discover()
    if real is not None:
        _link(real / "hashicorp" / "aws", mirror / REGISTRY / "hashicorp" / "aws")
    settings = folder / "terraformrc"
    settings.write_text(_SETTINGS.format(mirror=mirror.as_posix(), registry=REGISTRY), encoding="utf-8")
    return settings


def system() -> str:
    """This machine, as Terraform spells it, such as linux_amd64."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_MACHINES.get(machine, machine)}"


def _stand_in(package: Path, version: str) -> None:
    leaf = package / version / system()
    leaf.mkdir(parents=True, exist_ok=True)
    # The schema is encoded once, here: the program itself starts several times in every run.
    schema = package / "schema.bin"
    schema.write_bytes(vendored(f"{REGISTRY}/{package.parent.name}/{package.name}").SerializeToString())
    program = leaf / f"terraform-provider-{package.name}_v{version}"
    program.write_text(_LAUNCHER.format(python=sys.executable, root=str(_ROOT), schema=str(schema)), encoding="utf-8")
    program.chmod(0o755)


def _link(real: Path, package: Path) -> None:
    """Terraform does not look behind a linked folder, except the last one."""
    for leaf in sorted(real.glob(f"*/{system()}")):
        link = package / leaf.parent.name / leaf.name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            os.symlink(leaf, link, target_is_directory=True)
