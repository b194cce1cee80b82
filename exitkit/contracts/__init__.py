"""What programs rely on when they speak to a store, a database, a queue: one suite of checks, held to both sides.

Checks speak the protocol itself and take refusals for answers. They work on places made for them and removed again,
never on what is there.
"""
