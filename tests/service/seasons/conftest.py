"""An office whose season is a folder of its own, of three units, on record; nothing is provisioned."""

from tests.seasons_office import main

__all__ = ["main"]
