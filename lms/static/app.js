// Niceties for pages that ask for them; every page works without this file.
"use strict";

// Buttons that print: only a script can, so they stay hidden until one is here.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// An open menu closes on Escape and on a touch elsewhere.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// <time data-left="SECONDS" data-unit="min">: minutes left, counted from what the server said; the server's clock decides.
for (const left of document.querySelectorAll("[data-left]")) {
  const end = performance.now() + Number(left.dataset.left) * 1000;
  const tick = () => {
    left.textContent = String(Math.max(0, Math.ceil((end - performance.now()) / 60000)));
  };
  tick();
  setInterval(tick, 15000);
}
