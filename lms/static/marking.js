// One keystroke a criterion: a digit chooses in the current one and goes to the next; Enter on the button sends. A nicety only.
"use strict";

(() => {
  const form = document.querySelector("form[data-marking]");
  if (!form) return;
  const groups = [...form.querySelectorAll("[data-grades]")];
  const send = form.querySelector("button[type=submit]");
  let current = 0;

  const show = () => groups.forEach((group, n) => group.classList.toggle("now", n === current));

  const go = (n) => {
    current = n;
    show();
    const target = groups[n] ? groups[n].querySelector("input:checked") || groups[n].querySelector("input") : send;
    target.focus({ preventScroll: true });
    (groups[n] || send).scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    const place = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || place.matches("textarea, input:not([type=radio]), select")) return;
    if (!/^[0-9]$/.test(event.key) || !groups[current]) return;
    const choice = groups[current].querySelector(`input[value="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    go(current + 1);
  });

  groups.forEach((group, n) => group.addEventListener("focusin", () => { current = n; show(); }));
  form.querySelector("[data-keys]").hidden = false;
  show();
})();
