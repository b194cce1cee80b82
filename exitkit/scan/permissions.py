"""Read who may do what from the policies of a generated tree; what cannot be worked out is said to be unclear.

Values are worked out as for an inventory, except that what only a run would tell (an ARN) stays a symbol of the
resource it is of: `${module.dossiers.aws_s3_bucket.this.arn}`. A statement is about the component of that module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from posixpath import normpath
from typing import Any

from exitkit.model.permission import Permissions, Statement
from exitkit.scan.evaluate import Budget, Value, references
from exitkit.scan.instance import Folder, Instance
from exitkit.scan.policies import UNKNOWN, document, each_of, listed, resources_of, said_of, worded
from exitkit.scan.readers.expressions import BlockRead
from exitkit.scan.terraform import generated


class _Symbolic(Instance):
    """A module whose resources' attributes are symbols."""

    def _of_resource(self, root: str, names: list[str], steps: list[Any], depth: int) -> Value:
        found = super()._of_resource(root, names, steps, depth)
        deep = names[: 3 if root == "data" else 2]
        return "${" + ".".join([f"{self.prefix}{root}", *deep]) + "}" if deep and found is not None else found


def permissions(tree: Mapping[str, str], label: str) -> Permissions:
    """What a tree's documents say, each at `label/path:line`. Raises MissingExtra without a reader of Terraform."""
    found = generated(tree)
    root = _Symbolic(found[""], prefix="", given={}, providers={}, budget=Budget(), is_root=True)
    reader = _Reader(label, root, found)
    statements = tuple(one for name in root.children for one in reader.module(name))
    decided = reader.decided if not reader.by_role else {"*"}
    return Permissions(
        statements=(*reader.handed(), *statements), holders=reader.holders, decided=tuple(sorted(decided))
    )


class _Reader:
    """One tree: its modules, who is handed what, and what is read of each resource that says who may do what."""

    def __init__(self, label: str, root: Instance, found: Mapping[str, Folder]) -> None:
        self._label, self._root = label, root
        self.decided: set[str] = set()
        self.by_role = False
        self.holders: dict[str, tuple[str, ...]] = {}
        self._lines: dict[tuple[str, str], str] = {}
        calls = [(file, block) for file, block in root.folder.blocks if block["t"] == "module"]
        for _, block in calls:
            self._child(block, found)
        for file, block in calls:
            self._hand(file, block)

    def _child(self, block: BlockRead, found: Mapping[str, Folder]) -> None:
        name, source = block["l"][0], block["a"]["source"][0][1]
        given = {key: self._root.value(said[0]) for key, said in block["a"].items() if key != "source"}
        self._root.children[name] = _Symbolic(
            found[normpath(source)], prefix=f"module.{name}.", given=given, providers={}, budget=Budget(), is_root=False
        )

    def _hand(self, file: str, block: BlockRead) -> None:
        """What a call is handed that opens something: the `access` of a module that marks it as sensitive."""
        for expression, line in block["a"].values():
            for dotted in references(expression):
                match dotted.split("."):
                    case ["module", other, "access"] if _is_sensitive(self._root.children[other].folder):
                        self.holders[other] = tuple(dict.fromkeys((*self.holders.get(other, ()), block["l"][0])))
                        self._lines[block["l"][0], other] = f"{self._label}/{file}:{line}"
                    case _:
                        pass

    def handed(self) -> Iterator[Statement]:
        """What is read because it is handed over."""
        for (principal, component), source in self._lines.items():
            yield Statement(principals=(principal,), actions=("handed",), resources=(component,), source=source)

    def module(self, name: str) -> Iterator[Statement]:
        """What the documents of one module say."""
        here = self._root.children[name]
        for file, block in here.folder.blocks:
            if block["t"] != "resource" or _is_off(here, block):
                continue
            told = _KINDS.get(block["l"][0])
            if told is not None:
                yield from told(self, here, name, block, f"{self._label}/{file}:{block['at'][0]}")
            elif _is_policy(block):
                words = f"{block['l'][0]} is not read here"
                source = f"{self._label}/{file}:{block['at'][0]}"
                yield Statement(principals=("*",), actions=("*",), resources=(name,), unclear=words, source=source)

    def role_policy(self, here: Instance, name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        self.by_role = True
        yield from document(here, block, "policy", source, principals=(name,))

    def attached(self, _here: Instance, name: str, _block: BlockRead, source: str) -> Iterator[Statement]:
        self.by_role = True
        words = "what a policy that AWS manages allows is in no generated document"
        yield Statement(principals=(name,), actions=("*",), resources=("*",), unclear=words, source=source)

    def trust(self, here: Instance, name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        self.by_role = True
        if _says(block, "inline_policy") or _says(block, "managed_policy_arns"):
            words = "policies inside a role are not read here"
            yield Statement(principals=(name,), actions=("*",), resources=("*",), unclear=words, source=source)
        yield from document(here, block, "assume_role_policy", source, resources=(name,))

    def on_resource(self, here: Instance, _name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        yield from document(here, block, "policy", source)

    def s3_user(self, here: Instance, name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        self.decided.add(name)
        yield from document(here, block, "policy", source, principals=self.holders.get(name, ()))

    def openstack_user(self, here: Instance, name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        roles = here.attribute(block, "role_names")
        words = "what this role of OpenStack opens is in no generated document"
        actions = tuple(f"openstack:{worded(one)}" for one in listed(roles)) or (UNKNOWN,)
        told = {"actions": actions, "resources": (name,), "unclear": words, "source": source}
        yield Statement(principals=self.holders.get(name, ()), **told)

    def whole_user(self, _here: Instance, name: str, _block: BlockRead, source: str) -> Iterator[Statement]:
        words = "these keys open what the user who applies may open, which is in no generated document"
        holders = self.holders.get(name, ())
        yield Statement(principals=holders, actions=("*",), resources=("*",), unclear=words, source=source)

    def ovh_iam(self, here: Instance, name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        self.decided.add(name)
        holders, resources = self.holders.get(name, ()), resources_of(listed(here.attribute(block, "resources")))
        odd = [one for one in ("except", "conditions", "permissions_groups", "expired_at") if _says(block, one)]
        words = f"{odd[0]} of this policy is not worked out" if odd else ""
        told = {"principals": holders, "resources": resources, "unclear": words, "source": source}
        for effect in ("allow", "deny"):
            if actions := tuple(worded(one) for one in listed(here.attribute(block, effect))):
                yield Statement(effect=effect, actions=actions, **told)

    def kafka(self, here: Instance, name: str, block: BlockRead, source: str) -> Iterator[Statement]:
        self.decided.add(name)
        holders = self.holders.get(name, ())
        for one in each_of(here, block):
            said = here.evaluator.value(said_of(block, "permission"), names=one)
            topic = here.evaluator.value(said_of(block, "topic"), names=one)
            actions = {"readwrite": ("kafka:read", "kafka:write")}.get(worded(said), (f"kafka:{worded(said)}",))
            part = _part(here, name, worded(topic))
            yield Statement(principals=holders, actions=actions, resources=(part,), source=source)


_KINDS: dict[str, Callable[[_Reader, Instance, str, BlockRead, str], Iterator[Statement]]] = {
    "aws_iam_role": _Reader.trust,
    "aws_iam_role_policy": _Reader.role_policy,
    "aws_iam_role_policy_attachment": _Reader.attached,
    "aws_s3_bucket_policy": _Reader.on_resource,
    "aws_sqs_queue_policy": _Reader.on_resource,
    "aws_sns_topic_policy": _Reader.on_resource,
    "ovh_cloud_project_user": _Reader.openstack_user,
    "ovh_cloud_project_user_s3_policy": _Reader.s3_user,
    "ovh_iam_policy": _Reader.ovh_iam,
    "ovh_cloud_project_database_kafka_acl": _Reader.kafka,
    "openstack_identity_ec2_credential_v3": _Reader.whole_user,
}


def _is_sensitive(folder: Folder) -> bool:
    outputs = (block for _, block in folder.blocks if block["t"] == "output" and block["l"] == ["access"])
    return any(block["a"].get("sensitive", [[]])[0] == ["v", True] for block in outputs)


_POLICIES = ("policy", "resource_policy", "access_policy", "access_policies")


def _is_policy(block: BlockRead) -> bool:
    """Whether a resource of another type looks as if it said who may do what: then it is told, and not passed over."""
    kind = block["l"][0]
    named = kind.endswith(("_policy", "_policy_attachment", "_acl", "_grant")) and "redrive" not in kind
    return named or any(attribute in _POLICIES for attribute in block["a"])


def _is_off(here: Instance, block: BlockRead) -> bool:
    return "count" in block["a"] and here.value(block["a"]["count"][0]) == 0


def _says(block: BlockRead, name: str) -> bool:
    return name in block["a"] or any(one["t"] == name for one in block["b"])


def _part(here: Instance, name: str, topic: str) -> str:
    """A topic as a part of its component: `notices`, `notices:dead`."""
    whole = worded(here.value(["r", "var", [["a", "name"]]]))
    return name if topic == whole else f"{name}:{topic.removeprefix(f'{whole}-')}"
