"""Calls that wait together."""

from __future__ import annotations

from service.web.server import crowds


def test_what_waits_for_the_same_is_taken_together_as_often_as_it_waits():
    taken, told = [], []

    def even(items):
        taken.append(items)
        return [item * 2 for item in items]

    def odd(items):
        taken.append(items)
        raise ValueError(items)

    def call(number):
        try:
            found = crowds.wait_together(odd if number % 2 else even, number)
            found = crowds.wait_together(even, found) if number == 2 else found
        except ValueError as error:
            found = str(error)
        told.append((number, found, crowds.is_joined()))

    crowds.run_together([lambda number=number: call(number) for number in range(5)])

    assert taken == [[0, 2, 4], [1, 3], [4]]
    assert sorted(told) == [(0, 0, True), (1, "[1, 3]", True), (2, 8, True), (3, "[1, 3]", True), (4, 8, True)]


def test_who_is_in_no_crowd_waits_alone():
    assert not crowds.is_joined()
    assert crowds.wait_together(lambda items: [len(items)], "one") == 1
