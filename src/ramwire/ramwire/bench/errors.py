"""Why something could not be measured."""

from __future__ import annotations


class NotHere(Exception):
    """A contender that cannot be measured on this machine; the text says what to do."""


class Failed(Exception):
    """A contender that did not do what is measured; the text says which, and what it did instead."""
