"""Be the program Terraform starts for a provider."""

from __future__ import annotations

from pathlib import Path

import tf.provider
from tf.gen import tfplugin_pb2 as wire
from tf.runner import run_provider

from tests.standin.servicer import StandIn


class _Nameless:
    """What the runner wants besides a servicer."""

    def full_name(self) -> str:
        return "stand-in"


def serve(encoded: Path) -> None:
    """Serve the schema in the file until Terraform hangs up."""
    schema = wire.GetProviderSchema.Response.FromString(encoded.read_bytes())
    # `tf` looks the class up when it starts: handshake, TLS and shutdown are its own, the answers are ours.
    tf.provider.ProviderServicer = lambda _provider: StandIn(schema)
    run_provider(_Nameless())
