"""Where the curated data and the ontology lie, in a checkout as in an installed wheel."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def data(*parts: str) -> Traversable:
    """The file or folder ``kg/data/<parts>``."""
    return files("kg").joinpath("data", *parts)


def ontology(name: str) -> Traversable:
    """The file ``name`` of the ontology: a wheel carries it in ``kg/data``, a checkout beside ``kg``."""
    packaged = data("ontology", name)
    return packaged if packaged.is_file() else files("kg").joinpath("..", "ontology", name)
