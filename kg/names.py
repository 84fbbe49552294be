"""The names that a graph is written with: its prefixes, and texts as parts of an IRI and back.

Shared by whoever writes RDF and whoever reads it, so that each can invert the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

AUTO: Final = "https://w3id.org/auto-kg/ontology#"
RES: Final = "https://w3id.org/auto-kg/resource/"
DBPEDIA: Final = "http://dbpedia.org/resource/"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "auto": AUTO,
        "res": RES,
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "prov": "http://www.w3.org/ns/prov#",
        "oa": "http://www.w3.org/ns/oa#",
        "time": "http://www.w3.org/2006/time#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)

# Latin letters stay, as in DBpedia's own names; all that Turtle or an IRI could stumble over goes.
_UNSAFE = re.compile(r"[^A-Za-z0-9À-ÖØ-öø-ɏ\-._~/:@!$&'()*+,;=]")


def escaped(text: str) -> str:
    """``text`` as a part of an IRI, every other character written as ``%XX``."""
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), text)


def unescaped(part: str) -> str:
    """The text that :func:`escaped` was given."""
    return unquote(part)
