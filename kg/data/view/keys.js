/* The keyboard: everything that a finger can do. */

/** The thing that lies nearest in a direction, seen from the one chosen. */
function towards(dx, dy) {
  const from = state.thing && scene.things.has(state.thing) ? state.thing : null;
  if (!from) return scene.ranked[0];
  let best = null;
  let least = Infinity;
  for (const thing of scene.things) {
    const [x, y] = [thing.x - from.x, thing.y - from.y];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (thing === from || along <= 0 || aside > along * 1.8) continue;
    const far = along + aside * 2;
    if (far < least) [best, least] = [thing, far];
  }
  return best;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function zoom(factor) {
  network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.01), 8), animation: glide() });
}

$("graph").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key]) {
    event.preventDefault();
    if (event.shiftKey) {
      const [dx, dy] = ARROWS[event.key];
      const { x, y } = network.getViewPosition();
      network.moveTo({ position: { x: x + (dx * 90) / network.getScale(), y: y + (dy * 90) / network.getScale() }, animation: false });
      return;
    }
    const next = towards(...ARROWS[event.key]);
    if (next) go(toThing(next));
  } else if (event.key === "Enter" && state.thing) {
    document.body.classList.add("panelled");
    $("panel").focus();
  }
});

addEventListener("keydown", (event) => {
  const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement.type !== "checkbox";
  if (event.key === "Escape") {
    if ($("help").open) return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (picking) pick(null);
    else if (document.body.classList.contains("filtering")) drawer("filtering", false);
    else leave();
    return;
  }
  if (writing || event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const deed = {
    "/": () => $("search").focus(),
    "?": () => $("help").showModal(),
    "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4),
    0: () => fitAll(glide()),
    t: () => show(!state.table),
    e: () => state.thing && go(state.kind === "ego" ? address({ node: state.thing.id }) : toEgo(state.thing)),
    p: () => state.thing && pick(state.thing),
  }[event.key] || (/^[123]$/.test(event.key) && state.kind === "ego" ? () => go(toEgo(state.thing, Number(event.key))) : null);
  if (!deed) return;
  event.preventDefault();
  deed();
});
