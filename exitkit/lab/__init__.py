"""The local clouds: real programs on loopback that stand in for the clouds, started, found and stopped."""
