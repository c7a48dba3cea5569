/* 红烛 · the one-act form. Everything here saves steps: the form works without this file.
   Floor: Chromium 86. Drafts every 3 s, kept on this device while offline; tally; headings of the process. */
(function () {
  "use strict";

  const EVERY = 3000;
  const form = document.getElementById("act-form");
  if (!form) return;
  const key = form.getAttribute("data-key");
  const shelf = "hz-draft:" + key;
  let version = form.getAttribute("data-version");
  let dirty = false;
  let busy = false;
  let leaving = false;

  function one(selector) { return form.querySelector(selector); }

  /* who is there */
  function tally() {
    const boxes = form.querySelectorAll("input[name=absent]");
    const absent = form.querySelectorAll("input[name=absent]:checked").length;
    const came = form.querySelectorAll("input[name=came]:checked").length;
    if (!one("[data-due]")) return;
    one("[data-due]").textContent = boxes.length + came;
    one("[data-absent]").textContent = absent;
    one("[data-there]").textContent = boxes.length + came - absent;
  }

  /* the line that stands for the folded time, and the lecturer beside 换人 */
  const when = one("[data-when]");
  const spoken = when ? when.textContent : "";
  function lines() {
    const select = one("[name=lecturer]");
    const name = one("[data-lecturer]");
    const guest = one("[name=lecturer_name]");
    if (select && name) name.textContent = (guest && guest.value) || select.options[select.selectedIndex].text;
    if (!when) return;
    const day = one("[name=held_on]");
    const from = one("[name=starts_at]");
    const to = one("[name=ends_at]");
    if (!day || !day.value || !from) return;
    if (day.value === day.defaultValue && from.value === from.defaultValue && to.value === to.defaultValue && !day.hasAttribute("data-moved")) {
      when.textContent = spoken;
      return;
    }
    const parts = day.value.split("-");
    const made = new Date(Number(parts[0]), Number(parts[1]) - 1, Number(parts[2]));
    let said = day.value;
    if (parts.length === 3 && !isNaN(made)) {
      said = made.toLocaleDateString(document.documentElement.lang, { month: "long", day: "numeric", weekday: "short" });
    }
    when.textContent = said + " " + from.value + (to.value ? "–" + to.value : "");
  }

  /* Headings of the process follow the parts as long as nobody has written under them. */
  const text = one("[name=process]");
  const numerals = form.getAttribute("data-numerals").split("");
  function headings() {
    const found = [];
    form.querySelectorAll("[data-parts] input[name=parts]:checked").forEach(function (box) {
      found.push(box.getAttribute("data-heading"));
    });
    return found.map(function (word, place) { return (numerals[place] || place + 1) + form.getAttribute("data-mark") + word + "\n"; }).join("\n\n");
  }
  let laidOut = text ? text.value.replace(/\r\n/g, "\n") : "";
  const ours = text && (laidOut.trim() === "" || laidOut.trim() === headings().trim());
  function layOut() {
    if (!text || !ours || text.value.replace(/\r\n/g, "\n") !== laidOut) return;
    text.value = laidOut = headings();
  }

  /* drafts */
  function typed() {
    const data = new FormData(form);
    data.delete("file");
    data.delete("token");
    data.append("key", key);
    data.append("version", version);
    return data;
  }
  function say(words) {
    document.querySelectorAll("[data-saved]").forEach(function (place) { place.textContent = words; });
  }
  /* The copy on this device says which version of the server's draft it is, and whether the server has it. */
  function shelve(number, sent) {
    const rows = [];
    typed().forEach(function (value, name) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") rows.push([name, value]);
    });
    try {
      window.localStorage.setItem(shelf, JSON.stringify({ version: number, sent: sent, rows: rows }));
      return true;
    } catch (full) {
      return false;
    }
  }
  function keepHere() {
    say(form.getAttribute(shelve(Number(version) + 1, false) ? "data-offline" : "data-unsaved"));
  }
  function forget() {
    try { window.localStorage.removeItem(shelf); } catch (none) { /* private window: nothing was kept */ }
  }
  function others(rows) {
    const note = document.querySelector("[data-others]");
    if (!note) return;
    note.hidden = !rows.length;
    if (!rows.length) return;
    note.querySelector("[data-others-say]").textContent = rows.map(function (row) {
      const said = form.getAttribute("data-says").replace("{who}", row.who).replace("{when}", row.when);
      return said + (row.fields.length ? form.getAttribute("data-differ").replace("{fields}", row.fields.join(form.getAttribute("data-comma"))) : "");
    }).join("");
    const go = note.querySelector("[data-others-go]");
    go.href = go.getAttribute("data-base") + "&with=" + rows[0].draft;
  }
  function save() {
    if (!dirty || busy || leaving) return;
    busy = true;
    dirty = false;
    window.fetch(form.getAttribute("data-draft"), { method: "POST", body: typed(), credentials: "same-origin" })
      .then(function (answer) {
        if (answer.ok || answer.status === 409) return answer.json();
        throw new Error(String(answer.status));
      })
      .then(function (told) {
        version = String(told.version);
        say(told.saved || told.note);
        others(told.others || []);
        if (told.saved) shelve(told.version, true);
      })
      .catch(function () {
        dirty = true;
        keepHere();
      })
      .then(function () { busy = false; });
  }

  /* What an earlier visit could not send comes back, field by field; what the server has already is dropped. */
  function comeBack() {
    let kept = null;
    try { kept = JSON.parse(window.localStorage.getItem(shelf) || "null"); } catch (broken) { forget(); }
    if (!kept || !kept.rows) return;
    if (kept.version <= Number(version) || document.querySelector("[data-errors]")) {
      forget();
      return;
    }
    const names = {};
    kept.rows.forEach(function (row) { (names[row[0]] = names[row[0]] || []).push(row[1]); });
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.type === "file" || field.type === "hidden") return;
      const values = names[field.name] || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.indexOf(field.value) >= 0;
      else if (values.length) field.value = values[0];
    });
    if (kept.sent) version = String(kept.version);
    else dirty = true;
  }

  form.addEventListener("input", function () { dirty = true; tally(); lines(); });
  form.addEventListener("change", function (event) {
    dirty = true;
    if (event.target.name === "parts") layOut();
    tally();
    lines();
  });
  form.addEventListener("submit", function () {
    leaving = true;
    forget();
  });
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") save(); });
  window.setInterval(save, EVERY);
  comeBack();
  tally();
  lines();
})();
