"""Dated facts: efforts, assumptions, rates; each row with its source and the date it was read."""
