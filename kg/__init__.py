"""Reads car-industry news in Italian and turns it into a knowledge graph that can be trusted.

>>> import kg
>>> print(kg.extract("La cinese Xpeng ha avviato la ricerca di un sito produttivo in Europa."))
Xpeng basedIn Cina | Asserted
Xpeng considers ProductionPlant in Europa | Possible

:func:`extract` reads a text, :func:`read_files` files, :func:`load` a graph that was built before. Each
gives :class:`Knowledge`: statements that can be looked at one by one, asked in SPARQL, taken as an
``rdflib.Graph`` or a ``networkx.MultiDiGraph``, and seen. Whatever goes wrong is a :class:`KgError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.knowledge import Knowledge, extract, load, read_files
    from kg.model import Claim, Entity, Evidence, Factuality, KgError, Observation, Statement

__version__ = "0.1.0"

__all__ = [
    "Claim",
    "Entity",
    "Evidence",
    "Factuality",
    "KgError",
    "Knowledge",
    "Observation",
    "Statement",
    "extract",
    "load",
    "read_files",
]

_HOMES = dict.fromkeys(("Knowledge", "extract", "load", "read_files"), "kg.knowledge")


def __getattr__(name: str) -> object:
    """Bring what is asked for; importing ``kg`` alone brings nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "kg.model")), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
