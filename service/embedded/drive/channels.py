"""Drive's push channels: made by files.watch and changes.watch, ended by channels.stop. What is sent: the outbox."""

import base64
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from service.embedded.api_errors import ApiError, Json
from service.embedded.drive import file_resource
from service.embedded.sheets_api.call import Answer, Call
from service.embedded.storage import outbox
from service.embedded.storage.callers import FileRole

DEFAULT_LIFE = timedelta(seconds=3_600)
LONGEST_LIFE = timedelta(seconds=86_400)
LONGEST_LIFE_OF_CHANGES = timedelta(seconds=604_800)
LONGEST_TOKEN = 256
LONGEST_ADDRESS = 2_048
TYPES = ("web_hook", "webhook")
_ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
_VISIBLE = re.compile(r"[ -~]*")  # characters a header may hold


@dataclass(frozen=True, slots=True)
class Resource:
    """What a channel is on; blank file: all changes from a page on."""

    file: str
    page: str
    name: str
    uri: str
    longest_life: timedelta


def everything(call: Call, page: int) -> Resource:
    """Return what a caller watches who watches all changes."""
    uri = outbox.changes_uri(str(page))
    return Resource("", str(page), _opaque(f"changes:{call.caller.email}"), uri, LONGEST_LIFE_OF_CHANGES)


def watch(call: Call) -> Json:
    """Answer files.watch: a channel on one file."""
    file = file_resource.opened(call, FileRole.READER)
    resource = Resource(file.id, "", _opaque(f"file:{file.id}"), outbox.resource_uri(file.id), LONGEST_LIFE)
    return open_channel(call, resource)


def open_channel(call: Call, resource: Resource) -> Json:
    """Make a channel, its sync message waiting from the first."""
    body = call.body
    channel_id = _channel_id(call)
    token, address, expires = _token(body), _address(body), _expiry(call, resource.longest_life)
    # channels end in silence; what is left of them goes when the next one comes
    call.connection.execute("DELETE FROM channel WHERE expires <= ?", (outbox.milliseconds(call.now),))
    call.connection.execute(
        "INSERT INTO channel (id, file, page, resource, address, token, maker, expires, number) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (channel_id, resource.file, resource.page, resource.name, address, token, call.caller.email, expires),
    )
    outbox.add(call.connection, channel_id, 1, outbox.SYNC)
    answer: Json = {
        "kind": "api#channel",
        "id": channel_id,
        "resourceId": resource.name,
        "resourceUri": resource.uri,
    }
    if token:
        answer["token"] = token
    return answer | {"expiration": str(expires)}


def stop(call: Call) -> Answer:
    """Answer channels.stop: nothing more is sent, not even what waits."""
    channel_id, resource = call.body.get("id", ""), call.body.get("resourceId", "")
    gone = call.connection.execute(
        "DELETE FROM channel WHERE id = ? AND resource = ? AND maker = ?", (channel_id, resource, call.caller.email)
    )
    if not gone.rowcount:
        raise ApiError(404, f"Channel '{channel_id}' not found for project 'embedded'", reason="notFound")
    return None


def _opaque(watched: str) -> str:
    """Return the name of what is watched, always the same one."""
    return base64.urlsafe_b64encode(hashlib.sha256(watched.encode()).digest()[:20]).decode().rstrip("=")


def _channel_id(call: Call) -> str:
    given: str = call.body.get("id", "")
    if not _ID.fullmatch(given):
        raise ApiError(
            400, "Channel id must match [A-Za-z0-9\\-_\\+/=]+, 1 to 64 characters", reason="channelIdInvalid"
        )
    if call.connection.execute("SELECT 1 FROM channel WHERE id = ?", (given,)).fetchone():
        raise ApiError(400, f"Channel id {given} not unique", reason="channelIdNotUnique")
    if call.body.get("type") not in TYPES:
        raise ApiError(400, f"Unknown channel type: {call.body.get('type', '')}", reason="channelTypeUnknown")
    return given


def _token(body: Json) -> str:
    token: str = body.get("token", "")
    if len(token) > LONGEST_TOKEN or not _VISIBLE.fullmatch(token):
        raise ApiError(400, f"Channel token must be at most {LONGEST_TOKEN} visible characters", reason="invalid")
    return token


def _address(body: Json) -> str:
    address: str = body.get("address", "")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    whole = bool(host) and "@" not in parts.netloc and len(address) <= LONGEST_ADDRESS
    if not whole or " " in address or not _VISIBLE.fullmatch(address):
        raise ApiError(400, f"WebHook callback is no address: {address[:100]}", reason="push.webhookUrlInvalid")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise ApiError(400, f"WebHook callback must be HTTPS: {address}", reason="push.webhookUrlNotHttps")
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _expiry(call: Call, longest: timedelta) -> int:
    now = outbox.milliseconds(call.now)
    asked = call.body.get("expiration")
    if asked is None:
        return now + DEFAULT_LIFE // timedelta(milliseconds=1)
    if int(asked) <= now:
        raise ApiError(400, "Channel expiration is in the past", reason="invalid")
    return min(int(asked), now + longest // timedelta(milliseconds=1))
