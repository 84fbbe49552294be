/* The drawing. vis-network moves the view and the nodes, which it holds unseen; lines, shapes and words are drawn
   here, on the screen and for export alike. Lines and words keep their size on the screen at every zoom. */

// ------------------------------------------------------------------- what is in sight

let scene = { things: new Set(), facts: [], lit: null, litFacts: null, found: [], total: 0 };

/** The things and facts to draw: those of the view chosen, as far as the filters let them pass. */
function compose() {
  let pool;
  let places = null;
  scene = { found: [], total: 0, lit: null, litFacts: null };
  if (state.kind === "ego") {
    const steps = around(state.thing, state.depth, MANY);
    scene.total = around(state.thing, state.depth).size;
    places = rings(steps);
    pool = new Set(steps.keys());
  } else if (state.kind === "path") {
    scene.found = paths(state.thing, state.end, state.longer);
    pool = new Set([state.thing, state.end, ...scene.found.flat()]);
    places = columns(scene.found.length ? scene.found : [[state.thing], [state.end]]);
    if (!scene.found.length) places = new Map([[state.thing, { x: -150, y: 0 }], [state.end, { x: 150, y: 0 }]]);
  } else {
    pool = new Set(things.slice(0, state.limit));
    if (state.kind === "fact") pool.add(state.fact.from).add(state.fact.to);
    if (state.kind === "node") for (const near of around(state.thing, 1, 500).keys()) pool.add(near);
  }
  const chosen = new Set([state.thing, state.end, state.fact?.from, state.fact?.to]);
  scene.things = new Set([...pool].filter((thing) => thing.facts.some(passes) || (state.kind && chosen.has(thing))));
  const steps = new Set();
  for (const path of scene.found) for (let i = 1; i < path.length; i += 1) steps.add(path[i - 1]).add(`${path[i - 1].index} ${path[i].index}`);
  const drawn = (fact) => passes(fact) && scene.things.has(fact.from) && scene.things.has(fact.to) &&
    (state.kind !== "path" || steps.has(`${fact.from.index} ${fact.to.index}`) || steps.has(`${fact.to.index} ${fact.from.index}`));
  scene.facts = facts.filter((fact) => drawn(fact) || fact === state.fact);
  if (state.kind === "node") {
    scene.litFacts = new Set(scene.facts.filter((fact) => fact.from === state.thing || fact.to === state.thing));
    scene.lit = new Set([state.thing, ...[...scene.litFacts].flatMap((fact) => [fact.from, fact.to])]);
  } else if (state.kind === "fact") {
    scene.litFacts = new Set([state.fact]);
    scene.lit = new Set([state.fact.from, state.fact.to]);
  }
  for (const thing of scene.things) Object.assign(thing, places?.get(thing) || thing.home);
  scene.ranked = [...scene.things].sort((a, b) => a.index - b.index);
}

// ------------------------------------------------------------------- shapes

const CORNERS = { // regular shapes by the angles of their corners, in turns from the top
  triangle: [0, 1 / 3, 2 / 3], triangleDown: [1 / 2, 5 / 6, 1 / 6], diamond: [0, 1 / 4, 1 / 2, 3 / 4],
  square: [1 / 8, 3 / 8, 5 / 8, 7 / 8], pentagon: [0, 0.2, 0.4, 0.6, 0.8],
  hexagon: [1 / 12, 3 / 12, 5 / 12, 7 / 12, 9 / 12, 11 / 12],
};

function outline(pen, shape, x, y, r) {
  pen.beginPath();
  if (shape === "star") {
    for (let corner = 0; corner < 10; corner += 1) {
      const far = r * (corner % 2 ? 0.52 : 1.2);
      const angle = (corner / 10) * 2 * Math.PI;
      pen[corner ? "lineTo" : "moveTo"](x + far * Math.sin(angle), y - far * Math.cos(angle));
    }
    pen.closePath();
  } else if (CORNERS[shape]) {
    const far = r * (shape.startsWith("triangle") ? 1.25 : shape === "hexagon" ? 1.08 : 1.18);
    const lift = shape === "triangle" ? r * 0.18 : shape === "triangleDown" ? -r * 0.18 : 0;
    CORNERS[shape].forEach((turn, corner) => {
      const angle = turn * 2 * Math.PI;
      pen[corner ? "lineTo" : "moveTo"](x + far * Math.sin(angle), y + lift - far * Math.cos(angle));
    });
    pen.closePath();
  } else {
    pen.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/** The radius of a thing on the plane: it grows and shrinks less than the view, so as never to be a speck or a blot. */
function radius(thing, scale) {
  return Math.max(sizeOf(thing) * scale ** (scale > 1 ? -0.5 : -0.4), 2 / scale);
}

let hovered = null;

function drawThing(pen, thing, scale) {
  const bright = !scene.lit || scene.lit.has(thing);
  const r = radius(thing, scale);
  const shape = shapeOf(thing.cls);
  const main = thing === state.thing || thing === state.end;
  if (main || thing === hovered) {
    pen.globalAlpha = main ? 1 : 0.5;
    pen.strokeStyle = tones.accent;
    pen.lineWidth = 2.5 / scale;
    pen.beginPath();
    pen.arc(thing.x, thing.y, r * 1.18 + 5 / scale, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.globalAlpha = bright ? 1 : 0.22;
  outline(pen, shape, thing.x, thing.y, shape === "figure" ? r * 0.8 : r);
  pen.fillStyle = shape === "figure" ? tones.paper : colourOf(thing);
  pen.fill();
  pen.strokeStyle = shape === "figure" ? colourOf(thing) : tones.paper;
  pen.lineWidth = Math.min((shape === "figure" ? 2 : 1.2) / scale, r / 2.5);
  pen.stroke();
  pen.globalAlpha = 1;
}

// ------------------------------------------------------------------- lines

/** The line of a fact: where it starts, the point that bends it, and where it ends, at the edges of its shapes. */
function line(fact, scale) {
  const { from, to } = fact;
  if (from === to) {
    const r = radius(from, scale);
    const angle = -Math.PI / 4 + fact.slot * 0.9;
    const size = r * 1.1 + 9 / Math.max(scale, 0.4);
    const x = from.x + (r + size * 0.6) * Math.cos(angle);
    const y = from.y + (r + size * 0.6) * Math.sin(angle);
    return { loop: { x, y, r: size, angle } };
  }
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const far = Math.hypot(dx, dy) || 1;
  const bend = fact.slot * (from.index < to.index ? 1 : -1) * (20 + Math.min(far * 0.12, 70)) * 2;
  const via = { x: (from.x + to.x) / 2 - (dy / far) * bend, y: (from.y + to.y) / 2 + (dx / far) * bend };
  const off = (end, gap) => {
    const [x, y] = [via.x - end.x, via.y - end.y];
    const long = Math.hypot(x, y) || 1;
    const step = Math.min(radius(end, scale) + gap, far * 0.4);
    return { x: end.x + (x / long) * step, y: end.y + (y / long) * step };
  };
  const start = off(from, 0);
  const end = off(to, 2 / scale);
  return { start, via: bend ? via : null, end, far };
}

/** A point of a line, from 0 at its start to 1 at its end. */
function pointOf({ start, via, end, loop }, t) {
  if (loop) return { x: loop.x + loop.r * Math.cos(loop.angle), y: loop.y + loop.r * Math.sin(loop.angle) };
  const turn = via || { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const at = (axis) => (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * turn[axis] + t * t * end[axis];
  return { x: at("x"), y: at("y") };
}

const DASHES = { Denied: [2, 4] };

function drawFacts(pen, scale, drawn, alpha, heavy) {
  const groups = new Map();
  for (const fact of drawn) {
    const key = `${fact.factuality} ${fact.stands}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(fact);
  }
  const width = Math.min(Math.max((heavy ? 2 : 1.3) * scale, heavy ? 1.4 : 0.6), heavy ? 2.6 : 1.9) / scale;
  const arrow = Math.min(Math.max(9 * scale, 5), 11) / scale;
  const arrows = heavy || scale > 0.3;
  for (const group of groups.values()) {
    const [{ factuality, stands }] = group;
    pen.globalAlpha = alpha;
    pen.strokeStyle = pen.fillStyle = tones[factuality];
    pen.lineWidth = width;
    pen.setLineDash(stands ? [] : (DASHES[factuality] || [6, 4]).map((length) => length / Math.max(scale, 0.5)));
    // Some hundred lines at a stroke: one by one is slow, all at once too.
    for (let first = 0; first < group.length; first += 200) {
      const heads = [];
      pen.beginPath();
      for (const fact of group.slice(first, first + 200)) {
        const { start, via, end, loop } = line(fact, scale);
        if (loop) {
          pen.moveTo(loop.x + loop.r, loop.y);
          pen.arc(loop.x, loop.y, loop.r, 0, 2 * Math.PI);
          continue;
        }
        pen.moveTo(start.x, start.y);
        if (via) pen.quadraticCurveTo(via.x, via.y, end.x, end.y);
        else pen.lineTo(end.x, end.y);
        if (arrows && !symmetric.has(fact.relation)) heads.push([end, via || start]);
      }
      pen.stroke();
      if (!heads.length) continue;
      pen.beginPath();
      for (const [tip, from] of heads) {
        const angle = Math.atan2(tip.y - from.y, tip.x - from.x);
        pen.moveTo(tip.x, tip.y);
        for (const side of [-1, 1]) {
          const turn = angle + Math.PI + side * 0.38;
          pen.lineTo(tip.x + arrow * Math.cos(turn), tip.y + arrow * Math.sin(turn));
        }
        pen.closePath();
      }
      pen.fill();
    }
    pen.setLineDash([]);
  }
  pen.globalAlpha = 1;
}

// ------------------------------------------------------------------- words

const FACE = '"Inter", "Segoe UI", -apple-system, "Helvetica Neue", Arial, sans-serif';
const widths = new Map();

function wide(pen, text, font) {
  const key = font + text;
  if (!widths.has(key)) {
    pen.font = font;
    widths.set(key, pen.measureText(text).width);
  }
  return widths.get(key);
}

/** A label in lines of about so many letters. */
function wrapped(text, length, lines) {
  const rows = [""];
  for (const word of text.split(/\s+/)) {
    const row = rows.at(-1);
    if (!row) rows[rows.length - 1] = word;
    else if (row.length + word.length < length) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(word);
  }
  const kept = rows.slice(0, lines).map((row) => cut(row, length + 8));
  if (rows.length > lines) kept[lines - 1] = cut(`${kept[lines - 1]}…`, length + 8);
  return kept;
}

/** Boxes on the screen that hold words already, by squares, so that none is written over another. */
function taken() {
  const squares = new Map();
  const spots = ({ left, top, right, bottom }) => {
    const keys = [];
    for (let x = Math.floor(left / 80); x <= Math.floor(right / 80); x += 1) {
      for (let y = Math.floor(top / 40); y <= Math.floor(bottom / 40); y += 1) keys.push(x * 65536 + y);
    }
    return keys;
  };
  const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return {
    free: (box) => spots(box).every((key) => !(squares.get(key) || []).some((each) => meets(each, box))),
    take: (box) => spots(box).forEach((key) => squares.set(key, [...(squares.get(key) || []), box])),
  };
}

/** Names under things and relations on lines, the most central first, each only where there is room for it. */
function drawWords(pen, scale, view, dim) {
  const room = taken();
  const toScreen = (x, y) => [(x - view.left) * scale, (y - view.top) * scale];
  const inside = (thing) => thing.x > view.left && thing.x < view.right && thing.y > view.top && thing.y < view.bottom;
  pen.textAlign = "center";
  pen.lineJoin = "round";
  const first = [state.thing, state.end, hovered].filter((thing) => thing && scene.things.has(thing) && inside(thing));
  const near = scene.lit ? [...scene.lit].sort((a, b) => a.index - b.index).filter(inside) : [];
  const inView = scene.ranked.filter(inside);
  const width = (view.right - view.left) * scale;
  const height = (view.bottom - view.top) * scale;
  const crowded = inView.length > 300;
  const most = Math.max(24, Math.round((width * height) / (crowded ? 14000 : 6000)));
  const wanted = new Set([...first, ...near, ...inView]);
  const shapes = taken(); // in the way of words too, but not in that of the names that matter most
  for (const thing of inView.slice(0, 600)) {
    const r = radius(thing, scale) * scale;
    if (r < 4) continue;
    const [x, y] = toScreen(thing.x, thing.y);
    shapes.take({ left: x - r, right: x + r, top: y - r, bottom: y + r });
  }
  const free = (box) => room.free(box) && shapes.free(box);

  let written = 0;
  for (const thing of wanted) {
    const bright = !scene.lit || scene.lit.has(thing);
    const main = first.includes(thing);
    if (!bright && !main && dim) continue;
    if (written >= most && !main && !near.includes(thing)) break;
    const figure = shapeOf(thing.cls) === "figure";
    const size = main ? 14 : figure ? 11 : 11.5 + Math.min(Math.sqrt(Math.max(thing.degree - 1, 0)) * 0.8, 3);
    const font = `${main || thing.index < (crowded ? 12 : 3) ? 600 : 400} ${size}px ${FACE}`;
    const rows = wrapped(figure ? thing.label.replace(" · ", " ") : thing.label, main ? 30 : 22, main ? 3 : 2);
    const [x, y] = toScreen(thing.x, thing.y);
    const half = Math.max(...rows.map((row) => wide(pen, row, font))) / 2 + 1;
    const high = rows.length * size * 1.22;
    const off = radius(thing, scale) * scale + (main ? 7 : 3);
    // Under the thing, or else over it, or else beside it.
    const spots = [[x, y + off], [x, y - off - high], [x + off + half, y - high / 2], [x - off - half, y - high / 2]];
    const boxes = spots.map(([middle, top]) => ({ middle, left: middle - half, right: middle + half, top, bottom: top + high }));
    const matters = written < most / 3;
    const box = boxes.find(free) || (matters && boxes.find(room.free)) || (main ? boxes[0] : null);
    if (!box) continue;
    const { middle, top } = box;
    room.take(box);
    written += 1;
    pen.font = font.replace(`${size}px`, `${size / scale}px`);
    pen.globalAlpha = bright || main ? 1 : 0.4;
    rows.forEach((row, place) => {
      const at = [view.left + middle / scale, view.top + (top + size * (0.95 + place * 1.22)) / scale];
      pen.lineWidth = 3.5 / scale;
      pen.strokeStyle = tones.paper;
      pen.strokeText(row, ...at);
      pen.fillStyle = figure && !main ? tones.soft : tones.ink;
      pen.fillText(row, ...at);
    });
    pen.globalAlpha = 1;
  }

  const few = scene.facts.length <= 120 || (scale > 1 && state.kind !== "ego");
  const named = scene.litFacts || (few ? scene.facts : scene.facts.filter((fact) => fact.from === state.thing || fact.to === state.thing));
  for (const fact of named) {
    if (!inside(fact.from) && !inside(fact.to)) continue;
    const drawn = line(fact, scale);
    const text = (fact.factuality === "Denied" ? "✕ " : "") + said(fact.relation);
    const font = `400 11px ${FACE}`;
    const half = wide(pen, text, font) / 2;
    if (drawn.far && drawn.far * scale < half + 34) continue;
    const boxes = [0.5, 0.4, 0.6, 0.3, 0.7].map((t) => {
      const middle = pointOf(drawn, t);
      const [x, y] = toScreen(middle.x, middle.y);
      return { middle, left: x - half - 1, right: x + half + 1, top: y - 6.5, bottom: y + 6.5 };
    });
    const box = boxes.find(free);
    if (!box) continue;
    const { middle } = box;
    room.take(box);
    pen.font = font.replace("11px", `${11 / scale}px`);
    pen.lineWidth = 4 / scale;
    pen.strokeStyle = tones.paper;
    pen.strokeText(text, middle.x, middle.y + 3.8 / scale);
    pen.fillStyle = fact.factuality === "Asserted" ? tones.soft : tones[fact.factuality];
    pen.fillText(text, middle.x, middle.y + 3.8 / scale);
  }
}

// ------------------------------------------------------------------- the whole

function drawLines(pen, scale) {
  const dense = scene.facts.length > 2500 ? 0.3 : scene.facts.length > 500 ? 0.42 : 0.85;
  if (!scene.litFacts) return drawFacts(pen, scale, scene.facts, dense, false);
  drawFacts(pen, scale, scene.facts.filter((fact) => !scene.litFacts.has(fact)), Math.min(dense * 0.4, 0.16), false);
  return drawFacts(pen, scale, scene.litFacts, 0.95, true);
}

/** What lies within the frame, in the unit of the plane. */
function viewport() {
  const { clientWidth, clientHeight } = $("graph");
  const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
  const { x: right, y: bottom } = network.DOMtoCanvas({ x: clientWidth, y: clientHeight });
  return { left, top, right, bottom };
}

/** Everything within the view, with the pen of the screen or of an export. */
function drawView(pen, scale, view) {
  drawLines(pen, scale);
  // The most central last, so that they lie on top.
  for (let place = scene.ranked.length - 1; place >= 0; place -= 1) {
    const thing = scene.ranked[place];
    const far = radius(thing, scale) * 1.2 + 9 / scale;
    if (thing.x < view.left - far || thing.x > view.right + far || thing.y < view.top - far || thing.y > view.bottom + far) continue;
    drawThing(pen, thing, scale);
  }
  drawWords(pen, scale, view, scene.things.size > 150);
}

const canvasNodes = new vis.DataSet();
const options = JSON.parse(page.options);
const network = new vis.Network($("graph"), { nodes: canvasNodes, edges: new vis.DataSet() }, options);
const canvas = $("graph").querySelector("canvas");
network.on("afterDrawing", (pen) => drawView(pen, network.getScale(), viewport()));

/** Give vis-network the things of the scene, and take from it those that are no longer there. */
function stage() {
  const gone = canvasNodes.getIds().filter((id) => !scene.things.has(things[id]));
  if (gone.length) canvasNodes.remove(gone);
  const rows = [];
  for (const thing of scene.things) {
    const held = canvasNodes.get(thing.index);
    if (held && held.x === thing.x && held.y === thing.y) continue;
    rows.push({ id: thing.index, x: thing.x, y: thing.y });
  }
  if (rows.length) canvasNodes.update(rows);
}

const still = matchMedia("(prefers-reduced-motion: reduce)");
const glide = () => (still.matches ? false : { duration: 350, easingFunction: "easeInOutQuad" });

/** The part of the frame that the details do not cover; on small screens they slide over it. */
function frame() {
  const { clientWidth: width, clientHeight: height } = $("graph");
  const over = document.body.classList.contains("panelled") && getComputedStyle($("panel")).position === "absolute";
  const aside = over && $("panel").clientWidth < width;
  return { width: aside ? width - $("panel").clientWidth : width, height: over && !aside ? height - $("panel").clientHeight : height,
    covered: { x: aside ? $("panel").clientWidth : 0, y: over && !aside ? $("panel").clientHeight : 0 } };
}

/** Move the view so that these things fill it, with room for their names. */
function fit(wanted, animation, largest = 1.15) {
  const { width, height, covered } = frame();
  if (!wanted.length || width <= 0) return;
  const xs = wanted.map((thing) => thing.x);
  const ys = wanted.map((thing) => thing.y);
  const span = (all) => [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const [[left, right], [top, bottom]] = [span(xs), span(ys)];
  const [aside, above] = [Math.min(140, width / 5), Math.min(110, height / 5)];
  const scale = Math.min(largest, (width - aside) / Math.max(right - left, 1), (height - above) / Math.max(bottom - top, 1));
  const position = { x: (left + right) / 2 + covered.x / 2 / scale, y: (top + bottom) / 2 + (8 + covered.y / 2) / scale };
  network.moveTo({ position, scale, animation });
}

const fitAll = (animation) => fit([...scene.things], animation);

/** Bring things into sight, but leave the view alone where they can be read already. */
function reveal(wanted) {
  const { width, height } = frame();
  const inSight = wanted.every((thing) => {
    const { x, y } = network.canvasToDOM(thing);
    return x > 50 && y > 50 && x < width - 50 && y < height - 50;
  });
  if (inSight && network.getScale() > 0.35) return;
  fit(nearest(), glide(), Math.max(network.getScale(), 0.9));
}

/** What is chosen, with the neighbours that stand nearest. */
function nearest() {
  const at = state.thing || state.fact.from;
  const far = (thing) => Math.hypot(thing.x - at.x, thing.y - at.y);
  return [...scene.lit].sort((a, b) => far(a) - far(b)).slice(0, 12);
}

// ------------------------------------------------------------------- what lies under the finger

function thingAt(point) {
  const scale = network.getScale();
  let best = null;
  let nearest = Infinity;
  for (const thing of scene.things) {
    const far = Math.hypot(thing.x - point.x, thing.y - point.y) - Math.max(radius(thing, scale) * 1.2, 7 / scale);
    if (far < 0 && far < nearest) [best, nearest] = [thing, far];
  }
  return best;
}

function factAt(point) {
  const scale = network.getScale();
  const reach = 6 / scale;
  let best = null;
  let nearest = reach;
  for (const fact of scene.facts) {
    const { start, via, end, loop } = line(fact, scale);
    if (loop) {
      const far = Math.abs(Math.hypot(point.x - loop.x, point.y - loop.y) - loop.r);
      if (far < nearest) [best, nearest] = [fact, far];
      continue;
    }
    const turn = via || start;
    if (point.x < Math.min(start.x, end.x, turn.x) - reach || point.x > Math.max(start.x, end.x, turn.x) + reach) continue;
    if (point.y < Math.min(start.y, end.y, turn.y) - reach || point.y > Math.max(start.y, end.y, turn.y) + reach) continue;
    const parts = via ? 16 : 1;
    let { x: x0, y: y0 } = start;
    for (let part = 1; part <= parts; part += 1) {
      const { x: x1, y: y1 } = pointOf({ start, via, end }, part / parts);
      const long = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const along = Math.max(0, Math.min(1, ((point.x - x0) * (x1 - x0) + (point.y - y0) * (y1 - y0)) / long));
      const far = Math.hypot(point.x - x0 - along * (x1 - x0), point.y - y0 - along * (y1 - y0));
      if (far < nearest) [best, nearest] = [fact, far];
      [x0, y0] = [x1, y1];
    }
  }
  return best;
}
