"""The attestation service of the French state-guaranteed loans, rebuilt small as an ordinary web application."""
