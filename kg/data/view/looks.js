/* How things look. Shape tells the kind, so that colour need not: organizations are round, people triangles,
   models diamonds, places point down, plants are square, events are stars, techniques have six sides. */

const SHAPES = {
  Organization: "dot", Company: "dot", Automaker: "dot", Supplier: "dot", JointVenture: "dot", Media: "dot",
  Brand: "dot", RacingTeam: "dot", Authority: "pentagon", Person: "triangle", VehicleModel: "diamond",
  Place: "triangleDown", Facility: "square", ProductionPlant: "square", BatteryPlant: "square", DataCenter: "square",
  ResearchCenter: "square", Headquarters: "square", SalesNetwork: "square", Event: "star", MotorShow: "star",
  Race: "star", Championship: "star", TradeEvent: "star", Technology: "hexagon", Component: "hexagon",
  Tariff: "pentagon", Observation: "figure", Prediction: "figure",
};
const shapeOf = (cls) => (Object.hasOwn(SHAPES, cls) ? SHAPES[cls] : "dot");

/* Each colour for light and for dark; all keep 3:1 against the paper. Hues after Okabe and Ito. */
const COLOUR = {
  Organization: ["#4a76b8", "#7fa6dd"], Company: ["#4a76b8", "#7fa6dd"], Automaker: ["#0b62a8", "#5aa9ea"],
  Supplier: ["#2a86a8", "#64bcd8"], JointVenture: ["#5a63b8", "#9aa2ea"], Media: ["#6b7480", "#a2abb8"],
  Brand: ["#3f8fd0", "#8cc4f2"], RacingTeam: ["#a8508a", "#dc8fc2"], Authority: ["#7450a8", "#b297e2"],
  Person: ["#c85a00", "#f39a4d"], VehicleModel: ["#007a58", "#35bd93"], Place: ["#8a6a35", "#c9a468"],
  Facility: ["#b2402f", "#ea8373"], ProductionPlant: ["#b2402f", "#ea8373"], BatteryPlant: ["#c1602a", "#ee9c66"],
  DataCenter: ["#9c3a52", "#e0869c"], ResearchCenter: ["#b4585a", "#e69a9a"], Headquarters: ["#8c4a38", "#cf9484"],
  SalesNetwork: ["#b07058", "#dba68f"], Event: ["#9a7400", "#e3bf3d"], MotorShow: ["#9a7400", "#e3bf3d"],
  Race: ["#a8701a", "#e0aa55"], Championship: ["#8f7a1e", "#d3c04a"], TradeEvent: ["#95783a", "#cfb878"],
  Technology: ["#007f86", "#3fc1c6"], Component: ["#3c8474", "#7cc7b4"], Tariff: ["#8a3f68", "#d68cb4"],
  Observation: ["#6b7480", "#a2abb8"], Prediction: ["#7450a8", "#b297e2"],
};
const GREY = ["#6b7480", "#a2abb8"];

/* For communities: Okabe and Ito's eight, darkened or lightened until they keep 3:1. */
const PALETTE = [["#0072b2", "#4fb0ee"], ["#c85a00", "#f39a4d"], ["#007a58", "#35bd93"], ["#a8508a", "#dc8fc2"],
  ["#9a7400", "#e3bf3d"], ["#3f8fd0", "#9fd4f7"], ["#7450a8", "#b297e2"], ["#8c4a38", "#cf9484"],
  ["#b2402f", "#ea8373"], ["#3c8474", "#7cc7b4"]];

const light = matchMedia("(prefers-color-scheme: dark)");
function dark() {
  return (document.documentElement.dataset.theme || (light.matches ? "dark" : "light")) === "dark";
}

const classColour = (cls) => (Object.hasOwn(COLOUR, cls) ? COLOUR[cls] : GREY)[dark() ? 1 : 0];
const communityColour = (number) => (PALETTE[number] || GREY)[dark() ? 1 : 0]; // PALETTE has COMMUNITIES
const colourOf = (thing) => (state.colour === "class" ? classColour(thing.cls) : communityColour(thing.community));

/** The size of a thing on the plane, before any zoom. */
function sizeOf(thing) {
  if (state.size === "same") return 9;
  if (state.size === "bridges") return 7 + 17 * Math.sqrt(thing.bridging);
  return (shapeOf(thing.cls) === "figure" ? 6 : 7) + Math.min(3 * Math.sqrt(thing.degree), 30);
}

const shapeIcon = (shape, colour) => el("i", { class: `shape ${shape}`, colour, "aria-hidden": "true" });
const swatch = (cls) => shapeIcon(shapeOf(cls), classColour(cls));
const mark = (thing) => shapeIcon(shapeOf(thing.cls), colourOf(thing));

/** Communities go by their most central thing. */
const chief = new Map();
const members = new Map();
for (const thing of things) {
  if (!chief.has(thing.community)) chief.set(thing.community, thing);
  members.set(thing.community, (members.get(thing.community) || 0) + 1);
}

/** A colour of the style sheet as the canvas takes it. */
const probe = el("i", { hidden: true });
document.body.append(probe);
function tone(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

let tones = {};
function retone() {
  const names = ["paper", "panel", "line", "ink", "soft", "accent", "faint", ...FACTUALITY];
  tones = Object.fromEntries(names.map((name) => [name, tone(name)]));
}
