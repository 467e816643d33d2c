"""The kinds of request a batchUpdate may hold: each is one function in the table of its family."""

from collections.abc import Callable

from service.embedded import json_text
from service.embedded.api_errors import ApiError, Json, RefusedError, bad_request
from service.embedded.book.open_book import Book
from service.embedded.contract import request_check
from service.embedded.sheets_api import resource
from service.embedded.sheets_api.kinds import (
    banding,
    charting,
    cleaning,
    conditional,
    dimensions,
    editing,
    filling,
    filtering,
    finding,
    fitting,
    formatting,
    grouping,
    merging,
    metadata,
    naming,
    pasting,
    protecting,
    slicing,
    sorting,
    splitting,
    tabling,
    tabs,
)

RequestKind = Callable[[Book, Json], Json]
STEPS_OF_REQUEST = 20
CHARACTERS_OF_STEP = 10  # of a reply

KINDS: dict[str, RequestKind] = {
    kind: function
    for family in (
        tabs, editing, formatting, merging, protecting, metadata, dimensions, grouping, pasting, conditional, charting,
        naming, filtering, sorting, finding, banding, cleaning, splitting, filling, slicing, tabling,
        fitting,
    )
    for kind, function in family.KINDS.items()
}  # fmt: skip


def perform(book: Book, request: Json) -> Json:
    """Do one request and return its reply; refuse with RefusedError."""
    if len(request) != 1:
        raise RefusedError("Exactly one kind of request must be set.")
    ((kind, given),) = request.items()
    function = KINDS.get(kind)
    if function is None:
        raise RefusedError("The embedded server does not do this kind of request.")
    book.work.spend(STEPS_OF_REQUEST + len(book.sheets) // 4)
    reply = function(book, given)
    if reply:
        reply = resource.shown(reply)
        book.work.spend(len(json_text.dumped_bytes(reply)) // CHARACTERS_OF_STEP)
    # A kind with a reply of its own answers it even when it is empty.
    return {kind: reply} if reply or kind in request_check.fields_of("sheets", "Response") else {}


def perform_at(book: Book, index: int, request: Json) -> Json:
    """Do one request of a batch; a refusal names its place."""
    if not request:
        raise bad_request(f"Invalid requests[{index}]: No request set.")
    try:
        return perform(book, request)
    except RefusedError as error:
        kind = next(iter(request))
        raise bad_request(f"Invalid requests[{index}].{kind}: {error}") from error
    except ApiError as error:
        if error.code != 400 or error.message.startswith("Invalid requests["):
            raise
        kind = next(iter(request))
        raise bad_request(f"Invalid requests[{index}].{kind}: {error.message}") from error
