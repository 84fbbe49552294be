/* The page: what follows when something is chosen, filtered or pressed. */

/** Draw everything anew from the state. */
function paint() {
  compose();
  stage();
  network.redraw();
  tell();
  if (state.table) tabulate();
}

function tell() {
  const [allThings, allFacts] = page.of || [things.length, facts.length];
  const part = (shown, all, one, many) => (shown === all ? plural(all, one, many) : `${count(shown)} of ${plural(all, one, many)}`);
  $("counts").textContent = [
    part(scene.things.size, allThings, "thing", "things"),
    part(scene.facts.length, allFacts, "fact", "facts"),
    plural(page.documents.length, "document", "documents"),
  ].join(" · ");
  $("empty").hidden = state.table || scene.things.size > 0;
  $("empty").replaceChildren(...(facts.length
    ? [el("p", {}, "Nothing passes the filters."), el("button", { type: "button", onclick: () => { unfilter(); changed(); } }, "Show everything")]
    : [el("p", {}, "No facts here yet.")]));
  const notice = notices(allThings);
  $("notice").hidden = state.table || !notice;
  refocused($("notice"), () => $("notice").replaceChildren(...(notice || []).filter(Boolean)));
}

/** What the view leaves out, and the way back. */
function notices(allThings) {
  const back = (text) => plain(text, leave);
  if (state.kind === "ego") {
    const capped = scene.total > scene.things.size && !filtered() ? `, ${count(scene.things.size)} of ${count(scene.total)} shown` : "";
    return [
      el("span", {}, "Neighbours of ", el("b", {}, cut(state.thing.label, 40)), capped),
      el("div", { class: "tabs", role: "group", "aria-label": "Depth", id: "depth" }, [1, 2, 3].map((depth) =>
        el("button", { type: "button", "aria-pressed": String(depth === state.depth), "aria-label": `Depth ${depth}`, onclick: () => go(toEgo(state.thing, depth)) }, String(depth)))),
      back("Back (Esc)"),
    ];
  }
  if (state.kind === "path") {
    return [el("span", {}, scene.found.length ? plural(scene.found.length, "path", "paths") : "No path", " from ", el("b", {}, cut(state.thing.label, 30)), " to ", el("b", {}, cut(state.end.label, 30))), back("Back (Esc)")];
  }
  const drawn = Math.min(state.limit, things.length);
  if (drawn >= allThings) return null;
  const left = things.length - drawn;
  return [
    el("span", {}, `${count(filtered() ? drawn : scene.things.size)} of ${count(allThings)} things shown`),
    left > 0
      ? plain(`Show ${count(Math.min(left, MANY))} more`, () => { state.limit += MANY; record(here(), "replaceState"); paint(); fitAll(glide()); }, { id: "more" })
      : el("span", { class: "soft" }, "the most central ones"),
  ];
}

// ------------------------------------------------------------------- going about

/** Go to an address; "here" is a click on what is in sight already, so that the view need not move. */
function go(hash, how = "walk") {
  if (hash === current) return;
  record(hash, "pushState");
  read(how);
}

/** Back from wherever one is, by one step. */
function leave() {
  if (state.kind === "ego" || state.kind === "path") go(address({ node: state.thing.id }));
  else go(address());
}

function read(how) {
  const before = state.kind;
  const table = state.table;
  const style = state.colour;
  readAddress(current);
  if (style !== state.colour) drawFilters();
  resync.forEach((each) => each());
  if (table !== state.table) tables();
  paint();
  detail();
  if (state.kind) drawer("panelled", true);
  const apart = ["ego", "path"];
  if (how === "open") fitAll(false);
  else if (apart.includes(state.kind) || apart.includes(before)) fitAll(glide());
  else if (state.kind && how !== "here") reveal(state.kind === "fact" ? [state.fact.from, state.fact.to] : [state.thing]);
  if (how === "open" && scene.lit && scene.things.size > 60) fit(nearest(), false);
  if (state.kind) {
    announce(state.kind === "fact" ? inWords(state.fact) : `${state.thing.label}, ${said(state.thing.cls)}, ${plural(state.thing.facts.filter(passes).length, "fact", "facts")}`);
  } else drawer("panelled", false);
}

/** A filter has changed. */
function changed() {
  refilter();
  record(here(), "replaceState");
  resync.forEach((each) => each());
  paint();
  const { scrollTop } = $("panel");
  detail();
  $("panel").scrollTop = scrollTop;
  announce($("counts").textContent);
}

/** Colours or sizes have changed. */
function restyle() {
  record(here(), "replaceState");
  retone();
  refocused($("filters"), drawFilters);
  paint();
  detail();
}

function tables() {
  $("table").hidden = !state.table;
  $("graph").inert = state.table;
  $("show-table").setAttribute("aria-pressed", String(state.table));
  $("show-graph").setAttribute("aria-pressed", String(!state.table));
}

function show(table) {
  if (state.table === table) return;
  state.table = table;
  record(here(), "replaceState");
  tables();
  paint();
}

function drawer(name, open) {
  document.body.classList.toggle(name, open);
  if (name === "filtering") $("show-filters").setAttribute("aria-expanded", String(open));
}

// ------------------------------------------------------------------- fingers

network.on("click", ({ pointer }) => {
  drawer("filtering", false);
  const thing = thingAt(pointer.canvas);
  if (picking && thing && thing !== picking) return jump(thing);
  if (thing) return go(toThing(thing), "here");
  const fact = factAt(pointer.canvas);
  if (fact) return go(toFact(fact), "here");
  if (state.kind === "node" || state.kind === "fact") return go(address());
  return undefined;
});
network.on("doubleClick", ({ pointer }) => {
  const thing = thingAt(pointer.canvas);
  if (thing) go(toEgo(thing));
});
for (const event of ["dragging", "dragEnd"]) {
  network.on(event, ({ nodes: [id] }) => {
    if (id === undefined) return;
    const { x, y } = network.getPosition(id);
    Object.assign(things[id], { x, y });
    if (state.kind !== "ego" && state.kind !== "path") things[id].home = { x, y };
  });
}
canvas.addEventListener("pointermove", (event) => {
  if (event.buttons) return;
  const point = network.DOMtoCanvas({ x: event.offsetX, y: event.offsetY });
  const thing = thingAt(point);
  canvas.style.cursor = thing || (scene.facts.length < 5000 && factAt(point)) ? "pointer" : "";
  if (thing === hovered) return;
  hovered = thing;
  network.redraw();
});
canvas.addEventListener("pointerleave", () => { hovered = null; network.redraw(); });

$("fit").addEventListener("click", () => { show(false); fitAll(glide()); });
$("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; restyle(); });
$("show-graph").addEventListener("click", () => show(false));
$("show-table").addEventListener("click", () => show(true));
$("show-filters").addEventListener("click", () => drawer("filtering", !document.body.classList.contains("filtering")));
$("close").addEventListener("click", () => { drawer("panelled", false); $("graph").focus(); });
$("keys").addEventListener("click", () => $("help").showModal());
light.addEventListener("change", restyle);
addEventListener("popstate", () => { current = location.hash || "#"; read("walk"); });
addEventListener("click", (event) => {
  const anchor = event.target.closest?.("a[href^='#']");
  if (anchor) {
    event.preventDefault();
    go(anchor.getAttribute("href"));
    if (anchor.className === "skip") $("table").focus();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("button")) menu.open = false;
  }
});

$("graph").querySelectorAll("[tabindex]").forEach((inner) => inner.setAttribute("tabindex", "-1"));
current = location.hash || "#";
readAddress(current);
retone();
drawFilters();
tables();
read("open");

/* For tests and for the console. */
window.kgViewer = {
  page, things, facts, network, state,
  select: (id) => go(thingById.has(id) ? address({ node: id }) : address({ fact: id })),
  go,
  visible: () => ({ things: [...scene.things].map((thing) => thing.id).sort(), facts: scene.facts.map(factId).sort() }),
  lit: () => (scene.lit ? [...scene.lit].map((thing) => thing.id).sort() : null),
  positions: () => Object.fromEntries([...scene.things].map((thing) => [thing.id, { x: thing.x, y: thing.y }])),
  middle: (id) => pointOf(line(factById(id), network.getScale()), 0.5),
  factId,
  svg: pictureSvg,
  colours: () => [...Object.keys(COLOUR).map(classColour), ...PALETTE.keys().map(communityColour), classColour("")],
};
