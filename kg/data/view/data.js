/* The page's data as things and facts that know one another. The most central things come first. */

/* So many communities have a colour of their own; the smaller ones count as one. */
const COMMUNITIES = 10;
const page = JSON.parse($("data").textContent);
const FACTUALITY = ["Asserted", "Planned", "Predicted", "Possible", "Reported", "Denied"];
const said = (name) => page.labels[name] || name;

const things = page.nodes.map((row, index) => ({
  index,
  id: row.id,
  label: row.label,
  cls: page.classes[row.cls],
  aliases: row.aliases || [],
  dbpedia: row.dbpedia || "",
  period: row.period || "",
  community: Math.min(row.community, COMMUNITIES),
  bridging: row.bridging / 100,
  home: { x: row.x, y: row.y }, // where the layout put it
  x: row.x, // where it is drawn now
  y: row.y,
  facts: [],
  degree: 0,
}));

const facts = page.edges.map((row, index) => {
  const fact = {
    index,
    from: things[row.from],
    to: things[row.to],
    relation: page.relations[row.relation],
    factuality: row.factuality || "Asserted",
    stands: row.stands !== false,
    qualifiers: (row.qualifiers || []).map(([name, value]) => [page.strings[name], page.strings[value]]),
    evidence: row.evidence,
    slot: 0, // which way it bends, see below
  };
  fact.from.facts.push(fact);
  if (fact.to !== fact.from) fact.to.facts.push(fact);
  return fact;
});
for (const thing of things) thing.degree = thing.facts.length;

const symmetric = new Set(page.symmetric);
const thingById = new Map(things.map((thing) => [thing.id, thing]));
const factId = (fact) =>
  [fact.from.id, fact.relation, fact.to.id, ...fact.qualifiers.map((pair) => pair.join("="))].join("|");
const factById = (id) => facts.find((fact) => factId(fact) === id);
const other = (fact, thing) => (fact.from === thing ? fact.to : fact.from);
const inWords = (fact) => `${fact.from.label} ${said(fact.relation)} ${fact.to.label}`;

/** A piece of evidence by its number. */
function evidenceOf(number) {
  const [sentence, start, end, rule, factuality, speaker, notes] = page.evidence[number];
  const [document, text] = page.sentences[sentence];
  return {
    document: page.documents[document],
    before: text.slice(0, start),
    quote: text.slice(start, end),
    after: text.slice(end),
    rule: page.strings[rule],
    factuality: FACTUALITY[factuality],
    speaker: page.strings[speaker],
    notes: notes.map((note) => page.strings[note]),
  };
}

const documentOf = (number) => page.sentences[page.evidence[number][0]][0];
for (const fact of facts) fact.documents = [...new Set(fact.evidence.map(documentOf))];

/* Facts between the same two things bend apart, so that none hides another: slots … -1 0 1 … or … -½ ½ …,
   seen from the thing that comes first. */
{
  const beside = new Map();
  for (const fact of facts) {
    const [a, b] = [fact.from.index, fact.to.index].sort((x, y) => x - y);
    const pair = a * things.length + b;
    if (!beside.has(pair)) beside.set(pair, []);
    beside.get(pair).push(fact);
  }
  for (const group of beside.values()) {
    group.forEach((fact, place) => {
      fact.slot = fact.from === fact.to ? place : place - (group.length - 1) / 2;
    });
  }
}

/* ------------------------------------------------------------------- periods, counted in months */

/** The first and last month of "2024", "2024-05", "2024-05-17", "2024-Q2" or "2024-H1"; else nothing. */
function months(text) {
  const found = /^(\d{4})(?:-(?:(\d\d)(?:-\d\d)?|Q([1-4])|H([12])))?$/.exec(text);
  if (!found) return null;
  const [, year, month, quarter, half] = found;
  const start = Number(year) * 12;
  if (month) return [start + Number(month) - 1, start + Number(month) - 1];
  if (quarter) return [start + Number(quarter) * 3 - 3, start + Number(quarter) * 3 - 1];
  if (half) return [start + Number(half) * 6 - 6, start + Number(half) * 6 - 1];
  return [start, start + 11];
}

const monthName = (month) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
const DATES = new Set(["by", "date", "since", "until"]);

/* When a fact holds, as the text tells it; a fact without a date has that of its documents. */
for (const fact of facts) {
  const told = fact.qualifiers.filter(([name]) => DATES.has(name)).map(([, value]) => months(value));
  told.push(months(fact.to.period));
  fact.months = told.filter(Boolean);
  if (!fact.months.length) {
    fact.months = fact.documents.map((number) => months(page.documents[number].date || "")).filter(Boolean);
  }
}
