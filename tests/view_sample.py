"""Statements to draw in tests: a small true corner of the car world, and one text that attacks the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kg.model import Claim, Entity, Evidence, Factuality, Observation, Source, Statement

XPENG = Entity("Xpeng", "Xpeng", "Automaker", ("XPeng Motors",), "XPeng")
VOLKSWAGEN = Entity("Volkswagen", "Volkswagen", "Automaker", ("Gruppo Volkswagen",))
GERMANY = Entity("Germania", "Germania", "Place")
CHINA = Entity("Cina", "Cina", "Place", ("Repubblica Popolare Cinese",))
STELLANTIS = Entity("Stellantis", "Stellantis", "Automaker")
TAVARES = Entity("Carlos_Tavares", "Carlos Tavares", "Person")
CENTRE = Entity("DataCenter-Europa", "Data center in Europa", "DataCenter", place="Europa", named=False)
MARGIN = Observation("grossMargin", Decimal(14), "%", "2024-Q2")

AUTUMN = Source(
    "autunno", "Xpeng guarda all'Europa", "Motori di prova", date(2024, 8, 27), "https://example.org/a"
)
SPRING = Source("primavera", "Due case, un accordo", "Gazzetta di prova", date(2024, 3, 1))


def said(
    sentence: str, source: Source = AUTUMN, factuality: Factuality = Factuality.ASSERTED, said_by: str = ""
) -> Evidence:
    """Evidence in the notation ``before [quote] after``."""
    before, _, rest = sentence.partition("[")
    quote, _, after = rest.partition("]")
    return Evidence(
        source, "prova/regola", len(before), len(before + quote), quote, before, after, factuality, said_by
    )


def fact(
    subject: Entity,
    relation: str,
    target: Entity | Observation,
    *evidence: Evidence,
    qualifiers: tuple[tuple[str, str], ...] = (),
) -> Statement:
    """A statement in one line."""
    return Statement(Claim(subject, relation, target, qualifiers), evidence)


SAMPLE = (
    fact(
        VOLKSWAGEN,
        "partnerOf",
        XPENG,
        said("Il [Gruppo Volkswagen, partner di Xpeng], resta in Cina."),
        said("Volkswagen firma un [accordo con Xpeng].", SPRING),
    ),
    fact(
        VOLKSWAGEN,
        "ownsStakeIn",
        XPENG,
        said("Volkswagen [ha il 5% di Xpeng] dal 2023.", SPRING),
        qualifiers=(("date", "2023"), ("share", "5")),
    ),
    fact(XPENG, "competesWith", VOLKSWAGEN, said("Xpeng è anche [rivale di Volkswagen] in Cina.")),
    fact(VOLKSWAGEN, "basedIn", GERMANY, said("La [tedesca Volkswagen] osserva.")),
    fact(XPENG, "basedIn", CHINA, said("La [cinese Xpeng] osserva.")),
    fact(XPENG, "reports", MARGIN, said("Il [margine lordo sale al 14%] nel secondo trimestre.")),
    fact(
        XPENG,
        "plans",
        CENTRE,
        said("Xpeng [vuole un data center in Europa].", AUTUMN, Factuality.PLANNED, "He Xiaopeng"),
    ),
    fact(
        TAVARES,
        "ceoOf",
        STELLANTIS,
        said("Tavares [non è più alla guida di Stellantis].", SPRING, Factuality.DENIED),
    ),
    fact(TAVARES, "formerExecutiveOf", STELLANTIS, said("L'[ex capo di Stellantis] Carlos Tavares.", SPRING)),
)


def star(number: int) -> tuple[Statement, ...]:
    """A star of so many things and its middle, some of them joined, and a chain that hangs on it."""
    places = [Entity(f"P{n}", f"Luogo {n}", "Place") for n in range(number)]
    evidence = said("[Xpeng] apre ovunque.")
    rays = [fact(XPENG, "expandsTo", place, evidence) for place in places[:-3]]
    joined = [fact(a, "locatedIn", b, evidence) for a, b in zip(places[:-3:7], places[3:-3:7], strict=False)]
    chain = zip([places[0], *places[-3:-1]], places[-3:], strict=True)
    return (*rays, *joined, *(fact(a, "locatedIn", b, evidence) for a, b in chain))


SCRIPT = "</script><script>window.pwned=1</script>"
IMAGE = '<img src=x onerror="window.pwned=1">'

#: What somebody might write in a text to make the page do something; each must be shown as it is written.
ATTACKS = (
    SCRIPT,
    IMAGE,
    "<svg onload=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<a href='javascript:window.pwned=1'>href</a>",
    "javascript:window.pwned=1",
    '" autofocus onfocus="window.pwned=1',
    "' onmouseover='window.pwned=1",
    "</style><style>*{background:url(https://evil.example/x)}",
    "<!--<script>window.pwned=1//-->",
    "\u2028window.pwned=1//\u2029${window.pwned=1}",
    "{{ 7 * 7 }}{% raw %}]]><base href=https://evil.example/>\\u003cscript>",
)


def _attack(text: str, number: int) -> Statement:
    """A statement that has the text wherever a text can be."""
    trap = Source(f"{number}{text}", f"title {text}", f"outlet {text}", date(2024, 1, 1), text)
    return fact(
        Entity(f"a{number}{text}", f"subject {text}", f"Cls{text}", (f"alias {text}",), text),
        f"rel{text}",
        Entity(f"b{number}{text}", f"object {text}", "Place"),
        Evidence(
            trap,
            f"rule {text}",
            0,
            9,
            f"quote {text}",
            f"before {text}",
            f"after {text}",
            Factuality.REPORTED,
            f"speaker {text}",
            (f"note {text}",),
        ),
        qualifiers=((f"by{text}", f"value {text}"),),
    )


ATTACK = tuple(_attack(text, number) for number, text in enumerate(ATTACKS))
