"""Colours kept twice, plain and as a ColorStyle; a change of one is copied to the other."""

from service.embedded.api_errors import Json

_PAIRS = (
    ("tabColor", "tabColorStyle"),
    ("backgroundColor", "backgroundColorStyle"),
    ("foregroundColor", "foregroundColorStyle"),
    ("headerColor", "headerColorStyle"),
    ("firstBandColor", "firstBandColorStyle"),
    ("secondBandColor", "secondBandColorStyle"),
    ("footerColor", "footerColorStyle"),
    ("color", "colorStyle"),
)
_PAIR_OF = {name: pair for pair in _PAIRS for name in pair}
BORDER_WIDTHS = {"DOTTED": 1, "DASHED": 1, "SOLID": 1, "SOLID_MEDIUM": 2, "SOLID_THICK": 3, "DOUBLE": 3}


def paired(old: Json, new: Json) -> Json:
    """Return the new record with both colours of each pair alike, after a change from the old one."""
    agreed = dict(new)
    for plain, styled in {_PAIR_OF[name] for name in _PAIR_OF.keys() & (new.keys() | old.keys())}:
        if new.get(styled) != old.get(styled):
            _follow(agreed, plain, (new.get(styled) or {}).get("rgbColor"))
        elif new.get(plain) != old.get(plain):
            colour = new.get(plain)
            _follow(agreed, styled, None if colour is None else {"rgbColor": colour})
        if agreed.get(styled) == {}:
            # A style without a colour is how clients take a colour away.
            del agreed[styled]
    return agreed


def _follow(record: Json, key: str, value: Json | None) -> None:
    if value is None:
        record.pop(key, None)
    else:
        record[key] = value


def paired_format(old: Json, new: Json) -> Json:
    """Return a cell format with both colours of its background, its text and its borders alike."""
    agreed = paired(old, new)
    if "textFormat" in agreed:
        agreed["textFormat"] = paired(old.get("textFormat", {}), agreed["textFormat"])
    if agreed.get("borders"):
        before = old.get("borders", {})
        agreed["borders"] = {
            edge: whole_border(before.get(edge, {}), border) for edge, border in agreed["borders"].items()
        }
    return agreed


def whole_border(old: Json, new: Json) -> Json:
    """Return a border as it is kept: black unless it says otherwise, as wide as its style is."""
    width = BORDER_WIDTHS.get(new.get("style", ""))
    if width is None:
        return new
    agreed = paired(old, new)
    if "color" not in agreed and "colorStyle" not in agreed:
        agreed |= {"color": {}, "colorStyle": {"rgbColor": {}}}
    return agreed | {"width": width}
