"""As much of OpenStack's identity, compute and image APIs as a machine's life needs, on loopback.

Written from the public API references (Identity v3, Compute v2.1, Image v2); it exists to see what our driver asks.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "a-token"


class Cloud:
    """What the double holds: machines by id, and every request it saw."""

    def __init__(self) -> None:
        self.servers: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        match method, path.split("?", maxsplit=1)[0].rstrip("/").split("/")[1:]:
            case "POST", [*_, "auth", "tokens"]:
                return self._token(body)
            case "GET", [*_, "flavors", "detail"]:
                flavor = {"id": "f1", "name": "d2-4", "ram": 4096, "disk": 50, "vcpus": 2, "links": []}
                return 200, {"flavors": [{**flavor, "OS-FLV-EXT-DATA:ephemeral": 0, "swap": ""}]}
            case "GET", [*_, "images"]:
                image = {"id": "i1", "name": "Debian 12", "status": "active", "visibility": "public", "tags": []}
                return 200, {
                    "images": [
                        {
                            **image,
                            "updated_at": "2026-01-01T00:00:00Z",
                            "created_at": "2026-01-01T00:00:00Z",
                            "min_disk": 0,
                            "min_ram": 0,
                        }
                    ]
                }
            case "GET", [*_, "servers", "detail"]:
                return 200, {"servers": list(self.servers.values())}
            case "POST", [*_, "servers"]:
                return self._boot(body["server"])
            case "GET", [*_, "servers", name]:
                return 200, {"server": self.servers[name]}
            case "DELETE", [*_, "servers", name]:
                self.servers.pop(name)
                return 204, None
            case _:
                return 404, {}

    def _token(self, body: Any) -> tuple[int, Any]:
        if body["auth"]["identity"]["password"]["user"]["password"] != "right":
            return 401, {"error": {"message": "no", "code": 401}}
        endpoints = [
            {"type": kind, "name": name, "endpoints": [self._endpoint(path)]}
            for kind, name, path in (
                ("compute", "nova", "/compute/v2.1"),
                ("image", "glance", "/image"),
                ("network", "neutron", "/network"),
                ("volumev2", "cinderv2", "/volume/v2"),
                ("volumev3", "cinderv3", "/volume/v3"),
            )
        ]
        token = {"expires_at": "2099-01-01T00:00:00.000000Z", "catalog": endpoints, "roles": [], "user": {"id": "u"}}
        return 201, {"token": token}

    def _endpoint(self, path: str) -> dict[str, str]:
        return {"region": "GRA11", "region_id": "GRA11", "interface": "public", "url": self.url + path, "id": "e"}

    def _boot(self, asked: dict[str, Any]) -> tuple[int, Any]:
        name = f"s{len(self.servers) + 1}"
        self.servers[name] = {
            "id": name,
            "name": asked["name"],
            "status": "ACTIVE",
            "addresses": {"net": [{"addr": "10.20.0.7", "version": 4, "OS-EXT-IPS:type": "fixed"}]},
            "links": [{"rel": "self", "href": f"{self.url}/compute/v2.1/servers/{name}"}],
            "image": {"id": asked["imageRef"]},
            "flavor": {"id": asked["flavorRef"]},
            "metadata": {},
            "created": "2026-11-21T00:00:00Z",
            "updated": "2026-11-21T00:00:00Z",
            "tenant_id": "t",
            "user_id": "u",
            "hostId": "",
            "config_drive": "",
            "key_name": None,
        }
        return 202, {"server": {**self.servers[name], "adminPass": "x"}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        cloud = self

        class Door(BaseHTTPRequestHandler):
            def _do(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"null")
                cloud.asked.append((self.command, self.path, body))
                status, said = cloud.answer(self.command, self.path, body)
                text = b"" if said is None else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Subject-Token", TOKEN)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = _do  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

        return Door
