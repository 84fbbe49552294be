/* The side panel: what is known of the thing, fact or path that is chosen, in the words of the texts. */

const badge = (factuality) => el("span", { class: "badge", colour: `var(--${factuality})` }, factuality);
const link = (thing, attributes) => el("a", { href: toThing(thing), ...attributes }, thing.label);

function evidence(number, mixed) {
  const item = evidenceOf(number);
  const { document: source } = item;
  const where = [source.outlet, source.date].filter(Boolean).join(", ");
  return el("figure", { class: "evidence" },
    el("blockquote", { lang: source.language }, item.before, el("mark", {}, item.quote), item.after),
    el("figcaption", {},
      mixed ? badge(item.factuality) : null, mixed ? " " : null,
      outside(source.url, source.title), where ? ` · ${where}` : null,
      item.speaker ? el("div", {}, "According to ", el("b", {}, item.speaker)) : null,
      item.notes.map((note) => el("div", {}, note)),
      el("div", {}, "Rule ", el("code", {}, item.rule))));
}

const evidences = (fact) => {
  const mixed = new Set(fact.evidence.map((number) => page.evidence[number][4])).size > 1;
  return fact.evidence.map((number) => evidence(number, mixed));
};

const chips = (fact) => el("div", { class: "chips" }, badge(fact.factuality),
  fact.qualifiers.map(([name, value]) => el("span", { class: "chip" }, el("span", { class: "soft" }, `${name} `), grouped(value))));

/** A fact with its evidence; `self` is the thing whose page this is, `whole` shows all sentences at once. */
function article(fact, self, whole) {
  const end = (thing) => (thing === self ? el("span", { class: "end self" }, thing.label) : link(thing, { class: "end" }));
  const shown = evidences(fact);
  const rest = whole ? [] : shown.slice(1);
  return el("article", { class: `fact ${fact.factuality}` },
    el(whole ? "h2" : "p", { class: "triple" }, end(fact.from), " ",
      whole ? el("span", { class: "soft" }, said(fact.relation)) : el("a", { href: toFact(fact), class: "relation" }, said(fact.relation)),
      " ", end(fact.to)),
    chips(fact),
    whole && !fact.stands ? el("p", { class: "soft" }, "Not a plain fact of the graph: the texts do not assert it, or one denies it. It is kept as a statement with its evidence.") : null,
    whole ? shown : shown[0],
    rest.length ? el("details", {}, el("summary", {}, `${rest.length} more`), rest) : null);
}

const AT_ONCE = 40;

/** A list that shows its first rows, and more on request. */
function some(rows, draw, wrap = (children) => el("div", {}, children)) {
  const list = wrap(rows.slice(0, AT_ONCE).map(draw));
  if (rows.length <= AT_ONCE) return list;
  let shown = AT_ONCE;
  const more = plain("", () => {
    list.append(...rows.slice(shown, shown + 2 * AT_ONCE).map(draw));
    shown += 2 * AT_ONCE;
    label();
  });
  const label = () => {
    more.textContent = `Show more (${count(Math.max(rows.length - shown, 0))} left)`;
    more.hidden = shown >= rows.length;
  };
  label();
  return [list, more];
}

const section = (title, rows, draw) => (rows.length ? [el("h3", {}, `${title} (${count(rows.length)})`), some(rows, draw)] : []);

function thingPanel(thing) {
  const told = thing.facts.filter(passes);
  const hidden = thing.facts.length - told.length;
  const outgoing = told.filter((fact) => fact.from === thing);
  const incoming = told.filter((fact) => fact.from !== thing);
  const around = chief.get(thing.community);
  return [
    el("p", { class: "eyebrow" }, swatch(thing.cls), el("span", {}, said(thing.cls))),
    el("h2", {}, thing.label),
    thing.aliases.length ? el("p", { class: "soft" }, `also ${thing.aliases.join(", ")}`) : null,
    thing.community < COMMUNITIES && around !== thing && members.get(thing.community) > 2
      ? el("p", { class: "soft" }, "in the community around ", link(around)) : null,
    el("div", { class: "links" },
      el("a", { class: "button", href: state.kind === "ego" ? address({ node: thing.id }) : toEgo(thing) },
        state.kind === "ego" ? "Whole graph" : "Only its neighbours"),
      el("button", { type: "button", id: "pick", onclick: () => pick(thing) }, "Paths to…"),
      safe(thing.dbpedia) ? el("a", { class: "button", href: thing.dbpedia, target: "_blank", rel: "noopener noreferrer" }, "DBpedia ↗") : null),
    hidden ? el("p", { class: "soft" }, `${plural(hidden, "fact is", "facts are")} hidden by the filters.`) : null,
    section("Facts", outgoing, (fact) => article(fact, thing, false)),
    section("Mentioned in", incoming, (fact) => article(fact, thing, false)),
  ];
}

function pathPanel() {
  const { thing: from, end: to } = state;
  const head = [el("p", { class: "eyebrow" }, "Paths"), el("h2", { class: "triple" }, link(from), el("span", { class: "soft" }, " … "), link(to))];
  if (!scene.found.length) {
    return [...head, el("p", { class: "soft" }, `No path leads from ${from.label} to ${to.label}${filtered() ? " over the facts that pass the filters" : ""}.`)];
  }
  const between = (a, b) => a.facts.filter((fact) => other(fact, a) === b && passes(fact));
  return [...head,
    el("p", { class: "soft" }, `${plural(scene.found.length, "path", "paths")}, the shortest of ${plural(scene.found[0].length - 1, "step", "steps")}.`),
    state.longer < 3 ? el("div", { class: "links" }, el("a", { class: "button", href: toPath(from, to, state.longer + 1) }, "Longer ones too")) : null,
    some(scene.found, (path) => el("details", { class: "path", open: path === scene.found[0] },
      el("summary", {}, path.map((thing, step) => [step ? el("span", { class: "soft" }, " → ") : null, el("b", {}, thing.label)]).flat()),
      path.slice(1).map((thing, step) => between(path[step], thing).map((fact) => article(fact, null, false)))))];
}

function startPanel() {
  if (!things.length) {
    return [el("h2", {}, "What the texts say"), el("p", { class: "soft" }, "There is nothing to see yet: no fact was found in the texts.")];
  }
  return [
    el("h2", {}, "What the texts say"),
    el("p", { class: "soft" }, "Choose a thing or a line to read the sentences that say it. A double click shows a thing with its neighbours alone; Esc leads back."),
    el("p", { class: "soft" }, "A dashed line is not a plain fact of the graph: it is planned, predicted, possible, reported or denied."),
    el("h3", {}, "Most central"),
    el("ul", { class: "list" }, [...things].sort((a, b) => b.degree - a.degree || a.index - b.index).slice(0, 12).map((thing) =>
      el("li", {}, mark(thing), link(thing), el("small", {}, plural(thing.degree, "fact", "facts"))))),
  ];
}

function detail() {
  const content = state.kind === "fact" ? [el("p", { class: "eyebrow" }, "Fact"), article(state.fact, null, true)]
    : state.kind === "path" ? pathPanel()
    : state.thing ? thingPanel(state.thing)
    : startPanel();
  $("about").replaceChildren(...content.flat(2).filter(Boolean));
  $("panel").scrollTop = 0;
  document.body.classList.toggle("chosen", Boolean(state.kind));
}
