/* The page's own script. Text from articles only ever becomes text: every element is made
   by el(), which takes strings as text nodes, and no address is followed unless safe() likes it. */
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const nodes = new Map(data.nodes.map((node) => [node.id, { ...node, facts: [] }]));
  const edges = new Map(data.edges.map((edge) => [edge.id, edge]));
  for (const edge of edges.values()) {
    nodes.get(edge.from).facts.push(edge);
    if (edge.to !== edge.from) nodes.get(edge.to).facts.push(edge);
  }
  const byDegree = [...nodes.values()].sort((a, b) => b.degree - a.degree || order(a.label, b.label));

  /* Past this many nodes the page opens with the best connected; search and neighbourhoods reach the rest. */
  const MANY = 1000;
  const FACTUALITY = ["Asserted", "Planned", "Predicted", "Possible", "Reported", "Denied"];
  const LOOKS = {
    Organization: ["#5b7fb8", "dot"], Company: ["#5b7fb8", "dot"], Automaker: ["#3d6db5", "dot"],
    Supplier: ["#4a9aa8", "dot"], JointVenture: ["#6f7fc9", "dot"], Media: ["#8b93a1", "dot"],
    Brand: ["#7ba3d4", "dot"], RacingTeam: ["#b05a8f", "dot"], Authority: ["#7f5fa8", "hexagon"],
    Person: ["#d98a3d", "triangle"], VehicleModel: ["#3f9a6d", "diamond"], Place: ["#a8865a", "triangleDown"],
    Facility: ["#c0604a", "square"], ProductionPlant: ["#c0604a", "square"], BatteryPlant: ["#cf7f52", "square"],
    DataCenter: ["#a8505f", "square"], ResearchCenter: ["#c77b78", "square"], Headquarters: ["#9c5a48", "square"],
    SalesNetwork: ["#d39a86", "square"], Event: ["#cba12f", "star"], MotorShow: ["#cba12f", "star"],
    Race: ["#b9872a", "star"], Championship: ["#d9b450", "star"], TradeEvent: ["#c4a860", "star"],
    Technology: ["#2f98a0", "hexagon"], Component: ["#5cafa0", "hexagon"], Tariff: ["#96506e", "diamond"],
    Observation: ["#8b93a1", "box"], Prediction: ["#9a86c9", "triangle"],
  };
  const look = (cls) => (Object.hasOwn(LOOKS, cls) ? LOOKS[cls] : ["#8b93a1", "dot"]);
  const said = (name) => data.labels[name] || name;

  // ------------------------------------------------------------------ elements

  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "colour") element.style.setProperty("--c", value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null && child !== ""));
    return element;
  }

  function safe(address) {
    return /^https?:\/\//i.test(address || "") && URL.canParse(address);
  }

  function outside(address, text) {
    return safe(address) ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : text;
  }

  const $ = (id) => document.getElementById(id);
  const address = (kind, id) => `#${kind}=${encodeURIComponent(id)}`;
  const inside = (kind, id, text, cls) => el("a", { href: address(kind, id), class: cls }, text);
  const swatch = (cls) => el("i", { class: `shape ${look(cls)[1]}`, colour: look(cls)[0] });
  const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

  /* Long numbers in groups of three, as the figures have them; years and dates stay. */
  const grouped = (text) => text.replace(/\d{5,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, "\u202f"));

  function order(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  // --------------------------------------------------------------------- state

  const off = { cls: new Set(), relation: new Set(), factuality: new Set(), document: new Set() };
  const state = { kind: "", id: "", all: nodes.size <= MANY, table: false };
  const chosen = () => (state.kind === "fact" ? edges.get(state.id) : nodes.get(state.id));

  function passes(edge) {
    return (
      !off.relation.has(edge.relation) &&
      !off.factuality.has(edge.factuality) &&
      edge.evidence.some((evidence) => !off.document.has(evidence.document))
    );
  }

  function around(id) {
    const near = new Set([id]);
    for (const edge of nodes.get(id).facts) near.add(edge.from).add(edge.to);
    return near;
  }

  function picture() {
    const pool =
      state.kind === "ego" ? around(state.id)
      : state.all ? new Set(nodes.keys())
      : new Set(byDegree.slice(0, MANY).map((node) => node.id));
    const pick = chosen();
    if (pick && state.kind === "fact") pool.add(pick.from).add(pick.to);
    if (pick && state.kind === "node") around(state.id).forEach((id) => pool.add(id));
    const shown = new Set();
    for (const id of pool) {
      const node = nodes.get(id);
      if (!off.cls.has(node.cls) && node.facts.some(passes)) shown.add(id);
    }
    const drawn = new Set();
    for (const edge of edges.values()) {
      if (shown.has(edge.from) && shown.has(edge.to) && passes(edge)) drawn.add(edge.id);
    }
    return { nodes: shown, edges: drawn };
  }

  // -------------------------------------------------------------------- canvas

  const probe = el("i", { hidden: true });
  document.body.append(probe);
  function colour(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const glide = () => (still.matches ? false : { duration: 350, easingFunction: "easeInOutQuad" });
  const canvasNodes = new vis.DataSet();
  const canvasEdges = new vis.DataSet();
  let landmarks = [];

  function paint() {
    const seen = picture();
    const pick = chosen();
    const near =
      !pick || state.kind === "ego" ? null
      : state.kind === "fact" ? new Set([pick.from, pick.to])
      : around(state.id);
    const lit = (edge) => !near || (state.kind === "fact" ? edge.id === state.id : edge.from === state.id || edge.to === state.id);
    const tone = Object.fromEntries(["paper", "panel", "line", "ink", "soft", "accent", "faint", ...FACTUALITY].map((n) => [n, colour(n)]));
    const face = getComputedStyle(document.body).fontFamily;
    landmarks = byDegree.filter((node) => (near ? near.has(node.id) : node.degree > 3)).slice(0, 40);
    canvasNodes.update(byDegree.map((node) => {
      const [fill, shape] = look(node.cls);
      const figure = shape === "box";
      const bright = !near || near.has(node.id);
      const main = node.id === state.id;
      return {
        id: node.id, x: node.x, y: node.y, shape,
        hidden: !seen.nodes.has(node.id),
        label: !bright && !data.labelled ? "" : figure ? node.caption.replace(" · ", "\n") : node.caption,
        size: (shape === "dot" ? 9 : 10) + 3 * Math.sqrt(node.degree),
        opacity: bright ? 1 : 0.25,
        borderWidth: main ? 3 : figure ? 1 : 1.5,
        color: figure
          ? { background: tone.panel, border: main ? tone.accent : tone.line }
          : { background: fill, border: main ? tone.ink : tone.paper },
        margin: 7,
        shapeProperties: { borderRadius: 5 },
        font: {
          face, size: figure ? 14 : 15 + 1.6 * Math.sqrt(node.degree - 1),
          color: !bright ? tone.faint : figure ? tone.soft : tone.ink,
          strokeWidth: figure ? 0 : 4, strokeColor: tone.paper,
        },
      };
    }));
    canvasEdges.update(data.edges.map((edge) => {
      const bright = lit(edge);
      const ink = tone[edge.factuality];
      return {
        id: edge.id, from: edge.from, to: edge.to, arrows: edge.arrows, smooth: edge.smooth, selfReference: edge.selfReference,
        hidden: !seen.edges.has(edge.id),
        label: data.labelled || (near && bright) ? (edge.factuality === "Denied" ? "✕ " : "") + said(edge.relation) : "",
        dashes: edge.stands ? false : edge.factuality === "Denied" ? [3, 4] : [7, 5],
        width: bright && near ? 2 : 1.3,
        color: { color: ink, hover: ink, highlight: ink, opacity: !bright ? 0.2 : near || data.edges.length < 500 ? 0.85 : 0.4 },
        font: {
          face, size: 12.5, align: "horizontal", strokeWidth: 5, strokeColor: tone.paper,
          color: !bright ? tone.faint : edge.factuality === "Asserted" ? tone.soft : ink,
        },
      };
    }));
    tell(seen);
    if (state.table) tabulate(seen);
  }

  function tell(seen) {
    const part = (shown, all, one, many) => (shown === all ? plural(all, one, many) : `${shown.toLocaleString("en")} of ${plural(all, one, many)}`);
    $("counts").textContent = [
      part(seen.nodes.size, nodes.size, "node", "nodes"),
      part(seen.edges.size, edges.size, "fact", "facts"),
      plural(data.documents.length, "document", "documents"),
    ].join(" · ");
    const notice = $("notice");
    notice.hidden = state.table || (state.kind !== "ego" && state.all);
    if (state.kind === "ego") {
      notice.replaceChildren(
        el("span", {}, "Neighbourhood of ", el("b", {}, chosen().label)),
        el("button", { type: "button", class: "plain", onclick: leave }, "Back to the graph (Esc)"),
      );
    } else if (!state.all) {
      notice.replaceChildren(
        el("span", {}, `The ${MANY.toLocaleString("en")} best connected of ${plural(nodes.size, "node", "nodes")}`),
        el("button", { type: "button", class: "plain", onclick: () => { state.all = true; paint(); } }, "Show all"),
      );
    }
  }

  function fit(ids, animation, largest) {
    const boxes = ids.map((id) => network.getBoundingBox(id)).filter(Boolean);
    if (!boxes.length) return;
    const [left, top] = ["left", "top"].map((side) => Math.min(...boxes.map((box) => box[side])));
    const [right, bottom] = ["right", "bottom"].map((side) => Math.max(...boxes.map((box) => box[side])));
    const { clientWidth: wide, clientHeight: high } = $("graph");
    network.moveTo({
      position: { x: (left + right) / 2, y: (top + bottom) / 2 },
      scale: Math.min(largest, (wide - 56) / (right - left), (high - 56) / (bottom - top)),
      animation,
    });
  }

  const fitAll = (animation) => fit([...picture().nodes], animation, 1.1);

  /* Far out, vis leaves small labels away; the best connected nodes keep theirs, at a size to read. */
  function drawLandmarks(pen) {
    const scale = network.getScale();
    const drawn = [];
    pen.font = `600 ${12 / scale}px ${getComputedStyle(document.body).fontFamily}`;
    pen.textAlign = "center";
    pen.lineJoin = "round";
    pen.lineWidth = 4 / scale;
    pen.strokeStyle = colour("paper");
    const ink = colour("ink");
    for (const node of landmarks) {
      const item = canvasNodes.get(node.id);
      if (item.hidden || item.font.size * scale >= 7) continue;
      const text = node.caption.length > 28 ? `${node.caption.slice(0, 27)}…` : node.caption;
      const wide = pen.measureText(text).width / 2;
      const radius = Math.max(item.size, 4.5 / scale);
      const down = node.y + radius + 13 / scale;
      if (drawn.some(([x, y, w]) => Math.abs(x - node.x) < w + wide && Math.abs(y - down) < 15 / scale)) continue;
      drawn.push([node.x, down, wide]);
      pen.fillStyle = item.color.background;
      pen.beginPath();
      pen.arc(node.x, node.y, radius > item.size ? radius : 0, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = ink;
      pen.strokeText(text, node.x, down);
      pen.fillText(text, node.x, down);
    }
  }

  paint();
  const network = new vis.Network($("graph"), { nodes: canvasNodes, edges: canvasEdges }, JSON.parse(data.options));
  network.on("afterDrawing", drawLandmarks);

  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    if (node !== undefined) go(address(nodeKind(), node), "here");
    else if (edge !== undefined) go(address("fact", edge), "here");
    else if (state.kind !== "ego") go("");
  });
  network.on("doubleClick", ({ nodes: [node] }) => {
    if (node !== undefined) go(address("ego", node));
  });
  network.on("dragEnd", ({ nodes: [node] }) => {
    if (node !== undefined) Object.assign(nodes.get(node), network.getPosition(node));
  });
  const canvas = $("graph").querySelector("canvas");
  for (const kind of ["Node", "Edge"]) {
    network.on(`hover${kind}`, () => { canvas.style.cursor = "pointer"; });
    network.on(`blur${kind}`, () => { canvas.style.cursor = ""; });
  }

  // ------------------------------------------------------------------- address

  /* What is selected stands in the address, so that links, the back button and bookmarks all work. */
  function go(hash, how = "walk") {
    if (location.hash === hash) return;
    history.pushState(null, "", hash || location.pathname + location.search);
    read(how);
  }

  /* Among neighbourhoods one walks to neighbourhoods. */
  function nodeKind() {
    return state.kind === "ego" ? "ego" : "node";
  }

  function leave() {
    go(state.kind === "ego" ? address("node", state.id) : "");
  }

  /* "open" is the start, "here" a click on what is in sight already, so that the view need not move. */
  function read(how) {
    const [, kind, code] = /^#(node|ego|fact)=(.*)$/s.exec(location.hash) || [];
    let id = "";
    try { id = decodeURIComponent(code || ""); } catch { /* a mangled link selects nothing */ }
    const known = (kind === "fact" ? edges : nodes).has(id);
    const was = state.kind;
    [state.kind, state.id] = known ? [kind, id] : ["", ""];
    if (how !== "open" || known) paint();
    detail();
    if (how === "open") fitAll(false);
    else if (state.kind === "ego" || was === "ego") return fitAll(glide());
    if (known && how !== "here") reveal(state.kind === "fact" ? [chosen().from, chosen().to] : [id]);
  }

  /* Bring nodes into sight, but leave the view alone where they can be read already. */
  function reveal(ids) {
    const { clientWidth: wide, clientHeight: high } = $("graph");
    const inSight = ids.every((id) => {
      const { x, y } = network.canvasToDOM(network.getPosition(id));
      return x > 50 && y > 50 && x < wide - 50 && y < high - 50;
    });
    if (inSight && network.getScale() > 0.5) return;
    fit(ids, glide(), Math.max(network.getScale(), 0.9));
  }

  // ------------------------------------------------------------------- filters

  function filter(title, key, entries, open) {
    const rows = entries.map(([value, name, count, mark]) => {
      const box = el("input", { type: "checkbox", checked: true, onchange: () => set(box.checked ? [] : [value], [value]) });
      const only = el("button", { type: "button", class: "plain only", title: "Show only this", onclick: () => set(all.filter((v) => v !== value), all) }, "only");
      return [value, box, el("div", { class: "row" }, el("label", {}, box, mark, el("span", { class: "name" }, ...[name].flat())), only, el("small", {}, String(count)))];
    });
    const all = rows.map(([value]) => value);
    function set(hide, among) {
      for (const value of among) off[key].delete(value);
      for (const value of hide) off[key].add(value);
      for (const [value, box] of rows) box.checked = !off[key].has(value);
      paint();
    }
    const choose = el("div", { class: "choose" },
      el("button", { type: "button", class: "plain", onclick: () => set([], all) }, "All"),
      el("button", { type: "button", class: "plain", onclick: () => set(all, all) }, "None"));
    return el("details", { open, "data-filter": key }, el("summary", {}, title), all.length > 6 ? choose : null, ...rows.map(([, , row]) => row));
  }

  function tally(items) {
    const counts = new Map();
    for (const item of items) counts.set(item, (counts.get(item) || 0) + 1);
    return counts;
  }

  function filters() {
    const often = (counts) => [...counts].sort((a, b) => b[1] - a[1] || order(said(a[0]), said(b[0])));
    const factuality = tally(data.edges.map((edge) => edge.factuality));
    const documents = tally(data.edges.flatMap((edge) => [...new Set(edge.evidence.map((e) => e.document))]));
    const dated = data.documents.map((document, place) => ({ ...document, place }))
      .sort((a, b) => order(b.date, a.date) || order(a.title, b.title));
    $("filters").replaceChildren(
      filter("Factuality", "factuality", FACTUALITY.filter((name) => factuality.has(name)).map((name) =>
        [name, name, factuality.get(name), el("i", { class: `stroke ${name === "Asserted" ? "" : "dashed"}`, colour: `var(--${name})` })]), true),
      filter("Classes", "cls", often(tally(data.nodes.map((node) => node.cls))).map(([name, count]) =>
        [name, said(name), count, swatch(name)]), true),
      filter("Relations", "relation", often(tally(data.edges.map((edge) => edge.relation))).map(([name, count]) =>
        [name, said(name), count]), true),
      filter("Documents", "document", dated.map((document) =>
        [document.place, [document.title, el("small", {}, [document.outlet, document.date].filter(Boolean).join(" · "))], documents.get(document.place) || 0]), false),
    );
  }

  // ------------------------------------------------------------------- details

  const badge = (factuality) => el("span", { class: "badge", colour: `var(--${factuality})` }, factuality);

  function evidence(item) {
    const source = data.documents[item.document];
    const where = [source.outlet, source.date].filter(Boolean).join(", ");
    return el("figure", { class: "evidence" },
      el("blockquote", {}, item.before, el("mark", {}, item.quote), item.after),
      el("figcaption", {},
        outside(source.url, source.title), where ? ` · ${where}` : "",
        item.saidBy ? el("div", {}, "According to ", el("b", {}, item.saidBy)) : null,
        ...item.resolution.map((note) => el("div", {}, note)),
        el("div", {}, "Rule ", el("code", {}, item.rule))));
  }

  function fact(edge, self, whole) {
    const end = (id) => (id === self ? el("span", { class: "end self" }, nodes.get(id).label) : inside(nodeKind(), id, nodes.get(id).label, "end"));
    const mixed = new Set(edge.evidence.map((item) => item.factuality)).size > 1;
    const shown = edge.evidence.map((item) => {
      const figure = evidence(item);
      if (mixed) figure.querySelector("figcaption").prepend(badge(item.factuality), " ");
      return figure;
    });
    const head = whole ? shown : shown.slice(0, 1);
    const rest = shown.slice(head.length);
    return el("article", { class: `fact ${edge.factuality}` },
      el(whole ? "h2" : "p", { class: "triple" }, end(edge.from), " ",
        whole ? el("span", { class: "soft" }, said(edge.relation)) : inside("fact", edge.id, said(edge.relation), "relation"), " ", end(edge.to)),
      el("div", { class: "chips" }, badge(edge.factuality),
        ...edge.qualifiers.map(([name, value]) => el("span", { class: "chip" }, el("span", { class: "soft" }, `${name} `), grouped(value)))),
      whole && !edge.stands ? el("p", { class: "soft" }, "Not a plain fact of the graph: the texts do not assert it, or one denies it. It is kept as a statement with its evidence.") : null,
      ...head,
      rest.length ? el("details", {}, el("summary", {}, `${rest.length} more`), ...rest) : null);
  }

  function factPanel(edge) {
    return [
      el("p", { class: "eyebrow" }, "Fact"),
      fact(edge, "", true),
    ];
  }

  function nodePanel(node) {
    const outgoing = node.facts.filter((edge) => edge.from === node.id);
    const incoming = node.facts.filter((edge) => edge.from !== node.id);
    const section = (title, facts) => (facts.length ? [el("h3", {}, `${title} (${facts.length})`), ...facts.map((edge) => fact(edge, node.id, false))] : []);
    return [
      el("p", { class: "eyebrow" }, swatch(node.cls), el("span", {}, said(node.cls))),
      el("h2", {}, node.label),
      node.aliases.length ? el("p", { class: "soft" }, `also ${node.aliases.join(", ")}`) : null,
      el("div", { class: "links" },
        safe(node.dbpedia) ? outside(node.dbpedia, "DBpedia ↗") : null,
        state.kind === "ego" ? inside("node", node.id, "Whole graph") : inside("ego", node.id, "Only its neighbourhood")),
      ...section("Facts", outgoing),
      ...section("Mentioned in", incoming),
    ];
  }

  function startPanel() {
    return [
      el("h2", {}, "What the texts say"),
      el("p", { class: "soft" }, "Click a node or a relation to read the sentences that say it. Double-click a node to see only its neighbourhood; Esc returns."),
      el("p", { class: "soft" }, "A dashed line is not a plain fact of the graph: it is planned, predicted, possible, reported or denied."),
      el("h3", {}, "Best connected"),
      el("ul", { class: "list" }, ...byDegree.slice(0, 12).map((node) =>
        el("li", {}, swatch(node.cls), inside("node", node.id, node.label), el("small", {}, plural(node.degree, "fact", "facts"))))),
    ];
  }

  function detail() {
    const pick = chosen();
    const content = !pick ? startPanel() : state.kind === "fact" ? factPanel(pick) : nodePanel(pick);
    $("panel").replaceChildren(...content.filter(Boolean));
    $("panel").scrollTop = 0;
  }

  // -------------------------------------------------------------------- search

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const names = byDegree.map((node) => ({ node, names: [node.label, ...node.aliases].map((text) => ({ text, folded: fold(text) })) }));
  let active = 0;

  function matches(query) {
    const wanted = fold(query.trim());
    if (!wanted) return [];
    const found = [];
    for (const { node, names: all } of names) {
      const ranks = all.map(({ folded }, place) => {
        const at = folded.indexOf(wanted);
        return at < 0 ? 99 : (at === 0 ? 0 : folded[at - 1] === " " ? 2 : 4) + (place ? 1 : 0);
      });
      const best = Math.min(...ranks);
      if (best < 99) found.push({ node, best, by: all[ranks.indexOf(best)].text });
    }
    return found.sort((a, b) => a.best - b.best).slice(0, 12);
  }

  function suggest() {
    const found = matches($("search").value);
    active = Math.min(active, Math.max(found.length - 1, 0));
    $("found").replaceChildren(...found.map(({ node, by }, place) =>
      el("li", { role: "option", id: `found-${place}`, "aria-selected": String(place === active), onmousedown: (event) => { event.preventDefault(); jump(node.id); } },
        swatch(node.cls), el("span", {}, node.label, by === node.label ? "" : ` (${by})`), el("small", {}, said(node.cls)))));
    $("found").hidden = !found.length;
    $("search").setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) $("search").setAttribute("aria-activedescendant", `found-${active}`);
    else $("search").removeAttribute("aria-activedescendant");
    return found;
  }

  function jump(id) {
    $("search").value = "";
    suggest();
    $("search").blur();
    go(address("node", id));
    $("panel").focus({ preventScroll: true });
  }

  $("search").addEventListener("input", () => { active = 0; suggest(); });
  $("search").addEventListener("blur", () => { $("found").hidden = true; });
  $("search").addEventListener("focus", suggest);
  $("search").addEventListener("keydown", (event) => {
    const found = matches($("search").value);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % (found.length || 1);
      suggest();
    } else if (event.key === "Enter" && found.length) {
      jump(found[active].node.id);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      $("search").value = "";
      suggest();
      $("search").blur();
    }
  });

  // --------------------------------------------------------------------- table

  function grid(title, heads, rows) {
    return [
      el("h2", {}, title),
      el("table", {},
        el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, ...rows)),
    ];
  }

  function tabulate(seen) {
    const cell = (content, cls) => el("td", { class: cls }, ...[content].flat().filter((part) => part != null));
    const label = (edge) => [nodes.get(edge.from).label, said(edge.relation), nodes.get(edge.to).label].join("\t");
    const facts = data.edges.filter((edge) => seen.edges.has(edge.id)).sort((a, b) => order(label(a), label(b)));
    const things = data.nodes.filter((node) => seen.nodes.has(node.id)).sort((a, b) => order(a.label, b.label));
    $("table").replaceChildren(
      ...grid(`Facts (${facts.length})`, ["Subject", "Relation", "Object", "Factuality", "Words", "Document"], facts.map((edge) => {
        const [first] = edge.evidence;
        const source = data.documents[first.document];
        return el("tr", { class: edge.factuality },
          cell(inside("node", edge.from, nodes.get(edge.from).label)),
          cell([inside("fact", edge.id, said(edge.relation), "relation"), ...edge.qualifiers.map((pair) => el("div", { class: "soft" }, grouped(pair.join(" "))))]),
          cell(inside("node", edge.to, nodes.get(edge.to).label)),
          cell(badge(edge.factuality)), cell(first.quote, "quote"), cell(outside(source.url, source.title), "source"));
      })),
      ...grid(`Nodes (${things.length})`, ["Name", "Class", "Also", "Facts"], things.map((node) => el("tr", {},
        cell(inside("node", node.id, node.label)), cell(said(node.cls)), cell(node.aliases.join(", ")), cell(String(node.degree))))),
    );
  }

  function show(table) {
    state.table = table;
    $("table").hidden = !table;
    $("graph").inert = table;
    $("show-table").setAttribute("aria-pressed", String(table));
    $("show-graph").setAttribute("aria-pressed", String(!table));
    paint();
  }

  // --------------------------------------------------------------------- tools

  function picturePng() {
    const out = el("canvas", { width: canvas.width, height: canvas.height });
    const pen = out.getContext("2d");
    pen.fillStyle = colour("paper");
    pen.fillRect(0, 0, out.width, out.height);
    pen.drawImage(canvas, 0, 0);
    return out.toDataURL("image/png");
  }

  function dark() {
    return (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  }

  $("fit").addEventListener("click", () => { show(false); fitAll(glide()); });
  $("png").addEventListener("click", () => { show(false); el("a", { href: picturePng(), download: `${document.title}.png` }).click(); });
  $("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; paint(); });
  $("show-graph").addEventListener("click", () => show(false));
  $("show-table").addEventListener("click", () => show(true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  addEventListener("hashchange", () => read("walk"));
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      $("search").focus();
    } else if (event.key === "Escape") {
      leave();
    }
  });

  filters();
  network.redraw();
  read("open");

  /* For tests and for the console. */
  window.kgViewer = {
    data,
    network,
    select: (id) => go(address(edges.has(id) ? "fact" : "node", id)),
    visible: () => { const seen = picture(); return { nodes: [...seen.nodes].sort(), edges: [...seen.edges].sort() }; },
    positions: () => network.getPositions(),
  };
})();
