// Elements are made here only. Whatever comes from a run is set as text, never as markup.
"use strict";

const MARKS = {
  ok: "✓", succeeded: "✓", warning: "!", error: "✗", failed: "✗", skipped: "-", interrupted: "■", running: "▶", reused: "↺",
};

const UNSEEN = /(?![\n\r\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, seen(value));
  }
  made.append(...children.filter((child) => child !== null).map(seen));
  return made;
}

// A text without what moves, turns or hides text; see domain/values/text.py.
function seen(value) {
  return typeof value === "string" ? value.replace(UNSEEN, "\ufffd") : value;
}

function table(columns, rows) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.map((row) => element("tr", {}, ...row.map(cell)));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

function cell(value) {
  return element("td", typeof value === "number" ? { class: "number" } : {}, value instanceof Node ? value : shown(value));
}

// A table of objects: a column for every key that one of them has.
function recordTable(records) {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return table(columns, records.map((record) => columns.map((column) => record[column])));
}

function fields(pairs) {
  const there = pairs.filter(([, value]) => value !== null && value !== undefined);
  return element("table", {}, element("tbody", {}, ...there.map(([name, value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), cell(value)))));
}

function shown(value) {
  if (value === null || value === undefined) return "-";
  if (typeof value === "number") return String(Number(Math.abs(value) < 0.001 ? value.toPrecision(3) : value.toFixed(3)));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function json(value) {
  return element("pre", {}, JSON.stringify(value, null, 2));
}

// What is inside is made when it is opened first: thousands of these cost little.
function folded(attributes, title, inside) {
  const made = element("details", attributes, element("summary", {}, ...title));
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length === 1) {
      made.append(element("div", { class: "inside" }, ...inside()));
    }
  });
  return made;
}
