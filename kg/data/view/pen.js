/* A pen that writes SVG: as much of a canvas's pen as the drawing uses, so that both draw the same. */

class SvgPen {
  constructor(width, height, background) {
    Object.assign(this, { width, height, globalAlpha: 1, lineWidth: 1, strokeStyle: "#000", fillStyle: "#000",
      font: "12px sans-serif", textAlign: "center", lineJoin: "round", lineCap: "butt" });
    this.parts = [`<rect width="${width}" height="${height}" fill="${SvgPen.escaped(background)}"/>`];
    this.path = [];
    this.dash = [];
    this.depth = 0;
    this.ruler = document.createElement("canvas").getContext("2d");
  }

  static escaped(text) {
    // Control characters, which XML does not hold, are left out.
    return String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  }

  static number(value) {
    return String(Math.round(value * 100) / 100);
  }

  group(x, y, scale) {
    this.depth += 1;
    this.parts.push(`<g transform="translate(${SvgPen.number(x)} ${SvgPen.number(y)}) scale(${Math.round(scale * 1e5) / 1e5})">`);
  }

  ungroup() {
    this.parts.push("</g>");
    this.depth -= 1;
  }

  to(letter, ...numbers) {
    this.path.push(letter + numbers.map(SvgPen.number).join(" "));
  }

  beginPath() { this.path = []; }
  moveTo(x, y) { this.to("M", x, y); }
  lineTo(x, y) { this.to("L", x, y); }
  quadraticCurveTo(x1, y1, x, y) { this.to("Q", x1, y1, x, y); }
  closePath() { this.path.push("Z"); }
  setLineDash(dash) { this.dash = dash; }

  /* Only whole circles are ever drawn. */
  arc(x, y, r) {
    this.to("M", x + r, y);
    this.to("A", r, r, 0, 1, 1, x - r, y);
    this.to("A", r, r, 0, 1, 1, x + r, y);
  }

  look(stroke) {
    const [kind, colour, rest] = stroke ? ["stroke", this.strokeStyle, "fill"] : ["fill", this.fillStyle, "stroke"];
    const more = stroke ? ` stroke-width="${SvgPen.number(this.lineWidth)}" stroke-linejoin="round"` : "";
    const dash = stroke && this.dash.length ? ` stroke-dasharray="${this.dash.map(SvgPen.number).join(" ")}"` : "";
    const alpha = this.globalAlpha < 1 ? ` opacity="${SvgPen.number(this.globalAlpha)}"` : "";
    return `${kind}="${SvgPen.escaped(colour)}" ${rest}="none"${more}${dash}${alpha}`;
  }

  stroke() { if (this.path.length) this.parts.push(`<path d="${this.path.join("")}" ${this.look(true)}/>`); }
  fill() { if (this.path.length) this.parts.push(`<path d="${this.path.join("")}" ${this.look(false)}/>`); }

  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  write(text, x, y, stroke) {
    const [, weight, size, family] = /^(\d+ )?([\d.]+)px (.*)$/.exec(this.font);
    const anchor = { center: "middle", left: "start", right: "end" }[this.textAlign];
    this.parts.push(`<text x="${SvgPen.number(x)}" y="${SvgPen.number(y)}" font-family="${SvgPen.escaped(family)}" font-size="${SvgPen.number(size)}"` +
      `${weight ? ` font-weight="${weight.trim()}"` : ""} text-anchor="${anchor}" ${this.look(stroke)}>${SvgPen.escaped(text)}</text>`);
  }

  strokeText(text, x, y) { this.write(text, x, y, true); }
  fillText(text, x, y) { this.write(text, x, y, false); }

  toString() {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${this.parts.join("\n")}${"</g>".repeat(this.depth)}</svg>\n`;
  }
}
