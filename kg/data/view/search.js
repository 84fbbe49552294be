/* Search over labels and other names, with a jump; also where the other end of a path is named. */

let names = null;
let active = 0;
let picking = null; // the thing that a path shall start from

const index = () => {
  names ||= things.map((thing) => ({ thing, names: [thing.label, ...thing.aliases].map((text) => ({ text, folded: fold(text) })) }));
  return names;
};

function matches(query) {
  const wanted = fold(query.trim());
  if (!wanted) return [];
  const found = [];
  for (const { thing, names: all } of index()) {
    const ranks = all.map(({ folded }, place) => {
      const at = folded.indexOf(wanted);
      return at < 0 ? 99 : (at === 0 ? 0 : folded[at - 1] === " " ? 2 : 4) + (place ? 1 : 0);
    });
    const best = Math.min(...ranks);
    if (best < 99) found.push({ thing, best, by: all[ranks.indexOf(best)].text });
  }
  return found.sort((a, b) => a.best - b.best || a.thing.index - b.thing.index).slice(0, 12);
}

function suggest() {
  const query = $("search").value;
  const found = matches(query);
  active = Math.min(active, Math.max(found.length - 1, 0));
  const rows = found.map(({ thing, by }, place) =>
    el("li", { role: "option", id: `found-${place}`, "aria-selected": String(place === active), onmousedown: (event) => { event.preventDefault(); jump(thing); } },
      mark(thing), el("span", {}, thing.label, by === thing.label ? null : el("span", { class: "soft" }, ` ${by}`)), el("small", {}, said(thing.cls))));
  const none = query.trim() && !found.length ? [el("li", { class: "none", role: "option", "aria-disabled": "true" }, "No name like that")] : [];
  $("found").replaceChildren(...rows, ...none);
  $("found").hidden = !rows.length && !none.length;
  $("search").setAttribute("aria-expanded", String(!$("found").hidden));
  if (found.length) $("search").setAttribute("aria-activedescendant", `found-${active}`);
  else $("search").removeAttribute("aria-activedescendant");
  return found;
}

function jump(thing) {
  $("search").value = "";
  suggest();
  $("search").blur();
  if (picking) {
    const from = picking;
    pick(null);
    go(toPath(from, thing));
  } else {
    go(address({ node: thing.id }));
  }
  $("panel").focus({ preventScroll: true });
}

/** Ask for the other end of a path; nothing calls it off. */
function pick(thing) {
  picking = thing;
  document.body.classList.toggle("picking", Boolean(thing));
  $("search").placeholder = thing ? `Path from ${cut(thing.label, 24)} to…` : "Search by name";
  if (!thing) return;
  announce(`Choose the other end of the path from ${thing.label}: by name here, or in the graph.`);
  document.body.classList.remove("panelled");
  $("search").focus();
}

$("search").addEventListener("input", () => { active = 0; suggest(); });
$("search").addEventListener("blur", () => { $("found").hidden = true; $("search").setAttribute("aria-expanded", "false"); });
$("search").addEventListener("focus", suggest);
$("search").addEventListener("keydown", (event) => {
  const found = matches($("search").value);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % (found.length || 1);
    suggest();
    $("found").querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && found.length) {
    jump(found[active].thing);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    $("search").value = "";
    pick(null);
    suggest();
    $("search").blur();
  }
});
