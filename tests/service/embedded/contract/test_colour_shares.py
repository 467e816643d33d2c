"""A colour's shares are kept as Google keeps them."""

import pytest

from service.embedded.contract.colour_shares import keep_steps


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"red": 1.0, "green": 0.0, "blue": 0.5}, {"red": 1, "blue": 0.49803922}),
        ({"red": 0.25882354, "green": 0.003921569}, {"red": 0.25882354, "green": 0.003921569}),
        ({"red": 0.999, "alpha": 0.5}, {"red": 0.99607843, "alpha": 0.5}),
        # written as bytes, as people do: beyond 1 the count starts again
        ({"red": 112, "green": 48, "blue": 160}, {"red": 0.5647059, "green": 0.8156863, "blue": 0.3764706}),
        ({"red": 1e308, "blue": -0.001}, {"red": 1}),
        ({}, {}),
    ],
)
def test_shares_are_kept_in_256_steps(given, kept):
    keep_steps(given)

    assert given == kept


def test_a_kept_colour_stays_as_it_is():
    for step in range(256):
        once: dict = {"green": step / 255}
        keep_steps(once)
        twice = dict(once)
        keep_steps(twice)
        assert (twice, round(once.get("green", 0) * 255)) == (once, step)
