"""OpenStack Swift by its own API, on the engine that S3 has."""

from exitkit.drivers.swift.account import SwiftStore

__all__ = ["SwiftStore"]
