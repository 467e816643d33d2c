"""A signer as a form holds it: title and name in one value, each on a line of its own on paper. Pure."""

from __future__ import annotations

import re

# a regular expression that the script of a unit's page reads in the same way
APART = r"\s*(?:\n|;|,|\s[-–]\s)\s*"


def signer_lines(signer: str) -> list[str]:
    """Return the lines under a signature; none for a blank value."""
    return [part for part in re.split(APART, signer.strip()) if part]
