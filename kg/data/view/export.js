/* Saving: the view as it stands, as PNG or SVG, with a key to its colours; and the link to it. */

function download(content, name) {
  const source = URL.createObjectURL(content);
  el("a", { href: source, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(source), 10000);
}

/** The key to colours and shapes, in the lower left corner. */
function drawKey(pen, height) {
  const rows = state.colour === "class"
    ? [...tally([...scene.things].map((thing) => thing.cls))].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([cls]) => [shapeOf(cls), classColour(cls), said(cls)])
    : [...tally([...scene.things].map((thing) => thing.community))].sort((a, b) => a[0] - b[0]).slice(0, 12)
      .map(([number]) => ["dot", communityColour(number), number < COMMUNITIES ? `around ${chief.get(number).label}` : "smaller communities"]);
  pen.textAlign = "left";
  pen.font = `400 12px ${FACE}`;
  rows.forEach(([shape, colour, name], row) => {
    const y = height - 18 - (rows.length - 1 - row) * 19;
    outline(pen, shape, 22, y, 5);
    pen.fillStyle = shape === "figure" ? tones.paper : colour;
    pen.strokeStyle = colour;
    pen.lineWidth = shape === "figure" ? 1.5 : 0.5;
    pen.fill();
    pen.stroke();
    pen.lineWidth = 3;
    pen.strokeStyle = tones.paper;
    pen.strokeText(name, 34, y + 4);
    pen.fillStyle = tones.ink;
    pen.fillText(name, 34, y + 4);
  });
}

/** Draw the view with a pen that stands at its upper left corner. */
function drawHere(pen, place) {
  const view = viewport();
  const scale = network.getScale();
  place(-view.left * scale, -view.top * scale, scale);
  drawView(pen, scale, view);
}

function picturePng() {
  const { clientWidth: width, clientHeight: height } = $("graph");
  const sharp = 2;
  const out = el("canvas", { width: width * sharp, height: height * sharp });
  const pen = out.getContext("2d");
  pen.scale(sharp, sharp);
  pen.fillStyle = tones.paper;
  pen.fillRect(0, 0, width, height);
  pen.save();
  drawHere(pen, (x, y, scale) => { pen.translate(x, y); pen.scale(scale, scale); });
  pen.restore();
  drawKey(pen, height);
  return out;
}

function pictureSvg() {
  const { clientWidth: width, clientHeight: height } = $("graph");
  const pen = new SvgPen(width, height, tones.paper);
  drawHere(pen, (x, y, scale) => pen.group(x, y, scale));
  pen.ungroup();
  drawKey(pen, height);
  return String(pen);
}

function saved(text) {
  announce(text);
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(saved.timer);
  saved.timer = setTimeout(() => { $("toast").hidden = true; }, 2500);
}

$("png").addEventListener("click", () => {
  show(false);
  picturePng().toBlob((blob) => download(blob, `${document.title}.png`), "image/png");
});
$("svg").addEventListener("click", () => {
  show(false);
  download(new Blob([pictureSvg()], { type: "image/svg+xml" }), `${document.title}.svg`);
});
$("link").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href.split("#")[0] + here());
    saved("Link copied");
  } catch {
    saved("The address bar holds the link");
  }
});
