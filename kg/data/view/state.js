/* What is chosen and what is filtered out; all of it stands in the address, so that a link restores the view
   and the back button works. */

const MANY = 3000;
/** What a reader has hidden, by kind of filter. */
const off = Object.fromEntries(["class", "relation", "factuality", "document", "community"].map((kind) => [kind, new Set()]));

const state = {
  kind: "", // "", "node", "fact", "ego" or "path"
  thing: null,
  fact: null,
  end: null, // of a path
  depth: 1, // of an ego view
  longer: 0, // how many steps paths may take more than the shortest
  range: null, // first and last month
  limit: MANY, // so many things are drawn
  table: false,
  size: "facts", // or "bridges", "same"
  colour: "class", // or "community"
};

const SIZES = ["facts", "bridges", "same"];
const COLOURS = ["class", "community"];

// ------------------------------------------------------------------- filters

/** Whether a fact passes the filters; worked out again when one changes. */
let passing = new Uint8Array(facts.length).fill(1);
const passes = (fact) => passing[fact.index] === 1;

function within(fact) {
  if (!state.range) return true;
  const [from, to] = state.range;
  return fact.months.some(([first, last]) => first <= to && last >= from);
}

function refilter() {
  for (const fact of facts) {
    passing[fact.index] =
      !off.relation.has(fact.relation) && !off.factuality.has(fact.factuality) &&
      !off.class.has(fact.from.cls) && !off.class.has(fact.to.cls) &&
      !off.community.has(fact.from.community) && !off.community.has(fact.to.community) &&
      (!off.document.size || fact.documents.some((number) => !off.document.has(number))) && within(fact) ? 1 : 0;
  }
}

const filtered = () => Boolean(state.range) || Object.values(off).some((set) => set.size);

/** Show everything again. */
function unfilter() {
  for (const set of Object.values(off)) set.clear();
  state.range = null;
}

// ------------------------------------------------------------------- the address

/* Documents go by their own ids, which stay when the graph grows; the numbers of classes and so on do not. */
const naming = {
  document: { name: (number) => page.documents[number].id, all: page.documents.map((_, number) => number) },
  community: { name: String, all: [...new Set(things.map((thing) => thing.community))] },
  class: { name: String, all: page.classes },
  relation: { name: String, all: page.relations },
  factuality: { name: String, all: FACTUALITY },
};

/** `relation:basedIn,brand;factuality:-Denied`: what is shown, or after a minus all but what is hidden. */
function filterText() {
  const parts = [];
  for (const [kind, hidden] of Object.entries(off)) {
    if (!hidden.size) continue;
    const { name, all } = naming[kind];
    const shown = all.filter((value) => !hidden.has(value));
    const few = shown.length < hidden.size ? shown : [...hidden];
    parts.push(`${kind}:${few === shown ? "" : "-"}${few.map((value) => encodeURIComponent(name(value))).join(",")}`);
  }
  if (state.range) parts.push(`period:${state.range.map(monthName).join("..")}`);
  return parts.join(";");
}

function readFilters(text) {
  unfilter();
  for (const part of text.split(";")) {
    const [, kind, minus, values] = /^(\w+):(-?)(.*)$/s.exec(part) || [];
    if (kind === "period") {
      const [from, to] = values.split("..").map((each) => months(each));
      if (from && to) state.range = [from[0], to[1]];
    } else if (kind && Object.hasOwn(off, kind)) {
      const wanted = new Set(values.split(",").map(decoded));
      const { name, all } = naming[kind];
      for (const value of all) if (wanted.has(name(value)) === Boolean(minus)) off[kind].add(value);
    }
  }
}

/** A mangled link selects nothing. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The address of a choice, with the filters as they are. */
function address(choice = {}) {
  const parts = Object.entries(choice).filter(([, value]) => value).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const filter = filterText();
  if (filter) parts.push(`filter=${filter}`);
  if (state.table) parts.push("view=table");
  if (state.size !== SIZES[0]) parts.push(`size=${state.size}`);
  if (state.colour !== COLOURS[0]) parts.push(`colour=${state.colour}`);
  if (state.limit > MANY) parts.push(`shown=${state.limit}`);
  return `#${parts.join("&")}`;
}

const toThing = (thing) => address(state.kind === "ego" ? { ego: thing.id, depth: state.depth > 1 && state.depth } : { node: thing.id });
const toFact = (fact) => address({ fact: factId(fact) });
const toEgo = (thing, depth = 1) => address({ ego: thing.id, depth: depth > 1 && depth });
const toPath = (from, to, longer = 0) => address({ path: from.id, to: to.id, longer });

/** The address of what is chosen now. */
function here() {
  if (state.kind === "fact") return toFact(state.fact);
  if (state.kind === "ego") return toEgo(state.thing, state.depth);
  if (state.kind === "path") return toPath(state.thing, state.end, state.longer);
  return address(state.kind ? { node: state.thing.id } : {});
}

/** Read the address into the state; what leads nowhere selects nothing. */
function readAddress(hash) {
  const given = new Map(hash.replace(/^#/, "").split("&").map((part) => {
    const [key, ...value] = part.split("=");
    return [key, value.join("=")];
  }));
  const thing = (key) => thingById.get(decoded(given.get(key) || "")) || null;
  Object.assign(state, { kind: "", thing: null, fact: null, end: null, depth: 1, longer: 0 });
  readFilters(given.get("filter") || "");
  state.table = given.get("view") === "table";
  state.size = SIZES.includes(given.get("size")) ? given.get("size") : SIZES[0];
  state.colour = COLOURS.includes(given.get("colour")) ? given.get("colour") : COLOURS[0];
  state.limit = Math.max(MANY, Number.parseInt(given.get("shown"), 10) || 0);
  if (thing("path") && thing("to")) {
    Object.assign(state, { kind: "path", thing: thing("path"), end: thing("to"), longer: Math.min(Number(given.get("longer")) || 0, 3) });
  } else if (thing("ego")) {
    Object.assign(state, { kind: "ego", thing: thing("ego"), depth: Math.min(Math.max(Number(given.get("depth")) || 1, 1), 3) });
  } else if (thing("node")) {
    Object.assign(state, { kind: "node", thing: thing("node") });
  } else if (given.get("fact")) {
    const fact = factById(decoded(given.get("fact")));
    if (fact) Object.assign(state, { kind: "fact", fact });
  }
  refilter();
}

/** Put an address into the browser's bar; a page in a frame that may not do so goes on without. */
let current = "";
function record(hash, how) {
  current = hash;
  try {
    history[how](null, "", hash === "#" ? location.pathname + location.search : hash);
  } catch {
    /* about:srcdoc */
  }
}
