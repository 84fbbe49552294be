/* The legend, which is also the filters: what is unchecked is not drawn. */

/** Rows of values that a fact may have; clicking one hides it, "only" hides the others. */
function group(title, kind, entries, open) {
  const values = entries.map(([value]) => value);
  const hidden = off[kind];
  const set = (hide, among) => {
    for (const value of among) hidden.delete(value);
    for (const value of hide) hidden.add(value);
    changed();
  };
  const row = ([value, name, number, icon]) => {
    const box = el("input", { type: "checkbox", onchange: () => set(box.checked ? [] : [value], [value]) });
    box.checked = !hidden.has(value);
    boxes.push([value, box]);
    return el("div", { class: "row" },
      el("label", {}, box, icon, el("span", { class: "name" }, name)),
      plain("only", () => set(naming[kind].all.filter((each) => each !== value), naming[kind].all), { class: "plain only", "aria-label": `only ${[name].flat().map((part) => part.textContent || part).join(" ")}` }),
      el("small", {}, count(number)));
  };
  const boxes = [];
  resync.push(() => boxes.forEach(([value, box]) => { box.checked = !hidden.has(value); }));
  const search = entries.length > 40 ? el("input", { type: "search", placeholder: `Find among ${count(entries.length)}`, "aria-label": `Find among ${title}`, oninput: () => list() }) : null;
  const rows = el("div", {});
  const list = () => {
    const wanted = fold(search?.value || "");
    const found = wanted ? entries.filter(([, name]) => fold([name].flat().map((part) => part.textContent || part).join(" ")).includes(wanted)) : entries;
    boxes.length = 0;
    const shown = found.slice(0, 40).map(row);
    rows.replaceChildren(...shown, ...(found.length > 40 ? [el("small", { class: "soft" }, `and ${count(found.length - 40)} more`)] : []));
  };
  list();
  const choose = entries.length > 6 ? el("div", { class: "choose" },
    plain("All", () => set([], naming[kind].all)), plain("None", () => set(values, naming[kind].all))) : null;
  return el("details", { open, "data-filter": kind }, el("summary", {}, title), choose, search, rows);
}

/** Buckets of months, so few that they fit side by side. */
function buckets() {
  let [first, last] = [Infinity, -Infinity];
  for (const fact of facts) for (const [start, end] of fact.months) [first, last] = [Math.min(first, start), Math.max(last, end)];
  if (first > last) return [];
  const width = [1, 3, 12, 60].find((each) => (last - first) / each < 28) || 120;
  const found = [];
  for (let from = Math.floor(first / width) * width; from <= last; from += width) {
    const year = Math.floor(from / 12);
    const name = width === 1 ? monthName(from) : width === 3 ? `${year} Q${Math.floor((from % 12) / 3) + 1}` : width === 12 ? String(year) : `${year}–${year + width / 12 - 1}`;
    found.push({ from, to: from + width - 1, name, number: 0 });
  }
  const place = (month) => Math.floor((month - found[0].from) / width);
  for (const fact of facts) {
    const met = new Set();
    for (const [start, end] of fact.months) for (let each = place(start); each <= place(end); each += 1) met.add(each);
    for (const each of met) found[each].number += 1;
  }
  return found;
}

function period() {
  const all = buckets();
  if (!all.length) return null;
  const most = Math.max(...all.map((bucket) => bucket.number));
  const option = (value, name) => el("option", { value }, name);
  const pick = (label, end) => el("label", {}, el("span", {}, label), el("select", { onchange: () => choose() }, all.map((bucket) => option(String(bucket[end]), bucket.name))));
  const from = pick("From", "from");
  const to = pick("To", "to");
  const [start, stop] = [from, to].map((label) => label.querySelector("select"));
  const choose = () => set(Number(start.value), Number(stop.value));
  const set = (first, last) => {
    const [low, high] = first <= last ? [first, last] : [last - (last % 12), first];
    state.range = low <= all[0].from && high >= all.at(-1).to ? null : [low, high];
    changed();
  };
  const bars = all.map((bucket) => el("button", { type: "button", title: `${bucket.name}: ${plural(bucket.number, "fact", "facts")}`, "aria-label": `only ${bucket.name}, ${plural(bucket.number, "fact", "facts")}`,
    onclick: () => set(bucket.from, bucket.to) }, (() => {
    const bar = el("i", {});
    bar.style.height = `${Math.max((bucket.number / most) * 100, bucket.number ? 6 : 1)}%`;
    return bar;
  })()));
  const any = plain("Any time", () => { state.range = null; changed(); });
  resync.push(() => {
    const [low, high] = state.range || [all[0].from, all.at(-1).to];
    start.value = String((all.findLast((bucket) => bucket.from <= low) || all[0]).from);
    stop.value = String((all.find((bucket) => bucket.to >= high) || all.at(-1)).to);
    all.forEach((bucket, place) => bars[place].classList.toggle("out", bucket.to < low || bucket.from > high));
    any.hidden = !state.range;
  });
  return el("details", { open: true, "data-filter": "period" }, el("summary", {}, "Period"),
    el("div", { class: "bars" }, bars), el("div", { class: "range" }, from, to),
    el("p", { class: "hint" }, "When it holds; without a date, when it was published. "), any);
}

/** A choice of one among few, as buttons. */
function choice(name, label, options, key) {
  const buttons = options.map(([value, text, help]) => el("button", { type: "button", title: help, "data-value": value, onclick: () => { state[key] = value; restyle(); } }, text));
  resync.push(() => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === state[key]))));
  return el("div", { class: "choice" }, el("span", { id: `choice-${name}` }, label), el("div", { class: "tabs", role: "group", "aria-labelledby": `choice-${name}`, "data-choice": name }, buttons));
}

let resync = [];

function tally(items) {
  const counts = new Map();
  for (const item of items) counts.set(item, (counts.get(item) || 0) + 1);
  return counts;
}

function drawFilters() {
  resync = [];
  const often = (counts) => [...counts].sort((a, b) => b[1] - a[1] || order(said(a[0]), said(b[0])));
  const open = (kind, otherwise) => document.querySelector(`[data-filter=${kind}]`)?.open ?? otherwise;
  const factuality = tally(facts.map((fact) => fact.factuality));
  const documents = tally(facts.flatMap((fact) => fact.documents));
  const dated = page.documents.map((source, number) => ({ ...source, number }))
    .sort((a, b) => order(b.date || "", a.date || "") || order(a.title, b.title));
  const communities = tally(things.map((thing) => thing.community));
  const reset = el("button", { type: "button", id: "reset", onclick: () => { unfilter(); changed(); } }, "Reset filters");
  resync.push(() => { reset.hidden = !filtered(); });
  $("filters").replaceChildren(...[
    el("div", { class: "looks" },
      choice("colour", "Colour", [["class", "Class", "By class"], ["community", "Community", "By community: things that are told of together"]], "colour"),
      choice("size", "Size", [["facts", "Facts", "By the number of facts"], ["bridges", "Bridges", "By betweenness: how many shortest paths lead through it"], ["same", "Same", "All alike"]], "size")),
    reset,
    group("Factuality", "factuality", FACTUALITY.filter((name) => factuality.has(name)).map((name) =>
      [name, name, factuality.get(name), el("i", { class: `stroke ${name === "Asserted" ? "" : "dashed"}`, colour: `var(--${name})` })]), open("factuality", true)),
    state.colour === "community" ? group("Communities", "community", [...communities].sort((a, b) => a[0] - b[0]).map(([number, size]) =>
      [number, number === COMMUNITIES ? "smaller ones" : `around ${chief.get(number).label}`, size, shapeIcon("dot", communityColour(number))]), true) : null,
    group("Classes", "class", often(tally(things.map((thing) => thing.cls))).map(([name, number]) =>
      [name, said(name), number, state.colour === "class" ? swatch(name) : shapeIcon(shapeOf(name), "var(--soft)")]), open("class", true)),
    group("Relations", "relation", often(tally(facts.map((fact) => fact.relation))).map(([name, number]) =>
      [name, said(name), number, el("i", { class: "stroke arrow", colour: "var(--Asserted)" })]), open("relation", true)),
    period(),
    group("Documents", "document", dated.map((source) =>
      [source.number, [el("span", {}, source.title), el("small", {}, [source.outlet, source.date].filter(Boolean).join(" · "))], documents.get(source.number) || 0]), open("document", false)),
  ].filter(Boolean));
  resync.forEach((each) => each());
}
