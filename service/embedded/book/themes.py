"""The theme of a spreadsheet that has chosen none: its font and its colours, as Google gives them to a new file."""

from service.embedded.api_errors import Json


def _colour(kind: str, red: float = 0, green: float = 0, blue: float = 0) -> Json:
    shares = {"red": red, "green": green, "blue": blue}
    return {"colorType": kind, "color": {"rgbColor": {name: share for name, share in shares.items() if share}}}


DEFAULT: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        _colour("TEXT"),
        _colour("BACKGROUND", 1, 1, 1),
        _colour("ACCENT1", 0.25882354, 0.52156866, 0.95686275),
        _colour("ACCENT2", 0.91764706, 0.2627451, 0.20784314),
        _colour("ACCENT3", 0.9843137, 0.7372549, 0.015686275),
        _colour("ACCENT4", 0.20392157, 0.65882355, 0.3254902),
        _colour("ACCENT5", 1, 0.42745098, 0.003921569),
        _colour("ACCENT6", 0.27450982, 0.7411765, 0.7764706),
        _colour("LINK", 0.06666667, 0.33333334, 0.8),
    ],
}
