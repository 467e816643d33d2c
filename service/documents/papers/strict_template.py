"""docxtpl's template, held to XML as it is: what would not parse is an error, never repaired in silence."""

from __future__ import annotations

import re
from typing import Any

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree


class BrokenDocumentError(Exception):
    """A filled part is no XML; the error holds the words near the break."""


class StrictTemplate(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """A template whose filled parts are parsed without repair; texts are escaped and broken into lines by `put_out`."""

    def render_xml_part(
        self,
        src_xml: str,
        part: Any,  # noqa: ANN401 – docxtpl has no types
        context: dict[str, object],
        jinja_env: SandboxedEnvironment,
    ) -> str:
        """Return one filled part."""
        self.current_rendering_part = part
        filled: str = jinja_env.from_string(re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)).render(context)
        # refused where it is no XML: docxtpl would go on with what is left of it
        try:
            etree.fromstring(filled.encode("utf-8"), etree.XMLParser(resolve_entities=False, huge_tree=True))
        except etree.XMLSyntaxError as error:
            lines = filled.splitlines()[max(0, error.lineno - 2) : error.lineno]
            raise BrokenDocumentError(re.sub(r"<[^>]*>", " ", " ".join(lines))) from error
        return re.sub(r"\n<w:p([ >])", r"<w:p\1", filled)

    def render_properties(self, context: dict[str, object], jinja_env: SandboxedEnvironment | None = None) -> None:
        """Leave the document's properties as they are."""

    def render_footnotes(self, context: dict[str, object], jinja_env: SandboxedEnvironment | None = None) -> None:
        """Leave footnotes as they are: they are not read back."""
