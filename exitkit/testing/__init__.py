"""The promises every provider is held to, and small worlds to try them on."""
