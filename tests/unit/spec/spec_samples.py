"""The documents the tests of exitkit.spec begin from."""

from __future__ import annotations

from exitkit.errors import Mistake, SpecError
from exitkit.model.workload import Workload
from exitkit.spec.load import load_text

PROVIDERS = ("aws", "local", "ovh")

SHOP = """\
# workload.yaml: no cloud is named here
name: shop
objectives:
  outage: 15 min
  data-loss: 1 min
  leave-within: 30 days
  stay-in: [EU]
components:
  net:    {kind: network}
  images: {kind: bucket, size: 48.2 GiB, versions: true}
  orders: {kind: postgres, release: 16, size: 12 GiB, network: net}
  web:
    kind: service
    image: registry.example/shop:4.2
    replicas: 2
    network: net
    hostname: shop.example
    uses: [images, orders]
    environment:
      LANGUAGE: "no"
      on: weekdays
    canary:
      write: /orders
      body: {customer: "canary {n}", lines: [{article: 1, count: 2}]}
      read: /orders/{identifier}
accept:
  - rule: LK203
    on: web
    because: "releases happen at night"
    until: 2027-01-31
"""

EVERY_KIND = """\
name: all
components:
  net: {kind: network}
  seal: {kind: key}
  token: {kind: secret, description: what the bank gave us}
  files: {kind: bucket, key: seal}
  orders: {kind: postgres, release: 16, network: net, key: seal}
  jobs: {kind: queue, network: net, visibility: 2 min, keep: 14 days}
  fast: {kind: cache, network: net, release: "8.0"}
  pods: {kind: cluster, network: net, release: "1.32", nodes: {min: 1, max: 3, memory: 8 GiB}}
  web: {kind: service, image: a, network: net, uses: [files, orders, jobs, fast, token, seal]}
  names: {kind: domain, zone: shop.example, records: {"@": {to: web}, mail: {type: MX, value: 10 mx.shop.example.}}}
  errors: {kind: alarm, on: web, when: errors, above: 0.5, for: 5 min, notify: on-call@shop.example}
"""


def read(text: str) -> Workload:
    """The workload of a text, with three providers known."""
    return load_text(text, "workload.yaml", PROVIDERS)


def mistakes(text: str) -> tuple[Mistake, ...]:
    """Every mistake of a text that must have some."""
    try:
        read(text)
    except SpecError as error:
        return error.mistakes
    raise AssertionError("no mistake was found")


def said(text: str) -> list[tuple[str, str, str]]:
    """Every mistake as (message, what is marked, suggestion)."""
    return [(m.message, m.excerpt[m.column - 1 :][: m.width], m.suggestion) for m in mistakes(text)]


def component(body: str) -> str:
    """A document with a network, a bucket and one component `it`."""
    return f"name: shop\ncomponents:\n  net: {{kind: network}}\n  images: {{kind: bucket}}\n  it: {{{body}}}\n"
