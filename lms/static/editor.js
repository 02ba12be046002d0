// The lesson editor: saved by itself, kept in the browser while there is no connection, checked and shown while one writes.
// Without this file the page is a form with a button.
"use strict";

(() => {
  const jump = (area, line) => {
    const lines = area.value.split("\n");
    const at = lines.slice(0, Math.max(0, line - 1)).reduce((sum, one) => sum + one.length + 1, 0);
    area.focus();
    area.setSelectionRange(at, at + (lines[line - 1] || "").length);
    area.scrollTop = Math.max(0, (area.scrollHeight / lines.length) * (line - 1) - area.clientHeight / 3);
  };
  for (const area of document.querySelectorAll("textarea[data-line]")) if (Number(area.dataset.line)) jump(area, Number(area.dataset.line));

  const form = document.getElementById("editor");
  if (!form) return;
  const say = document.getElementById("editor-words").dataset;
  const state = document.getElementById("state");
  const sheets = form.querySelector(".sheets");
  const kept = document.getElementById("kept");
  const areas = Object.fromEntries([...sheets.querySelectorAll(".sheet")].map((sheet) => [sheet.dataset.language, sheet.querySelector("textarea")]));
  const languages = Object.keys(areas);
  const field = (name) => form.elements.namedItem(name);
  const writable = !areas[languages[0]].readOnly;
  const IDLE = 3000, LONGEST = 15000, AGAIN = 5000, LOOK = 700;
  let sent = "", saving = false, changedAt = 0, timer = 0, lookTimer = 0, last = areas[languages[0]];

  const tell = (text, mood = "", link = "") => {
    state.className = `small ${mood}`;
    state.textContent = text;
    if (!link) return;
    const a = document.createElement("a");
    a.href = link;
    a.textContent = say.decide;
    state.append(" ", a);
  };
  // Times as the server writes them: in the installation's zone, in the forms of its filter `moment`.
  const chinese = document.documentElement.lang.startsWith("zh");
  const forms = { timeZone: form.dataset.zone, year: "numeric", month: chinese ? "numeric" : "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = (at) => Object.fromEntries(new Intl.DateTimeFormat("en-GB", forms).formatToParts(at).map((one) => [one.type, one.value]));
  const time = (at) => { const { hour, minute } = parts(at); return `${hour}:${minute}`; };
  const clock = (at) => {
    const { year, month, day } = parts(at);
    return chinese ? `${year}年${Number(month)}月${Number(day)}日 ${time(at)}` : `${Number(day)} ${month} ${year}, ${time(at)}`;
  };
  const content = () => {
    const all = {};
    for (const [name, value] of new FormData(form)) if (name !== "csrf_token" && !name.startsWith("base_")) (all[name] ||= []).push(value);
    return JSON.stringify(all);
  };
  const bases = () => Object.fromEntries(languages.map((language) => [language, field(`base_${language}`).value]));

  // What is not on the server lies in the browser, under the draft and the lesson, with the versions it was written on.
  const store = `lesson:${form.dataset.key}`;
  const keep = () => { try { localStorage.setItem(store, JSON.stringify({ content: content(), bases: bases(), at: Date.now() })); } catch { /* full, or not allowed */ } };
  const forget = () => { try { localStorage.removeItem(store); } catch { /* not allowed */ } };
  const recall = () => { try { return JSON.parse(localStorage.getItem(store)); } catch { return null; } };

  const replaced = (area, text) => {
    if (area.value === text) return;
    const [old, from, to, top] = [area.value, area.selectionStart, area.selectionEnd, area.scrollTop];
    let head = 0, tail = 0;
    while (head < old.length && head < text.length && old[head] === text[head]) head++;
    while (tail < old.length - head && tail < text.length - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
    const moved = (at) => (at <= head ? at : at >= old.length - tail ? at + text.length - old.length : Math.min(at, text.length - tail));
    area.value = text;
    if (document.activeElement === area) area.setSelectionRange(moved(from), moved(to));
    area.scrollTop = top;
  };

  // The head counts for both languages: what others changed in it has to show, or the next save would take it back.
  const fillHead = (head) => {
    if (!head || !field("hours")) return;
    field("hours").value = head.hours;
    field("review_by").value = head.review_by;
    field("facts").value = head.facts.join(", ");
    const rows = () => form.querySelectorAll(".serves");
    while (rows().length < head.serves.length) rows()[0].after(rows()[0].cloneNode(true));
    rows().forEach((row, n) => {
      const code = row.querySelector("[name=serve_c]");
      code.value = head.serves[n]?.c ?? "";
      if (code.selectedIndex < 0) { code.add(new Option(head.serves[n].c)); code.value = head.serves[n].c; }
      row.querySelector("[name=serve_level]").value = head.serves[n]?.level ?? 1;
    });
    look();
  };

  // One answer of the server: take up what others wrote, unless one has written on meanwhile; then the next save merges it.
  const take = (answer, before) => {
    const still = content() === before;
    let mood = "good", text = say.saved, link = "";
    for (const [language, one] of Object.entries(answer.texts)) {
      const title = field(`title_${language}`);
      field(`base_${language}`).value = one.outcome === "conflict" || !still ? one.own : one.number;
      if (one.outcome === "conflict") { mood = "bad"; text = say.conflict; link = one.conflict; continue; }
      if (one.outcome === "merged" && mood === "good") text = say.merged;
      if (!still) continue;
      replaced(areas[language], one.body);
      if (title && one.title) title.value = one.title;
      if (one.outcome === "merged" || one.outcome === "unchanged") fillHead(one.head);
    }
    document.getElementById("others").textContent = answer.others;
    sent = still ? content() : before;
    if (content() === sent) forget(); else keep();
    tell(`${text} · ${time(Date.now())}`, mood, link);
  };

  // Who signed in again in another window has another token: the page tells it.
  const renewed = async () => {
    const page = await fetch(location.pathname, { credentials: "same-origin", redirect: "error" });
    const token = page.ok && new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#editor [name=csrf_token]");
    if (!token || token.value === field("csrf_token").value) return false;
    field("csrf_token").value = token.value;
    return true;
  };

  const send = async (kind, again = false) => {
    const before = content();
    const body = new FormData(form);
    body.set("kind", kind);
    const reply = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(15000),
    });
    if (reply.ok) { take(await reply.json(), before); return true; }
    if (reply.status === 400 && !again && await renewed().catch(() => false)) return send(kind, true);
    const said = await reply.json().catch(() => ({}));
    tell(reply.status === 401 || reply.status === 400 ? say.signedOut : `${say.refused} ${said.message || reply.status}`, "bad");
    return false;
  };

  const save = async (kind) => {
    clearTimeout(timer);
    if (saving) { timer = setTimeout(() => save(kind), 300); return; }
    if (kind === "autosave" && content() === sent) return;
    saving = true;
    tell(say.saving);
    let good = false;
    try { good = await send(kind); } catch { tell(say.offline, "bad"); }
    saving = false;
    changedAt = 0;
    if (content() !== sent) timer = setTimeout(() => save("autosave"), good ? IDLE : AGAIN);
  };

  const changed = () => {
    if (content() === sent) return;
    keep();
    changedAt ||= Date.now();
    if (!state.classList.contains("bad")) tell(say.unsaved);
    clearTimeout(timer);
    timer = setTimeout(() => save("autosave"), Math.max(0, Math.min(IDLE, changedAt + LONGEST - Date.now())));
    look();
  };

  // What is wrong and how it will look, a moment after one stops.
  const problems = (language, found) => {
    const list = form.querySelector(`[data-problems="${language}"]`);
    list.replaceChildren(...found.map((one) => {
      const item = document.createElement("li"), word = document.createElement("b"), place = document.createElement("button");
      const words = document.createElement("span"), cure = document.createElement("i");
      item.className = one.weight;
      word.textContent = one.word;
      place.type = "button";
      place.className = "link";
      place.dataset.at = one.at;
      place.textContent = one.place;
      cure.textContent = one.cure;
      words.append(one.what, chinese ? "。" : ". ", cure);
      item.append(word, " ", place, " ", words);
      return item;
    }));
  };
  const post = (address, body) => fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(15000) });
  const refresh = async () => {
    const token = field("csrf_token").value;
    const shown = languages.filter((language) => areas[language].offsetParent !== null);
    try {
      const [report, ...views] = await Promise.all([
        post(form.dataset.check, new FormData(form)),
        ...shown.map((language) => {
          const body = new FormData();
          body.set("csrf_token", token);
          body.set("body", areas[language].value);
          return post(form.dataset.preview, body);
        }),
      ]);
      for (const [n, view] of views.entries()) if (view.ok) form.querySelector(`[data-preview="${shown[n]}"]`).innerHTML = await view.text();
      if (!report.ok) return;
      const said = await report.json();
      for (const language of languages) {
        if (said.problems[language]) problems(language, said.problems[language]);
        if (said.counts[language]) document.getElementById(`count-${language}`).textContent = said.counts[language];
      }
      document.getElementById("others").textContent = said.others;
      if (cited) cited.innerHTML = said.cited;
    } catch { /* no connection: the line above says so when saving fails too */ }
  };
  const look = () => { clearTimeout(lookTimer); lookTimer = setTimeout(refresh, LOOK); };

  // Writing aids: each puts its marks around or before what is chosen, and the browser can undo it.
  const put = (area, text, from = area.selectionStart, to = area.selectionEnd) => {
    area.focus();
    area.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end");
    changed();
  };
  const lineStart = (area) => area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const chosen = (area) => area.value.slice(area.selectionStart, area.selectionEnd);
  const tools = {
    heading: (area) => put(area, "## ", lineStart(area), lineStart(area)),
    list: (area) => { const from = lineStart(area), to = area.selectionEnd; put(area, area.value.slice(from, to).split("\n").map((line) => `- ${line}`).join("\n"), from, to); },
    bold: (area) => put(area, `**${chosen(area)}**`),
    link: (area) => put(area, `[${chosen(area)}](https://)`),
    table: (area) => put(area, `${chosen(area)}\n\n| A | B |\n| --- | --- |\n|  |  |\n\n`),
    picture: (area) => { last = area; document.getElementById("picture-dialog")?.showModal(); },
    fact: () => { form.querySelector(".lesson-head")?.setAttribute("open", ""); lookUp(); },
  };

  const words = document.getElementById("fact-words"), foundFacts = document.getElementById("facts-found"), cited = document.getElementById("cited");
  const lookUp = () => {
    if (!words) return;
    document.getElementById("look-up").hidden = false;
    words.focus();
  };
  let factTimer = 0;
  const findFacts = async () => {
    const reply = await fetch(`${form.dataset.facts}?part=1&q=${encodeURIComponent(words.value)}`, { credentials: "same-origin" }).catch(() => null);
    if (!reply?.ok) return;
    foundFacts.innerHTML = await reply.text();
    for (const button of foundFacts.querySelectorAll("[data-fact]")) button.hidden = !writable;
  };
  words?.addEventListener("input", (event) => { event.stopPropagation(); clearTimeout(factTimer); factTimer = setTimeout(findFacts, 300); });
  words?.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); findFacts(); } });
  foundFacts?.addEventListener("click", (event) => {
    const code = event.target.closest("[data-fact]")?.dataset.fact;
    const facts = field("facts");
    if (!code || facts.value.split(/[\s,，、]+/).includes(code)) return;
    facts.value = [facts.value.trim(), code].filter(Boolean).join(", ");
    const line = event.target.closest("li").cloneNode(true); // the check sends the whole list in a moment
    line.querySelector("button").remove();
    if (!cited.firstElementChild) cited.append(Object.assign(document.createElement("ul"), { className: "found" }));
    cited.firstElementChild.append(line);
    changed();
  });
  form.querySelector("[data-look-up]")?.addEventListener("click", (event) => { event.preventDefault(); lookUp(); });

  // A picture goes to the cursor here, and to the end of the same section in the other language.
  const dialog = document.getElementById("picture-dialog");
  const section = (area) => (area.value.slice(0, area.selectionStart).match(/^#{2,6} /gm) || []).length;
  const endOf = (text, number) => {
    const starts = [...text.matchAll(/^#{2,6} /gm)].map((match) => match.index);
    return number < starts.length ? starts[number] : text.length;
  };
  const putPicture = (lines) => {
    const here = languages.find((language) => areas[language] === last), number = section(last);
    for (const language of languages) {
      if (language === here) { put(last, `\n\n${lines[language]}\n\n`); continue; }
      const area = areas[language], at = endOf(area.value, number);
      area.value = `${area.value.slice(0, at).trimEnd()}\n\n${lines[language]}\n\n${area.value.slice(at)}`.trimEnd();
    }
    changed();
    tell(say.both, "good");
  };
  dialog?.querySelector("[data-put-in]").addEventListener("click", async () => {
    const [name, file] = [dialog.querySelector("#picture-name"), dialog.querySelector("#picture-file").files[0]];
    const alt = { zh: dialog.querySelector("[name=picture-zh]").value.trim(), en: dialog.querySelector("[name=picture-en]").value.trim() };
    const error = dialog.querySelector("[data-picture-error]");
    error.textContent = "";
    if (!name.value && !file) { error.textContent = say.choose; return; }
    if (!alt.zh || !alt.en) { error.textContent = say.alt; return; }
    let lines = Object.fromEntries(languages.map((language) => [language, `![${alt[language].replace(/[[\]]/g, "")}](assets/${name.value})`]));
    if (file) {
      const body = new FormData();
      body.set("csrf_token", field("csrf_token").value);
      body.set("picture", file);
      for (const language of ["zh", "en"]) body.set(`alt_${language}`, alt[language]);
      const reply = await fetch(form.dataset.pictures, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error" }).catch(() => null);
      const said = reply ? await reply.json().catch(() => ({})) : {};
      if (!reply?.ok) { error.textContent = reply ? [said.message, ...(said.details || [])].join(" ") : say.offline; return; }
      name.add(new Option(said.name, said.name));
      lines = said.lines;
    }
    dialog.close();
    putPicture(lines);
  });

  // Beside its preview, a text takes the preview along.
  for (const area of Object.values(areas)) {
    const seen = area.closest(".sheet").querySelector(".seen .prose");
    area.addEventListener("scroll", () => {
      const way = area.scrollHeight - area.clientHeight;
      if (way > 0 && sheets.dataset.view !== "both") seen.scrollTop = (area.scrollTop / way) * (seen.scrollHeight - seen.clientHeight);
    });
  }

  // Listening.
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => { event.preventDefault(); save("saved"); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s" && writable) { event.preventDefault(); save("saved"); }
  });
  form.addEventListener("click", (event) => {
    const at = event.target.closest("[data-at]"), tool = event.target.closest("[data-tool]"), view = event.target.closest("[data-view]");
    if (at && event.target.closest(".sheet")) {
      if (Number(at.dataset.at)) jump(event.target.closest(".sheet").querySelector("textarea"), Number(at.dataset.at));
      else { form.querySelector(".lesson-head")?.setAttribute("open", ""); form.querySelector(".lesson-head summary")?.focus(); }
    }
    if (tool) tools[tool.dataset.tool](event.target.closest(".sheet").querySelector("textarea"));
    if (view && view.tagName === "BUTTON") show(view.dataset.view);
  });
  const show = (which) => {
    sheets.dataset.view = which;
    for (const button of form.querySelectorAll("button[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === which));
    refresh();
  };
  window.addEventListener("online", () => { if (content() !== sent) save("autosave"); });
  window.addEventListener("beforeunload", (event) => { if (content() !== sent) { keep(); event.preventDefault(); } });

  // What an earlier visit left: offered, never put in unasked.
  const offer = () => {
    const left = recall();
    if (!left || left.content === content()) { forget(); return; }
    kept.hidden = false;
    kept.querySelector("[data-kept-words]").textContent = say.kept.replace("WHEN", clock(left.at));
    kept.querySelector("[data-take-up]").addEventListener("click", () => {
      const values = JSON.parse(left.content);
      for (const [name, list] of Object.entries(values)) {
        const fields = form.querySelectorAll(`[name="${name}"]`);
        fields.forEach((one, n) => { if (list[n] !== undefined) one.value = list[n]; });
      }
      for (const language of languages) if (left.bases[language]) field(`base_${language}`).value = left.bases[language];
      kept.hidden = true;
      changed();
    });
    kept.querySelector("[data-let-go]").addEventListener("click", () => { forget(); kept.hidden = true; });
  };

  sent = content();
  form.querySelector(".views").hidden = false;
  if (writable) for (const bar of form.querySelectorAll(".tools")) bar.hidden = false;
  if (writable) offer();
  if (window.innerWidth < 736) show(languages.find((language) => sheets.querySelector(`[data-language="${language}"] [data-line]`)) || (document.documentElement.lang === "en" ? "en" : languages[0]));
})();
