"""The token of a one-time link: scanned or clicked, and typed from paper where neither can be done. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

# no letter or digit that is read as another one (i, l, 1; o, 0), no sign, no capital
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 28  # 138 bits
LONGEST_PIECE = 12


def link_token(choice: Callable[[str], str]) -> str:
    """Return a new token; `choice` picks a letter at random, as `secrets.choice` does."""
    return "".join(choice(LETTERS) for _ in range(LENGTH))


def address_lines(url: str) -> Iterator[list[str]]:
    """Yield an address as parts that end with a slash, each as the pieces that it may be broken into.

    A line may end after a slash and, in a long part, between two letters: never beside a hyphen, a dot or another sign,
    which a reader may take for one that the break added.
    """
    scheme, _, rest = url.partition("://")
    parts = rest.split("/")
    ended = [f"{part}/" for part in parts[:-1]] + parts[-1:]
    ended[0] = f"{scheme}://{ended[0]}"
    for part in ended:
        if part:
            yield _pieces(part)


def _pieces(part: str) -> list[str]:
    pieces = [""]
    for letter in part:
        last = pieces[-1]
        if len(last) >= LONGEST_PIECE and last[-1].isalnum() and letter.isalnum():
            pieces.append(letter)
        else:
            pieces[-1] = last + letter
    return pieces
