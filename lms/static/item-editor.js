// The editor of a question: rows without a new page, remarks and preview while one writes. Everything works without this file.
"use strict";

const form = () => document.getElementById("editor");
let dirty = Boolean(document.querySelector("#verdict b"));
let asked = 0;

// Remarks and preview of what stands in the form, a moment after the last touch.
let waiting;
const check = () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const reply = await fetch(form().dataset.check, { method: "POST", body: new FormData(form()), headers: { Accept: "text/html" } }).catch(() => null);
    if (!reply || !reply.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const box of document.querySelectorAll("[data-said]")) {
      const now = page.getElementById(box.id);
      box.replaceChildren(...(now ? now.childNodes : []));
    }
    document.getElementById("seen").replaceWith(page.getElementById("seen"));
    document.getElementById("verdict").textContent = page.getElementById("checked").dataset.verdict;
  }, 900);
};

// A row more or less: the server makes the new form, its part of the page is put in place of the old one.
const rows = async (button) => {
  const data = new FormData(form(), button);
  const reply = await fetch(form().action, { method: "POST", body: data }).catch(() => null);
  if (!reply || !reply.ok) { button.removeAttribute("data-row"); button.click(); return; }
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const list = button.value.split(":")[0];
  for (const id of ["editor", "seen"]) document.getElementById(id).replaceWith(page.getElementById(id));
  dirty = true;
  const place = document.getElementById("f-" + list.replaceAll(".", "-"));
  const last = place && place.querySelectorAll(":scope > ol > li, :scope > fieldset");
  const added = button.value.includes(":add") && last && last.length ? last[last.length - 1] : null;
  const target = added ? added.querySelector("textarea") || added.querySelector("input:not([type=hidden])") : place && place.querySelector("button[data-row]");
  if (target) target.focus();
};

// Who was signed out while writing keeps the words: they leave only when the page says that they will be taken, and with its token.
const send = async (event) => {
  if (event.target.id !== "editor") return;
  if (event.target.dataset.sure) { dirty = false; return; }
  event.preventDefault();
  const page = await fetch(location.pathname, { credentials: "same-origin", redirect: "error" }).catch(() => null);
  const token = page && page.ok && new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#editor [name=csrf_token]");
  if (!token) { document.getElementById("verdict").textContent = form().dataset.kept; return; }
  event.target.querySelector("[name=csrf_token]").value = token.value;
  event.target.dataset.sure = "yes";
  event.target.requestSubmit(event.submitter);
};

if (form() && form().dataset.check) {
  document.addEventListener("input", (event) => { if (event.target.closest("#editor") && event.target.id !== "fact-words") { dirty = true; check(); } });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#editor button[data-row]");
    if (!button) return;
    event.preventDefault();
    rows(button);
  });
  document.addEventListener("submit", send);
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

// Facts are looked up on the spot; a touch puts the id into the field.
let later;
const lookUp = async (text) => {
  const reply = await fetch(document.querySelector("[data-look-up]").dataset.lookUp + "?part=1&q=" + encodeURIComponent(text)).catch(() => null);
  if (!reply || !reply.ok) return;
  const found = document.getElementById("facts-found");
  found.replaceChildren(...new DOMParser().parseFromString(await reply.text(), "text/html").body.childNodes);
  for (const button of found.querySelectorAll("[data-fact]")) button.hidden = false;
};
document.addEventListener("input", (event) => {
  if (event.target.id !== "fact-words") return;
  clearTimeout(later);
  later = setTimeout(() => lookUp(event.target.value), 400);
});
document.addEventListener("keydown", (event) => { if (event.target.id === "fact-words" && event.key === "Enter") event.preventDefault(); });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-look-up]")) {
    event.preventDefault();
    document.getElementById("look-up").hidden = false;
    document.getElementById("fact-words").focus();
  }
  const button = event.target.closest("[data-fact]");
  if (!button) return;
  const field = document.getElementById("f-facts");
  field.value = (field.value.trim() + " " + button.dataset.fact).trim();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// All boxes of this page at once.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.closest("form").querySelectorAll("[name=tick]")];
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
  });
}
