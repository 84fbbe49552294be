/* The table says the same as the picture, for keyboard and screen reader: same filters, same things and facts. */

const ROWS = 100;
const sorting = { facts: [0, 1], things: [3, -1] };

const cell = (content, attributes) => el("td", attributes, content);

/** A table with heads that sort, and more rows on request. */
function grid(kind, title, heads, rows, draw) {
  const [by, way] = sorting[kind];
  const sorted = rows.map((row) => [heads[by][1](row), row])
    .sort(([a, x], [b, y]) => way * order(a, b) || x.index - y.index).map(([, row]) => row);
  const body = el("tbody", {}, sorted.slice(0, ROWS).map(draw));
  const more = plain("", () => {
    const have = body.rows.length;
    body.append(...sorted.slice(have, have + 5 * ROWS).map(draw));
    label();
    body.rows[have]?.querySelector("a")?.focus();
  });
  const label = () => {
    const left = sorted.length - body.rows.length;
    more.hidden = !left;
    more.textContent = `Show more (${count(left)} left)`;
  };
  label();
  const head = ([name], column) => el("th", { scope: "col", "aria-sort": column === by ? (way > 0 ? "ascending" : "descending") : null },
    el("button", { type: "button", onclick: () => { sorting[kind] = [column, column === by ? -way : 1]; tabulate(); $("table").querySelectorAll(`.${kind} th button`)[column].focus(); } },
      name, el("span", { class: "way", "aria-hidden": "true" }, column === by ? (way > 0 ? " ↑" : " ↓") : "")));
  return [
    el("table", { class: kind }, el("caption", {}, `${title} (${count(rows.length)})`), el("thead", {}, el("tr", {}, heads.map(head))), body),
    more,
  ];
}

function tabulate() {
  const text = (value) => fold(value);
  $("table").replaceChildren(
    ...grid("facts", "Facts", [["Subject", (fact) => text(inWords(fact))], ["Relation", (fact) => text(said(fact.relation))], ["Object", (fact) => text(fact.to.label)],
      ["Factuality", (fact) => FACTUALITY.indexOf(fact.factuality)], ["Evidence", (fact) => -fact.evidence.length]], scene.facts, (fact) =>
      el("tr", { class: fact.factuality },
        cell(link(fact.from)),
        cell([el("a", { href: toFact(fact), class: "relation" }, said(fact.relation)), fact.qualifiers.map((pair) => el("div", { class: "soft" }, grouped(pair.join(" "))))]),
        cell(link(fact.to)), cell([badge(fact.factuality), fact.stands ? null : el("div", { class: "soft" }, "no plain fact")]), cell(evidences(fact)))),
    ...grid("things", "Things", [["Name", (thing) => text(thing.label)], ["Class", (thing) => text(said(thing.cls))], ["Also", (thing) => text(thing.aliases.join(", "))],
      ["Facts", (thing) => thing.degree], ["Bridges", (thing) => thing.bridging], ["Community", (thing) => thing.community]], [...scene.things], (thing) =>
      el("tr", {}, cell(link(thing)), cell([swatch(thing.cls), " ", said(thing.cls)]), cell(thing.aliases.join(", ")), cell(String(thing.degree), { class: "number" }),
        cell(String(Math.round(thing.bridging * 100)), { class: "number" }), cell(thing.community < COMMUNITIES ? `around ${chief.get(thing.community).label}` : "smaller ones"))),
  );
}
