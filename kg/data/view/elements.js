/* Elements. Text from articles only ever becomes text: every element of the page is made by el(), which
   takes strings as text nodes, and no address is followed unless safe() likes it. */

/** @param {string} id */
const $ = (id) => document.getElementById(id);

/** An element with attributes, listeners ("onclick") and a colour, and children: elements, strings, or nothing. */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "colour") element.style.setProperty("--c", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== ""));
  return element;
}

/** A button that looks like a link. */
const plain = (text, onclick, attributes) => el("button", { type: "button", class: "plain", onclick, ...attributes }, text);

function safe(address) {
  return /^https?:\/\//i.test(address || "") && URL.canParse(address);
}

function outside(address, text) {
  return safe(address) ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const count = (number) => number.toLocaleString("en");
const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
const cut = (text, length) => (text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`);

/** Long numbers in groups of three, as the figures have them; years and dates stay. */
const grouped = (text) => text.replace(/\d{5,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, "\u202f"));

/** Letters without accents and case, for search. */
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Tell a screen reader, without a word on the screen. */
function announce(text) {
  $("told").textContent = text;
}

/** Redraw what lies in an element, and put the focus back where it was in it. */
function refocused(within, redraw) {
  const stops = () => [...within.querySelectorAll("a[href], button, input, select, summary")];
  const place = stops().indexOf(document.activeElement);
  redraw();
  if (place >= 0) stops()[place]?.focus({ preventScroll: true });
}
