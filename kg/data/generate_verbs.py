"""Write ``verbs.tsv``: the simple tenses of some 7,800 Italian verbs, without a dependency at run time.

Run ``python kg/data/generate_verbs.py`` with mlconjug3 installed. Its list of
infinitives (MIT licence, https://github.com/Ars-Linguistica/mlconjug3) is all
that is taken: its tables of endings hold too many slips ("accedsi",
"cogligliere", "rerestringo") to be trusted, so every verb is conjugated here
from its principal parts, which the tables below give for the irregular ones.

The file is sorted by lemma, one lemma a line. A line either names a verb that
is conjugated ``like`` it, or gives the endings after the stem: the slots of a
tense are separated by blanks, "-" is a form that does not exist, "/" separates
variants, the commoner first. The stem is the lemma without the first ending of
the column ``infinitive``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).with_name("verbs.tsv")


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


# The variants of one form, the forms of one tense, the tenses of one verb.
Slot = tuple[str, ...]
Tense = list[Slot]
Paradigm = dict[str, Tense]

COLUMNS = ("infinitive", "gerund", "participle", "present", "imperfect", "remote", "future", "conditional",
           "subjunctive", "subjunctive_imperfect")  # fmt: skip

FINITE = COLUMNS[3:]
THIRD = (2, 5)  # lui and loro among io, tu, lui, noi, voi, loro

# The regular endings of the three conjugations, by their vowel.
PARTICIPLE = {"a": "ato", "e": "uto", "i": "ito"}
WEAK = {
    "a": "ai asti ò ammo aste arono",
    "e": "ei/etti esti é/ette emmo este erono/ettero",
    "i": "ii isti ì immo iste irono",
}

# Principal parts of irregular verbs. A leading "-" lets a verb stand for its compounds too ("-correre" for
# "percorrere"; the longest match wins). Parts replace the end of the verb named by "cut", which is the whole
# verb unless it says otherwise; "cut>remote,participle" is short for the two parts that change most often.
#   full        the infinitive that the other tenses are built on, where the verb's own is contracted
#   io lui noi  persons of the present; "present" gives all six
#   remote      its first person (io, lui and loro are strong); "+" adds the weak forms; or all six
#   future      its stem
#   participle  its form in -o; "-" where there is none
IRREGULAR = """
essere: present=sono,sei,è,siamo,siete,sono imperfect=ero,eri,era,eravamo,eravate,erano \
    remote=fui,fosti,fu,fummo,foste,furono future=sar participle=stato subjunctive=sia \
    subjunctive_imperfect=fossi,fossi,fosse,fossimo,foste,fossero
avere: present=ho,hai,ha,abbiamo,avete,hanno remote=ebbi future=avr subjunctive=abbia
riavere: present=riò,riai,rià,riabbiamo,riavete,rianno remote=riebbi future=riavr subjunctive=riabbia
potere: present=posso,puoi,può,possiamo,potete,possono future=potr subjunctive=possa
volere rivolere: cut=volere present=voglio,vuoi,vuole,vogliamo,volete,vogliono remote=volli future=vorr \
    subjunctive=voglia
dovere: present=devo/debbo,devi,deve,dobbiamo,dovete,devono/debbono future=dovr subjunctive=debba/deva
sapere: present=so,sai,sa,sappiamo,sapete,sanno remote=seppi future=sapr subjunctive=sappia
risapere: present=risò,risai,risà,risappiamo,risapete,risanno remote=riseppi future=risapr \
    subjunctive=risappia
andare: present=vado,vai,va,andiamo,andate,vanno future=andr subjunctive=vada
dare: present=do,dai,dà,diamo,date,danno remote=diedi/detti,desti,diede/dette,demmo,deste,diedero/dettero \
    future=dar subjunctive=dia subjunctive_imperfect=dessi,dessi,desse,dessimo,deste,dessero
ridare: present=ridò,ridai,ridà,ridiamo,ridate,ridanno \
    remote=ridiedi/ridetti,ridesti,ridiede/ridette,ridemmo,rideste,ridiedero/ridettero \
    future=ridar subjunctive=ridia subjunctive_imperfect=ridessi,ridessi,ridesse,ridessimo,rideste,ridessero
stare: present=sto,stai,sta,stiamo,state,stanno remote=stetti,stesti,stette,stemmo,steste,stettero \
    future=star subjunctive=stia subjunctive_imperfect=stessi,stessi,stesse,stessimo,steste,stessero
sottostare: present=sottostò,sottostai,sottostà,sottostiamo,sottostate,sottostanno \
    remote=sottostetti,sottostesti,sottostette,sottostemmo,sottosteste,sottostettero future=sottostar \
    subjunctive=sottostia \
    subjunctive_imperfect=sottostessi,sottostessi,sottostesse,sottostessimo,sottosteste,sottostessero
fare: full=facere present=faccio,fai,fa,facciamo,fate,fanno remote=feci future=far participle=fatto
artefare assuefare contraffare disassuefare disfare dissuefare liquefare mansuefare prefare putrefare \
    rarefare ridisfare rifare sfare sopraffare strafare stupefare torrefare tumefare: cut=fare full=facere \
    present=faccio,fai,fà/fa,facciamo,fate,fanno remote=feci future=far participle=fatto
soddisfare sodisfare: cut=fare full=facere present=faccio/fo,fai/fi,fa/fà,facciamo/fiamo,fate,fanno/fano \
    remote=feci future=far/fer participle=fatto subjunctive=faccia/fi
dire: full=dicere present=dico,dici,dice,diciamo,dite,dicono remote=dissi future=dir participle=detto
addire benedire contraddire disdire indire interdire maledire predire ridire strabenedire stramaledire: \
    cut=dire full=dicere present=dico,dici,dice,diciamo,dite,dicono remote=dissi future=dir participle=detto
bere: full=bevere remote=bevvi+ future=berr
imbevere: remote=imbevvi
-porre: full=ponere io=pongo remote=posi future=porr participle=posto
-trarre: full=traere io=traggo remote=trassi future=trarr participle=tratto
-durre: full=ducere remote=dussi future=durr participle=dotto

-uscire: io=esco lui=esce
-venire: io=vengo lui=viene remote=venni future=verr participle=venuto
svenire: io=svengo lui=sviene remote=svenni future=svenir/sverr participle=svenuto
salire risalire assalire riassalire: cut=salire io=salgo lui=sale
morire premorire: cut=morire io=muoio lui=muore future=morir/morr participle=morto
udire riudire: cut=udire io=odo lui=ode future=udir/udr
apparire comparire disparire riapparire ricomparire scomparire: cut=parire io=paio lui=pare \
    remote=parvi participle=parso
trasparire: io=traspaio lui=traspare
-cucire: io=cucio lui=cuce
-aprire -coprire -ffrire: cut=rire participle=erto
empire riempire: cut=empire io=empio lui=empie gerund=empiendo
compire: io=compio lui=compie participle=compiuto/compito gerund=compiendo
compiere: full=compire io=compio lui=compie participle=compiuto gerund=compiendo
empiere riempiere: cut=empiere full=empire io=empio lui=empie participle=empiuto gerund=empiendo
adempiere: full=adempire io=adempio lui=adempie participle=adempiuto gerund=adempiendo
adempire: io=adempio/adempisco lui=adempie/adempisce participle=adempiuto/adempito gerund=adempiendo
seppellire: participle=sepolto/seppellito
disseppellire: participle=dissepolto/disseppellito

-sedere: io=siedo lui=siede
-tenere: io=tengo lui=tiene remote=tenni future=terr
-manere: io=mango remote=masi future=marr participle=masto
permanere: io=permango remote=permasi future=permarr participle=permaso
-valere: io=valgo remote=valsi future=varr participle=valso
invalere: io=invalgo remote=invalsi future=invarr participle=invalso
dolere condolere: cut=dolere io=dolgo lui=duole remote=dolsi future=dorr
solere: present=soglio,suoli,suole,sogliamo,solete,sogliono subjunctive=soglia participle=solito
parere: io=paio noi=paiamo/pariamo remote=parvi future=parr participle=parso
-giacere -piacere -tacere: cut=cere io=ccio noi=cciamo remote=cqui participle=ciuto
nuocere: io=nuoccio remote=nocqui participle=nuociuto/nociuto
-cuocere: io=cuocio remote=cossi participle=cotto
-nascere: remote=nacqui participle=nato
-crescere: remote=crebbi participle=cresciuto
-conoscere: remote=conobbi participle=conosciuto
-pascere -mescere acquiescere: cut=cere participle=ciuto
-spegnere: io=spengo remote=spensi participle=spento
-cogliere -scegliere -sciogliere -togliere: cut=gliere io=lgo remote=lsi participle=lto
-cadere: remote=caddi future=cadr
-vedere: remote=vidi future=vedr participle=visto/veduto
prevedere: remote=previdi future=preveder/prevedr participle=previsto/preveduto
provvedere: remote=provvidi participle=provvisto/provveduto
-godere: future=godr
-bevere: remote=bevvi+
-vivere: remote=vissi future=vivr/viver participle=vissuto
vivere: remote=vissi future=vivr participle=vissuto
piovere spiovere: cut=piovere remote=piovvi

-radere -suadere -vadere -ledere -cidere -lidere -ridere -sidere -quidere -videre -chiudere -ludere -trudere \
    -plodere -rodere -ardere -mordere espandere: dere>si,so
stridere: participle=striduto
spandere: remote=spansi+ participle=spanto
chiedere richiedere inchiedere: dere>si,sto
-perdere: cut=dere remote=si+ participle=so/duto
succedere: remote=successi+ participle=successo/succeduto
concedere riconcedere: cut=concedere remote=concessi+ participle=concesso
retrocedere: remote=retrocessi+ participle=retrocesso/retroceduto
-cendere -ffendere -difendere -pendere -rendere -tendere -tundere: ndere>si,so
pendere: participle=penduto
-fondere: ondere>usi,uso
-scindere: ndere>ssi,sso
-spondere -scondere: ndere>si,sto
-vincere -torcere: cere>si,to
-leggere -reggere -teggere -fliggere -friggere -struggere -figgere: ggere>ssi,tto
affiggere crocefiggere crocifiggere infiggere prefiggere: ggere>ssi,sso
-dirigere -erigere -diligere -negligere: igere>essi,etto
redigere: remote=redassi participle=redatto
esigere: participle=esatto
transigere: participle=transatto
-volgere -piangere -frangere -cingere -fingere -pingere -mingere -tingere -ungere \
    -porgere -corgere -sorgere -surgere -ergere -indulgere: gere>si,to
-stringere: ingere>insi,etto
-spargere -mergere -tergere -spergere -fulgere -convergere: gere>si,so
divergere: remote=diversi participle=-
-pellere: ellere>ulsi,ulso
-eccellere: lere>si,so
-vellere: lere>si,to
-primere: imere>essi,esso
-redimere: dimere>densi,dento
-sumere: mere>nsi,nto
-rompere: ompere>uppi,otto
-correre: rere>si,so
-sistere: cut=ere participle=ito
-cuotere: uotere>ossi,osso
-muovere: uovere>ossi,osso
flettere deflettere inflettere circonflettere genuflettere: cut=ttere remote=ssi+ participle=sso
riflettere: participle=riflettuto/riflesso
-mettere: ettere>isi,esso
-nettere: cut=ttere remote=ssi+ participle=sso
-cutere: tere>ssi,sso
-stinguere: guere>si,to
-scrivere: vere>ssi,tto
-solvere: cut=vere remote=si+ participle=to
-volvere: cut=lvere participle=luto
secernere: participle=secreto
competere incombere soccombere splendere risplendere discernere scernere esimere dirimere vertere vigere \
    urgere cernere concernere prudere fervere: participle=-
"""

# Verbs in -ire whose present has no "-isc-", and those that have both presents (the commoner first).
PLAIN_IRE = re.compile(
    r"(?:.*(?:uscire|venire|cucire|aprire|coprire|ffrire|fuggire|bollire|sentire|vertire|vestire|seguire)"
    r"|(?:ri|ad)?dormire|(?:ri|dis|pre)?servire|(?:ri)?pentire|partire|sortire)"
)
BOTH_PLAIN_FIRST = words(
    "applaudire riapplaudire assorbire riassorbire eseguire inghiottire mentire nutrire tossire"
)
BOTH_ISC_FIRST = words("aborrire compartire impartire languire muggire ripartire scompartire")

# Well-known verbs to be named in the column "like" rather than the shortest of their kind.
MODELS = words("parlare cercare pagare cominciare mangiare studiare credere finire sentire")

# Verbs in -iare that stress the i: "avvii", not "avvi".
STRESSED_I = words("""
    avviare riavviare ravviare inviare rinviare reinviare teleinviare deviare sviare traviare fuorviare
    forviare disviare spiare espiare sciare striare desiare obliare
""")

# Said of things only: their first and second persons would read as nouns ("bisogno", "vigo").
THIRD_PERSON = words("""
    bisognare annottare concernere fervere nevicare piovigginare prudere rincrescere urgere vigere
""")

# Infinitives that prose cuts short before another verb: "aver acquisito", "poter produrre".
CLIPPED = words("avere dovere essere fare potere volere")

# Entries of the source that are misspelt, or that nobody has written for two centuries.
DROPPED = words("""
    abborrire abbronzire accestire accidere affloscire alare algere angere asciolvere astrignere aulire
    avvitire azzoppire bevere calere capere consumere contradire controvertere convellere corre dipignere
    diradere dirugginire discoprire distorre disvolere divedere divegliere ebere escire estollere
    estrovertere evellere evoluire folcire fragnere fulgere gire giugnere impellere incorre infiorettate
    ingabbiate instare invenire ire istare lambere lecere licere lucere malfare malvolere
    molcere mulcere olire parire piare pipiare plaudire prelucere presedere procombere
    prosciorre quiescere raccorre recepere recherere reddire redire repellere respignere restrignere
    revellere riandare ribisognare ricignere ricovrire ridolere ridovere riescire riessere rifervere
    rilucere rimorire rimpiagnere risedere riservire rispiagnere ristare rivenire savere scandere sciorre
    scogliere scovrire scrovire smorire soprastare sopreccedere spandire spengere spergere
    spignere sprovvedere strepere stridire strolagare suadere succidere suggere tangere tondere torre
    traggere tralucere transare transarre traudire vergere vigoreggare
""")

# What the trade says and the source lacks.
ADDED = words("""
    accanire accessoriare accoccolare accorgere accovacciare arrabattare arrabbiare arrendere assentare
    attenzionare autodefinire autofinanziare autoprodurre autosostenere avvalere barcamenare brandizzare
    bypassare cartolarizzare cassaintegrare codirigere cofinanziare cofondare congratulare copresiedere
    coprogettare cosviluppare crashare customizzare debuggare decarbonizzare deindustrializzare delistare
    delocalizzare dematerializzare desertificare disaccoppiare dismettere downsizzare efficientare
    efficientizzare esternalizzare fusionare geolocalizzare globalizzare hackerare ibridizzare imbattere
    impadronire impelagare impossessare incaponire inerpicare infiltrare ingegnare ingegnerizzare
    inginocchiare interfacciare internalizzare intestardire lagnare linkare omaggiare ostinare
    pavoneggiare pentire performare perimetrare postare preallertare preassemblare premiumizzare
    prepensionare prevendere prototipare ravvedere rebrandizzare reimmatricolare reimportare
    reindustrializzare reintrodurre renderizzare rendicontare resettare retroilluminare riaccedere
    riaccorpare riaggiornare riassemblare ribellare ribilanciare ricablare ricarrozzare ricentrare
    ricompattare ridiscutere rifugiare rilocalizzare rimodulare rimotorizzare rinegoziare ripianificare
    riposizionare riprezzare riprogettare riprogrammare riproiettare ripuntare risposare ritarare rivalere
    riverniciare rottamare scontrare sforare sottodimensionare sottostimare sovradimensionare
    sovraprodurre spazientire spoilerare startare subfornire suicidare switchare taggare tagliandare
    termovalorizzare turboalimentare twittare upgradare vergognare vettoriare virtualizzare wrappare
""")


def main() -> None:
    """Write the table beside this script."""
    table = {lemma: conjugate(lemma) for lemma in infinitives()}
    TARGET.write_text("\n".join(lines(table)) + "\n", encoding="utf-8", newline="\n")


def infinitives() -> list[str]:
    """The verbs to conjugate, sorted: the source's, without the dropped and with the added."""
    spec = find_spec("mlconjug3")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("mlconjug3 is not installed: pip install --no-deps mlconjug3")
    source = Path(spec.submodule_search_locations[0], "data", "conjug_manager", "verbs-it.json")
    listed = json.loads(source.read_text(encoding="utf-8"))
    found = {re.sub(r"(?<=[aei]r)si$", "e", lemma) for lemma in listed}
    named = {base for base in IRREGULAR_PARTS if not base.startswith("-")}
    wanted = (found - DROPPED) | named | ADDED
    return sorted(lemma for lemma in wanted if re.fullmatch(r"[a-z]+(?:[aei]re|rre)", lemma))


def read_parts(table: str) -> dict[str, dict[str, str]]:
    """The principal parts of each verb, or "-ending", of the table; "cut" is always among them."""
    found = {}
    for line in filter(None, table.splitlines()):
        bases, _, text = line.partition(": ")
        for base in bases.split():
            parts = {"cut": base.removeprefix("-")}
            for word in text.split():
                if short := re.fullmatch(r"(\w+)>(\w+),(\w+)", word):
                    parts |= zip(("cut", "remote", "participle"), short.groups(), strict=True)
                else:
                    name, _, value = word.partition("=")
                    parts[name] = value
            found[base] = parts
    return found


IRREGULAR_PARTS = read_parts(IRREGULAR)


def parts_of(lemma: str) -> dict[str, Tense]:
    """The principal parts of one verb as whole words; nothing for a regular one."""
    keys = (lemma, *(f"-{lemma[start:]}" for start in range(len(lemma))))
    parts = next((IRREGULAR_PARTS[key] for key in keys if key in IRREGULAR_PARTS), {})
    prefix = lemma.removesuffix(parts.get("cut", ""))
    return {
        name: [tuple(prefix + form for form in slot.split("/")) for slot in value.split(",")]
        for name, value in parts.items()
    }


def conjugate(lemma: str) -> Paradigm:
    """All simple tenses of one verb."""
    parts = parts_of(lemma)
    full = parts["full"][0][0] if "full" in parts else lemma
    stem, vowel = full[:-3], full[-3]
    present, subjunctive = first_present(lemma) if vowel == "a" else other_present(lemma, stem, vowel, parts)
    if "present" in parts:
        present = parts["present"]
        subjunctive = tuple(re.sub("o$", "a", io) for io in present[0])
    if "subjunctive" in parts:
        subjunctive = parts["subjunctive"][0]
    noi = present[3]
    future = parts.get("future", [(future_stem(lemma, stem, vowel),)])[0]
    theme = (stem + vowel,)
    paradigm: Paradigm = {
        "infinitive": [(lemma, lemma[:-1]) if lemma in CLIPPED else (lemma,)],
        "gerund": parts.get("gerund") or tense((stem,), "ando" if vowel == "a" else "endo"),
        "participle": participle(parts.get("participle", [(stem + PARTICIPLE[vowel],)])[0]),
        "present": present,
        "imperfect": parts.get("imperfect") or tense(theme, "vo vi va vamo vate vano"),
        "remote": remote(stem, vowel, parts.get("remote", [])),
        "future": tense(future, "ò ai à emo ete anno"),
        "conditional": tense(future, "ei esti ebbe emmo este ebbero"),
        "subjunctive": [subjunctive] * 3 + [noi, each(noi, "mo", "te"), each(subjunctive, "", "no")],
        "subjunctive_imperfect": parts.get("subjunctive_imperfect")
        or tense(theme, "ssi ssi sse ssimo ste ssero"),
    }
    if lemma in THIRD_PERSON:
        for column in FINITE:
            paradigm[column] = [
                slot if person in THIRD else () for person, slot in enumerate(paradigm[column])
            ]
    return paradigm


def tense(stems: Slot, ends: str) -> Tense:
    """Every stem with every ending; the slots of ``ends`` are separated by blanks, its variants by "/"."""
    return [tuple(stem + end for end in slot.split("/") for stem in stems) for slot in ends.split()]


def each(slot: Slot, old: str, new: str) -> Slot:
    """The variants with another ending."""
    return tuple(form.removesuffix(old) + new for form in slot)


def join(stem: str, end: str) -> str:
    """Stem and ending, with one i where two would meet: "scegli" and "iamo"."""
    return stem + (end[1:] if stem.endswith("i") and end.startswith("i") else end)


def first_present(lemma: str) -> tuple[Tense, Slot]:
    """The present of a regular verb in -are, and the singular of its subjunctive."""
    stem = lemma[:-3]
    soft = stem + "h" if stem[-1] in "cg" else stem
    tu = stem + "i" if lemma in STRESSED_I else join(soft, "i")
    forms = (stem + "o", tu, stem + "a", join(soft, "iamo"), stem + "ate", stem + "ano")
    return [(form,) for form in forms], (tu,)


def other_present(lemma: str, stem: str, vowel: str, parts: dict[str, Tense]) -> tuple[Tense, Slot]:
    """The present of a verb in -ere, -ire or -rre, and the singular of its subjunctive."""
    strong: Slot = (stem,)
    if lemma in BOTH_PLAIN_FIRST:
        strong = (stem, stem + "isc")
    elif lemma in BOTH_ISC_FIRST:
        strong = (stem + "isc", stem)
    elif vowel == "i" and not PLAIN_IRE.fullmatch(lemma):
        strong = (stem + "isc",)
    io = parts.get("io", [each(strong, "", "o")])[0]
    lui = parts.get("lui", [each(strong, "", "e")])[0]
    noi = parts.get("noi", [(join(stem, "iamo"),)])[0]
    tu = tuple(join(form[:-1], "i") for form in lui)
    return [io, tu, lui, noi, (stem + vowel + "te",), each(io, "", "no")], each(io, "o", "a")


def future_stem(lemma: str, stem: str, vowel: str) -> str:
    """What stands before the endings of the future and the conditional."""
    if vowel != "a":
        return stem + vowel + "r"
    if stem.endswith(("ci", "gi")) and lemma not in STRESSED_I:
        return stem[:-1] + "er"
    return stem + ("her" if stem[-1] in "cg" else "er")


def remote(stem: str, vowel: str, given: Tense) -> Tense:
    """The remote past: given in full, strong in three persons, weak, or strong and weak."""
    if len(given) > 1:
        return given
    weak = tense((stem,), WEAK[vowel])
    if not given:
        return weak
    io = each(given[0], "+", "")
    strong: Tense = [io, (), each(io, "i", "e"), (), (), each(io, "i", "ero")]
    if given[0][0].endswith("+"):
        return [first + second for first, second in zip(strong, weak, strict=True)]
    return [first or second for first, second in zip(strong, weak, strict=True)]


def participle(masculine: Slot) -> Tense:
    """The four forms of the past participle."""
    return [each(masculine, "o", end) if masculine[0].endswith("o") else () for end in "oaie"]


def lines(table: dict[str, Paradigm]) -> Iterator[str]:
    """The file, line by line."""
    yield "\t".join(("lemma", "like", *COLUMNS))
    written = {lemma: endings(paradigm) for lemma, paradigm in table.items()}
    models: dict[tuple[str, ...], str] = {}
    for lemma in sorted(written, key=lambda lemma: (lemma not in MODELS, len(lemma), lemma)):
        models.setdefault(written[lemma], lemma)
    for lemma, columns in sorted(written.items()):
        model = models[columns]
        yield "\t".join((lemma, "", *columns) if model == lemma else (lemma, model))


def endings(paradigm: Paradigm) -> tuple[str, ...]:
    """One text for each column; the stem is as long as leaves no ending empty."""
    forms = [form for tense in paradigm.values() for slot in tense for form in slot]
    size = 0
    while min(map(len, forms)) > size + 1 and len({form[: size + 1] for form in forms}) == 1:
        size += 1
    return tuple(
        " ".join("/".join(form[size:] for form in slot) or "-" for slot in paradigm[column])
        for column in COLUMNS
    )


if __name__ == "__main__":
    main()
