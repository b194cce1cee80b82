"""Answer Terraform as a provider does, from a schema, with no cloud behind."""

# ruff: noqa: N802 - the method names are those of the Terraform plugin protocol

from __future__ import annotations

import json
from typing import Any

from tf.gen import tfplugin_pb2 as wire
from tf.gen import tfplugin_pb2_grpc as rpc

from tests.standin import invent
from tests.standin.values import UNKNOWN, Where, pack, unknown, unpack, walk


class StandIn(rpc.ProviderServicer):  # type: ignore[misc]
    """Whatever fits the schema is accepted, and made at once. Terraform's state is the only memory.

    What a schema does not say, the stand-in does not know: which values an enumeration admits, and which
    change replaces a resource instead of updating it.
    """

    def __init__(self, schema: wire.GetProviderSchema.Response) -> None:
        self._schema = schema

    def GetMetadata(self, request: Any, context: Any) -> Any:
        answer = wire.GetMetadata
        return answer.Response(
            server_capabilities=self._schema.server_capabilities,
            resources=[answer.ResourceMetadata(type_name=name) for name in self._schema.resource_schemas],
            data_sources=[answer.DataSourceMetadata(type_name=name) for name in self._schema.data_source_schemas],
        )

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        return self._schema

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        return wire.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        return wire.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        return wire.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        return wire.ConfigureProvider.Response()

    def GetFunctions(self, request: Any, context: Any) -> Any:
        return wire.GetFunctions.Response()

    def StopProvider(self, request: Any, context: Any) -> Any:
        return wire.StopProvider.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:
        return wire.UpgradeResourceState.Response(upgraded_state=pack(json.loads(request.raw_state.json)))

    def ReadResource(self, request: Any, context: Any) -> Any:
        return wire.ReadResource.Response(new_state=request.current_state, private=request.private)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        """A new resource: what only the cloud can tell is unknown. A known one keeps what it was told."""
        proposed = unpack(request.proposed_new_state)
        if unpack(request.prior_state) is None:
            block = self._schema.resource_schemas[request.type_name].block
            proposed = walk(block, proposed, _open)
        return wire.PlanResourceChange.Response(planned_state=pack(proposed), planned_private=request.prior_private)

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        planned = unpack(request.planned_state)
        block = self._schema.resource_schemas[request.type_name].block
        seed = f"{request.type_name}.{_fingerprint(planned)}"

        def decide(at: Where, schema: wire.Schema.Attribute, value: Any) -> Any:
            if not unknown(value):
                return value
            fixture = invent.RESOURCES.get((request.type_name, ".".join(map(str, at))))
            return fixture(planned) if fixture else invent.attribute(schema, f"{seed}.{at}")

        return wire.ApplyResourceChange.Response(
            new_state=pack(walk(block, planned, decide)), private=request.planned_private
        )

    def ReadDataSource(self, request: Any, context: Any) -> Any:
        asked = unpack(request.config)
        block = self._schema.data_source_schemas[request.type_name].block
        seed = f"data.{request.type_name}.{_fingerprint(asked)}"

        def decide(at: Where, schema: wire.Schema.Attribute, value: Any) -> Any:
            if value is not None or not schema.computed:
                return value
            fixture = invent.DATA_SOURCES.get((request.type_name, ".".join(map(str, at))))
            return fixture(asked) if fixture else invent.attribute(schema, f"{seed}.{at}")

        return wire.ReadDataSource.Response(state=pack(walk(block, asked, decide)))


def _open(_at: Where, schema: wire.Schema.Attribute, value: Any) -> Any:
    """What was not said and the cloud will tell is unknown."""
    return UNKNOWN if value is None and schema.computed else value


def _fingerprint(value: Any) -> str:
    """What tells two resources of one type apart before they have an id: everything known about them."""
    return json.dumps(value, sort_keys=True, default=lambda _: "unknown") if value else ""
