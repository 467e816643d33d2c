"""The red, green and blue of a colour, which are kept in 256 steps, as Google keeps them."""

import struct

from service.embedded.api_errors import Json

SHARES = ("red", "green", "blue")
_STEPS = 255
_MOST = 2**31 - 1
_FLOAT = struct.Struct("f")
_FAR = 1e30  # a number of single precision, far beyond every colour


def _single(number: float) -> float:
    """Return a number as single precision keeps it."""
    return float(_FLOAT.unpack(_FLOAT.pack(min(max(number, -_FAR), _FAR)))[0])


def _shown(step: int) -> float:
    """Return a step's share in the fewest digits that name it among numbers of single precision."""
    share = _single(step / _STEPS)
    texts = (f"{share:.{digits}g}" for digits in range(1, 10))
    return next(float(text) for text in texts if _single(float(text)) == share)


_SHOWN = (0, *(_shown(step) for step in range(1, _STEPS)), 1)


def keep_steps(colour: Json) -> None:
    """Put a colour's shares at their steps: cut off, counted again beyond 1, left out where nought."""
    for share in SHARES:
        given = colour.pop(share, None)
        if not isinstance(given, int | float):
            continue
        step = int(min(max(_single(given) * _STEPS, -_MOST), _MOST)) & _STEPS
        if step:
            colour[share] = _SHOWN[step]
