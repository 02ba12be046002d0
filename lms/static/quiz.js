// A tapped option is saved at once, with the same token as the button: sent twice it is one answer. A nicety only.
// Sends go one after the other, so that the server gets them in the order of the taps.
"use strict";

(() => {
  const form = document.querySelector('form[data-autosave="choice"]');
  const line = document.getElementById("saved");
  const words = document.getElementById("autosave-words");
  if (!form || !line || !words) return;
  let sending = null, changed = false, again = 0;

  const say = (text, good) => {
    const span = document.createElement("span");
    span.className = good ? "saved" : "";
    span.textContent = (good ? "✓ " : "") + text;
    line.replaceChildren(span);
  };

  const send = async () => {
    changed = false;
    say(words.dataset.saving, false);
    try {
      const reply = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
        credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(10000),
      });
      const said = await reply.json();
      say(said.message, said.saved === true);
    } catch {
      say(words.dataset.offline, false);
      again = setTimeout(save, 5000);
    }
  };

  const save = async () => {
    clearTimeout(again);
    changed = true;
    if (sending) return;
    while (changed) { sending = send(); await sending; }
    sending = null;
  };

  form.addEventListener("change", save);
  form.addEventListener("submit", async (event) => {
    clearTimeout(again);
    if (!sending) return;
    event.preventDefault();
    await sending;
    form.submit();
  });
})();
