"""Make up the values a cloud would have answered, the same ones for the same question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from tf.gen import tfplugin_pb2 as wire

Fixture = Callable[[dict[str, Any]], Any]

_LISTS = {wire.Schema.Object.NestingMode.LIST, wire.Schema.Object.NestingMode.SET}
_ADDRESSES = ("ip", "address", "access_ip_v4", "fixed_ip_v4", "gateway_ip")


def attribute(schema: wire.Schema.Attribute, seed: str) -> Any:
    """A value of the attribute's own type."""
    seed = f"{seed}.{schema.name}"
    if not schema.HasField("nested_type"):
        return _of_type(json.loads(schema.type), schema.name, seed)
    if schema.optional:
        return None  # what was not asked for is not there
    if schema.nested_type.nesting == wire.Schema.Object.NestingMode.MAP:
        return {}
    one = {each.name: attribute(each, seed) for each in schema.nested_type.attributes}
    return [one] if schema.nested_type.nesting in _LISTS else one


def _of_type(kind: Any, name: str, seed: str) -> Any:
    match kind:
        case "string":
            return _text(name, seed)
        case "number":
            return int(_digest(seed)[:4], 16)
        case "bool":
            return False
        case ["list" | "set", inner]:
            return [_of_type(inner, name, seed)]
        case ["map", _]:
            return {}
        case ["object", fields]:
            return {field: _of_type(inner, field, f"{seed}.{field}") for field, inner in fields.items()}
        case _:
            return None


def _text(name: str, seed: str) -> str:
    digest = _digest(seed)
    if name.removeprefix("vip_") in _ADDRESSES:
        return f"203.0.113.{int(digest[:2], 16)}"
    if name.endswith("_at"):
        return "2026-11-01T00:00:00Z"
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def _endpoints(planned: dict[str, Any]) -> list[dict[str, Any]]:
    domain = f"{planned['engine']}-{_digest(planned['description'])[:8]}.database.cloud.ovh.net"
    uri = f"postgres://{domain}:20184/defaultdb"
    place = {"component": planned["engine"], "domain": domain, "path": "", "port": 20184, "uri": uri}
    return [{**place, "scheme": "postgres", "ssl": True, "ssl_mode": "require"}]


def _networks(planned: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"openstackid": _text("id", f"{planned['name']}.{region}"), "region": region, "status": "ACTIVE"}
        for region in planned["regions"]
    ]


def _balancer_flavors(asked: dict[str, Any]) -> list[dict[str, str]]:
    region, sizes = asked["region_name"], ("small", "medium", "large", "xl")
    return [{"id": _text("id", f"{region}.{size}"), "name": size, "region": region} for size in sizes]


def _fixed_ips(planned: dict[str, Any]) -> list[str]:
    return [f"10.20.0.{int(_digest(planned['name'])[:2], 16)}"]


def _user_id(planned: dict[str, Any]) -> str:
    return str(int(_digest(planned["description"])[:5], 16))


def _scrape_targets(planned: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"host": f"{planned['engine']}-{_digest(planned['cluster_id'])[:8]}.database.cloud.ovh.net", "port": 9273}]


def _api(planned: dict[str, Any]) -> str:
    return f"{_digest(planned['name'])[:6]}.c1.{planned['region'].lower()}.k8s.ovh.net"


def _kubeconfig(planned: dict[str, Any]) -> str:
    cluster = {"name": planned["name"], "cluster": {"server": f"https://{_api(planned)}"}}
    return json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [cluster]})


def _name_servers(asked: dict[str, Any]) -> list[str]:
    number = int(_digest(asked["name"])[:2], 16)
    return [f"dns{number}.ovh.net", f"ns{number}.ovh.net"]


def _pem(title: str) -> Fixture:
    return lambda asked: f"-----BEGIN {title}-----\n{_digest(json.dumps(asked, default=str))}\n-----END {title}-----\n"


# Where the shape of an answer matters to whoever reads it, it is written down here.
RESOURCES: dict[tuple[str, str], Fixture] = {
    ("ovh_cloud_project_database", "endpoints"): _endpoints,
    ("ovh_cloud_project_database_prometheus", "targets"): _scrape_targets,
    ("ovh_cloud_project_kube", "kubeconfig"): _kubeconfig,
    ("ovh_cloud_project_kube", "url"): _api,
    ("ovh_cloud_project_network_private", "regions_attributes"): _networks,
    ("ovh_cloud_project_user", "id"): _user_id,
    ("ovh_okms_credential", "certificate_pem"): _pem("CERTIFICATE"),
    ("ovh_okms_credential", "private_key_pem"): _pem("PRIVATE KEY"),
    ("openstack_networking_port_v2", "all_fixed_ips"): _fixed_ips,
}
DATA_SOURCES: dict[tuple[str, str], Fixture] = {
    ("ovh_cloud_project_database_certificates", "ca"): _pem("CERTIFICATE"),
    ("ovh_cloud_project_database_kafka_user_access", "cert"): _pem("CERTIFICATE"),
    ("ovh_cloud_project_database_kafka_user_access", "key"): _pem("PRIVATE KEY"),
    ("ovh_cloud_project_loadbalancer_flavors", "flavors"): _balancer_flavors,
    ("ovh_domain_zone", "name_servers"): _name_servers,
    ("ovh_okms_resource", "rest_endpoint"): lambda _asked: "https://eu-west-par.okms.ovh.net",
}
