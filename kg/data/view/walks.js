/* Walks over the facts that pass: neighbourhoods, paths, and where their things stand in a view of their own. */

/** The things at most `depth` steps from one, nearest first, each with its distance. At most `most`. */
function around(thing, depth, most = Infinity) {
  const steps = new Map([[thing, 0]]);
  let front = [thing];
  for (let step = 1; step <= depth && front.length; step += 1) {
    const next = [];
    for (const from of front) {
      for (const fact of from.facts) {
        const to = other(fact, from);
        if (!passes(fact) || steps.has(to) || steps.size >= most) continue;
        steps.set(to, step);
        next.push(to);
      }
    }
    front = next;
  }
  return steps;
}

/** Paths from one thing to another, as lists of things, the shortest first; `longer` allows so many more steps. */
function paths(from, to, longer, most = 60) {
  const left = around(to, 12);
  if (!left.has(from)) return [];
  const found = [];
  const along = [from];
  let effort = 0;
  const walk = (steps) => {
    const last = along.at(-1);
    if (last === to) return void found.push([...along]);
    const near = new Set(last.facts.filter(passes).map((fact) => other(fact, last)));
    for (const next of [...near].sort((a, b) => left.get(a) - left.get(b) || a.index - b.index)) {
      effort += 1;
      if (found.length >= most || effort > 200000) return undefined;
      if (left.get(next) >= steps || along.includes(next)) continue;
      along.push(next);
      walk(steps - 1);
      along.pop();
    }
    return undefined;
  };
  walk(left.get(from) + longer);
  return found.sort((a, b) => a.length - b.length);
}

// ------------------------------------------------------------------- a place for each

/** One thing in the middle and the others about it, ring by ring, each near the one it was reached from. */
function rings(steps) {
  const at = new Map();
  const children = new Map();
  const parent = new Map();
  const [middle] = steps.keys();
  for (const [thing, step] of steps) {
    children.set(thing, []);
    if (!step) continue;
    const from = thing.facts.filter(passes).map((fact) => other(fact, thing)).find((near) => steps.get(near) === step - 1);
    parent.set(thing, from);
    children.get(from).push(thing);
  }
  const weight = new Map();
  for (const thing of [...steps.keys()].reverse()) {
    weight.set(thing, Math.max(1, children.get(thing).reduce((sum, child) => sum + weight.get(child), 0)));
  }
  // As far out as the fullest ring asks, so that names have room.
  const widest = [1, 2, 3].map((step) => [...steps.values()].filter((each) => each === step).length);
  const far = [0];
  for (const [ring, full] of widest.entries()) far.push(Math.max(far[ring] + 190, (full * 74) / (2 * Math.PI)));
  const set = (thing, from, to) => {
    const angle = (from + to) / 2;
    const radius = far[steps.get(thing)];
    at.set(thing, { x: Math.round(radius * Math.cos(angle) * 1.15), y: Math.round(radius * Math.sin(angle)) });
    let start = from;
    const heading = (child) => Math.atan2(child.home.y - middle.home.y, child.home.x - middle.home.x);
    const kin = children.get(thing).sort((a, b) => heading(a) - heading(b) || a.index - b.index);
    for (const child of kin) {
      const share = ((to - from) * weight.get(child)) / weight.get(thing);
      set(child, start, start + share);
      start += share;
    }
  };
  set(middle, -Math.PI, Math.PI);
  return at;
}

/** Paths from left to right: a column for each step. */
function columns(found) {
  const place = new Map();
  for (const path of found) {
    path.forEach((thing, step) => place.set(thing, Math.max(place.get(thing) || 0, path.length > 1 ? step / (path.length - 1) : 0)));
  }
  const longest = Math.max(...found.map((path) => path.length), 2) - 1;
  const rows = new Map();
  for (const [thing, share] of place) {
    const column = Math.round(share * longest);
    if (!rows.has(column)) rows.set(column, []);
    rows.get(column).push(thing);
  }
  const at = new Map();
  for (const [column, members] of rows) {
    members.forEach((thing, row) => {
      // Each second one stands a little aside, so that names of neighbours in a column do not meet.
      const aside = members.length > 2 && row % 2 ? 40 : 0;
      at.set(thing, { x: column * 280 + aside, y: (row - (members.length - 1) / 2) * 84 });
    });
  }
  return at;
}
