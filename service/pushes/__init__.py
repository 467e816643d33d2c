"""Have the spreadsheets' server tell us of changes.

A push is a hint, the sweep is the source of truth: where no channel can be had, work goes on without.
"""

from service.pushes.changed_workbooks import look_at_changes
from service.pushes.channel_health import OFF, ChannelState, WatchLine, lapsing, lines
from service.pushes.channel_upkeep import LIFE, ensure_channels, stop_all
from service.pushes.push_address import address_fault, push_address

__all__ = [
    "LIFE",
    "OFF",
    "ChannelState",
    "WatchLine",
    "address_fault",
    "ensure_channels",
    "lapsing",
    "lines",
    "look_at_changes",
    "push_address",
    "stop_all",
]
