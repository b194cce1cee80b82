"""Take the Terraform of the target out of the mirror, and see that it still plans what the target is built from."""

from __future__ import annotations

import tempfile
from pathlib import Path

from exitkit.model.evidence import Verdict
from exitkit.model.gone import BuildTree
from exitkit.model.journal import Result
from exitkit.ports.tree import Installed, Looked
from exitkit.rehearsal.world import World
from exitkit.transfer.mirror import fetch

_REGISTRY = "registry.terraform.io"
_NOT_OURS = ("modules", "tests", ".terraform")
_LISTED = 100


def build(step: BuildTree, world: World) -> Result:
    """Initialise, validate and plan the mirrored tree, in a place that is gone afterwards; nothing is applied.

    Without a tree for the target in the mirror the answer is no; without the program or a provider it is unknown.
    """
    if world.kept is None or world.trees is None:
        return Result(verdict=Verdict.UNKNOWN, details=("there is no mirror, so there is no Terraform in it",))
    with tempfile.TemporaryDirectory(prefix="exitkit-mirrored-") as place:  # a state may be in it: it leaves no trace
        folder = Path(place)
        fetch("state", world.kept, folder)
        found = trees_in(folder)
        tree = found[0] if len(found) == 1 else next((one for one in found if one.name == step.at), None)
        if tree is None:
            return _without(step, world, [str(one.relative_to(folder)) for one in found])
        packages = _packages(folder)
        looked = world.trees.look(tree, packages=packages)
        mirrored = {"/".join(one.parts[-3:]) for root in packages for one in root.glob(f"{_REGISTRY}/*/*")}
    return _result(step, world, looked, mirrored)


def trees_in(folder: Path) -> list[Path]:
    """Every folder that holds Terraform of its own: no module of another, no test, nothing the program keeps."""
    found = {file.parent for file in folder.rglob("*.tf")}
    return sorted(one for one in found if not set(one.relative_to(folder).parts) & set(_NOT_OURS))


def _without(step: BuildTree, world: World, found: list[str]) -> Result:
    if found:
        told = f"the mirror's state holds {', '.join(found)}, and none of them is named {step.at}"
    else:
        told = f"the mirror's state holds no Terraform: {step.at} could not be built from it"
    evidence = (world.measured("Terraform trees in the mirror", len(found), "trees", step.id),)
    return Result(evidence=evidence, verdict=Verdict.FAIL, details=(told,))


def _packages(folder: Path) -> tuple[Path, ...]:
    """Folders of mirrored providers. A mirror keeps bytes, and not who may run them."""
    roots = tuple(sorted(one.parent for one in folder.rglob(_REGISTRY) if one.is_dir()))
    for root in roots:
        for program in root.rglob("terraform-provider-*"):
            if program.is_file() and program.suffix != ".zip":
                program.chmod(0o700)
    return roots


def _result(step: BuildTree, world: World, looked: Looked, mirrored: set[str]) -> Result:
    verdict = Verdict.PASS
    for look in looked.looks:
        verdict = verdict & look.verdict
    ours = [one for one in looked.installed if one.source in mirrored]
    evidence = [
        world.measured("providers installed", len(looked.installed), "providers", step.id),
        world.measured("providers from the mirror", len(ours), "providers", step.id),
    ]
    if looked.planned is not None:
        evidence.append(world.measured("resources planned", looked.planned, "resources", step.id))
    wrong = [look for look in looked.looks if look.verdict is not Verdict.PASS]
    told = [f"{look.name}: {line}" for look in wrong for line in (look.why, *look.details)]
    told += [f"{look.name}: {look.why}" for look in looked.looks if look not in wrong]
    told += [_words(one, mirrored) for one in looked.installed]
    told += [looked.program] if looked.program else []
    told.append(f"not tried: an apply; the lab has no account at {step.at}, and the places are made by its API")
    return Result(evidence=tuple(evidence), verdict=verdict, details=tuple(dict.fromkeys(told))[:_LISTED])


def _words(one: Installed, mirrored: set[str]) -> str:
    where = "from the mirror" if one.source in mirrored else "from where this machine gets it, not from the mirror"
    return f"{one.source} {one.version} {one.package}, {where}"
