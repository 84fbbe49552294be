"""The ontology is a contract: every term that others ask for by name is there, in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, Namespace, Node, URIRef

from kg.model import Factuality
from kg.resources import data, ontology

AUTO = Namespace("https://w3id.org/auto-kg/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")


def words(text: str) -> list[str]:
    """The names in a text."""
    return text.split()


CLASSES = words(
    """
    Organization Company Automaker Supplier Media Authority Brand Person VehicleModel Place Facility
    ProductionPlant BatteryPlant DataCenter ResearchCenter Headquarters SalesNetwork
    Event MotorShow Race Championship TradeEvent
    Technology Component RacingTeam Tariff Observation JointVenture Prediction
    Statement Evidence Rule Factuality Metric Bound Relation Intention Qualifier
    """
)

#: Relation: the classes of its subjects, the classes of its objects.
RELATIONS = {
    "partnerOf": ("Organization", "Organization"),
    "memberOfJointVenture": ("Organization", "JointVenture"),
    "ownsStakeIn": ("Organization", "Organization"),
    "acquires": ("Organization", "Organization Facility"),
    "mergesWith": ("Organization", "Organization"),
    "partOfGroup": ("Organization Brand", "Organization"),
    "supplies": ("Organization", "Organization"),
    "competesWith": ("Organization", "Organization"),
    "supports": ("Organization", "Organization"),
    "basedIn": ("Organization", "Place"),
    "ceoOf": ("Person", "Organization"),
    "executiveOf": ("Person", "Organization"),
    "formerExecutiveOf": ("Person", "Organization"),
    "drivesFor": ("Person", "RacingTeam Organization"),
    "interviewedBy": ("Person", "Media"),
    "intends": ("Organization", "Facility VehicleModel Technology JointVenture"),
    "plans": ("Organization", "Facility VehicleModel Technology JointVenture"),
    "considers": ("Organization", "Facility VehicleModel Technology JointVenture"),
    "builds": ("Organization", "Facility"),
    "opens": ("Organization", "Facility"),
    "closes": ("Organization", "Facility"),
    "operates": ("Organization", "Facility"),
    "locatedIn": ("Facility Event Place", "Place"),
    "produces": ("Organization", "VehicleModel"),
    "producesAt": ("Organization", "Facility Place"),
    "brand": ("VehicleModel", "Automaker Brand"),
    "variantOf": ("VehicleModel", "VehicleModel"),
    "uses": ("VehicleModel Organization", "Technology Component"),
    "specializesIn": ("Organization", "Technology"),
    "producedAt": ("VehicleModel", "Facility Place"),
    "launches": ("Organization", "VehicleModel"),
    "exhibitedAt": ("VehicleModel", "Event"),
    "participatesIn": ("VehicleModel Organization Person", "Event"),
    "develops": ("Organization", "Technology VehicleModel"),
    "investsIn": ("Organization", "Facility Organization Technology Place"),
    "expandsTo": ("Organization", "Place"),
    "imposesTariff": ("Authority Place", "Tariff"),
    "targetsImportsFrom": ("Tariff", "Place Organization"),
    "subjectToTariff": ("Organization", "Tariff"),
    "inResponseTo": ("Facility Organization", "Tariff Event"),
    "reports": ("Organization VehicleModel Facility Event", "Observation"),
    "hasSpecification": ("VehicleModel", "Observation"),
    "predicts": ("Person Organization", "Prediction"),
    "recalls": ("Organization", "VehicleModel"),
}

QUALIFIERS = words(
    """
    date by since until share amount amountUnit rate count capacity capacityUnit volume volumeUnit product title successor
    place reason about
    """
)

PROPERTIES = [
    "named",
    *QUALIFIERS,
    *words("metric value maxValue unit period bound change evidence factuality resolution"),
]

METRICS = words(
    """
    grossMargin revenue netProfit operatingMargin deliveries sales productionVolume productionCapacity
    marketShare jobsCreated jobsCut price power torque electricRange batteryCapacity topSpeed
    acceleration visitors sharePrice employees length bootCapacity chargingTime tariffRate
    """
)

BOUNDS = words("About AtLeast AtMost")

TERMS = [*CLASSES, *RELATIONS, *PROPERTIES, *METRICS, *BOUNDS, *Factuality]


@cache
def graph(name: str = "auto.ttl") -> Graph:
    """A file of the ontology, read."""
    return Graph().parse(data=ontology(name).read_bytes(), format="turtle")


def names(terms: Iterable[Node]) -> set[str]:
    """The local names of terms of the vocabulary."""
    return {str(term).removeprefix(AUTO) for term in terms}


def ends(relation: str) -> tuple[set[str], set[str]]:
    """The classes that the ontology gives a relation's subjects and objects."""
    subjects = (RDFS.domain, SCHEMA.domainIncludes)
    objects = (RDFS.range, SCHEMA.rangeIncludes)
    return (
        names(c for p in subjects for c in graph().objects(AUTO[relation], p)),
        names(c for p in objects for c in graph().objects(AUTO[relation], p)),
    )


@pytest.mark.parametrize("name", ["auto.ttl", "shapes.ttl"])
def test_both_parsers_read_the_same_number_of_triples(name: str) -> None:
    """Each file is Turtle to rdflib and, by the letter, to pyoxigraph."""
    strict = list(pyoxigraph.parse(ontology(name).read_bytes(), format=pyoxigraph.RdfFormat.TURTLE))
    assert len(strict) == len(graph(name)) > 500


def test_no_blank_nodes() -> None:
    """Every node of the ontology has a name, so that its text is stable."""
    assert not [triple for triple in graph() if any(isinstance(node, BNode) for node in triple)]


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_told_in_english_and_italian(term: str) -> None:
    """Each term of the contract has a type, and one label and one comment in each language."""
    assert (AUTO[term], RDF.type, None) in graph()
    for predicate in (RDFS.label, RDFS.comment):
        texts = list(graph().objects(AUTO[term], predicate))
        assert sorted(t.language or "" for t in texts if isinstance(t, Literal)) == ["en", "it"]
        assert all(texts)


def test_nothing_beside_the_contract() -> None:
    """The ontology declares the listed terms and no other: a new one goes on the list too."""
    declared = names(s for s in graph().subjects(RDF.type) if str(s).startswith(AUTO))
    assert declared == set(TERMS)
    assert len(TERMS) == len(set(TERMS))


def test_every_mentioned_term_is_declared() -> None:
    """No domain, range or superclass points to a term of ours that is not there."""
    mentioned = names(o for o in graph().objects() if str(o).startswith(AUTO) and isinstance(o, URIRef))
    assert mentioned <= set(TERMS)


@pytest.mark.parametrize(
    ("kind", "members"), [("Metric", METRICS), ("Bound", BOUNDS), ("Factuality", list(Factuality))]
)
def test_individuals_have_their_class(kind: str, members: list[str]) -> None:
    """Metrics, bounds and factualities are individuals of their classes."""
    assert names(graph().subjects(RDF.type, AUTO[kind])) == set(members)


@pytest.mark.parametrize("relation", RELATIONS)
def test_relations_run_between_the_classes_of_the_contract(relation: str) -> None:
    """A single class is a domain or range, several are included ones: never a union by mistake."""
    subjects, objects = (set(end.split()) for end in RELATIONS[relation])
    assert ends(relation) == (subjects, objects)
    assert ((AUTO[relation], RDFS.domain, None) in graph()) == (len(subjects) == 1)
    assert ((AUTO[relation], RDFS.range, None) in graph()) == (len(objects) == 1)


@pytest.mark.parametrize("relation", RELATIONS)
def test_shapes_ask_for_the_ends_that_the_ontology_gives(relation: str) -> None:
    """Each relation has a shape, and the two files agree about its subjects and objects."""
    shapes = graph("shapes.ttl")

    def classes(shape: Node) -> set[str]:
        listed = shapes.value(shape, SH["or"])
        members = [shape] if listed is None else list(shapes.items(listed))
        return names(c for m in members for c in shapes.objects(m, SH["class"]))

    (shape,) = shapes.subjects(SH.targetSubjectsOf, AUTO[relation])
    (path,) = shapes.objects(shape, SH.property)
    assert (path, SH.path, AUTO[relation]) in shapes
    assert (classes(shape), classes(path)) == ends(relation)


@pytest.mark.parametrize("name", PROPERTIES)
def test_properties_say_what_they_take(name: str) -> None:
    """Each qualifier and property has a subject's class and a value's class or datatype."""
    subjects, values = ends(name)
    assert subjects
    assert values


def test_symmetric_relations() -> None:
    """Partners, merging companies and rivals are so in both directions, and nothing else is."""
    symmetric = names(graph().subjects(RDF.type, OWL.SymmetricProperty))
    assert symmetric == {"partnerOf", "mergesWith", "competesWith"}


def test_kinds_of_relation() -> None:
    """The relations that are intentions are told apart, and qualifiers are known as such."""
    intentions = {"intends", "plans", "considers", "predicts"}
    assert names(graph().subjects(RDF.type, AUTO.Intention)) == intentions
    assert names(graph().subjects(RDF.type, AUTO.Relation)) == set(RELATIONS)
    assert names(graph().subjects(RDF.type, AUTO.Qualifier)) == set(QUALIFIERS)


@pytest.mark.parametrize(
    ("narrow", "predicate", "broad"),
    [
        (AUTO.ceoOf, RDFS.subPropertyOf, AUTO.executiveOf),
        (AUTO.plans, RDFS.subPropertyOf, AUTO.intends),
        (AUTO.considers, RDFS.subPropertyOf, AUTO.intends),
        (AUTO.Organization, RDFS.subClassOf, SCHEMA.Organization),
        (AUTO.Company, RDFS.subClassOf, SCHEMA.Corporation),
        (AUTO.Authority, RDFS.subClassOf, SCHEMA.GovernmentOrganization),
        (AUTO.Brand, RDFS.subClassOf, SCHEMA.Brand),
        (AUTO.Person, RDFS.subClassOf, SCHEMA.Person),
        (AUTO.VehicleModel, RDFS.subClassOf, SCHEMA.ProductModel),
        (AUTO.VehicleModel, RDFS.subClassOf, SCHEMA.Car),
        (AUTO.Place, RDFS.subClassOf, SCHEMA.Place),
        (AUTO.Facility, RDFS.subClassOf, SCHEMA.Place),
        (AUTO.Event, RDFS.subClassOf, SCHEMA.Event),
        (AUTO.Component, RDFS.subClassOf, SCHEMA.Product),
        (AUTO.RacingTeam, RDFS.subClassOf, SCHEMA.SportsTeam),
        (AUTO.Observation, RDFS.subClassOf, SCHEMA.Observation),
        (AUTO.JointVenture, RDFS.subClassOf, AUTO.Company),
        (AUTO.Statement, RDFS.subClassOf, RDF.Statement),
        (AUTO.Evidence, RDFS.subClassOf, PROV.Entity),
        (AUTO.Evidence, RDFS.seeAlso, OA.SpecificResource),
        (AUTO.Rule, RDFS.subClassOf, PROV.Activity),
    ],
)
def test_alignments(narrow: URIRef, predicate: URIRef, broad: URIRef) -> None:
    """Terms stand under the terms of ours and of others that the contract names."""
    assert (narrow, predicate, broad) in graph()


def test_lexicon_classes_agree() -> None:
    """The lexicon's table of classes tells the same hierarchy as the ontology."""
    rows = data("lexicon", "classes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for name, parent in (row.split("\t") for row in rows):
        parents = names(o for o in graph().objects(AUTO[name], RDFS.subClassOf) if str(o).startswith(AUTO))
        assert name in CLASSES
        assert parents == ({parent} if parent else set()), name
