"use strict";
// Without this script the page has all of its content: here are search, filters, links that open what they lead to, and
// buttons that copy. It is one function, so that no name of it reaches the page.
(() => {
  const byId = (id) => document.getElementById(id);

  // reveal opens what an element is in, and the element itself.
  const reveal = (element) => {
    for (let e = element; e; e = e.parentElement) {
      if (e instanceof HTMLDetailsElement) e.open = true;
    }
    const own = element.matches("tbody") && element.querySelector("details");
    if (own) own.open = true;
  };

  const table = byId("site-table");
  const form = byId("filters");
  const rows = table ? [...table.tBodies] : [];

  // texts are what the search looks at, made when it is used first: 2,000 sites have much text.
  const texts = new Map();
  const textOf = (row) => {
    let text = texts.get(row);
    if (text === undefined) {
      const parts = [row.rows[0], ...row.querySelectorAll("summary, .keys, .stack")];
      text = parts.map((e) => e.textContent).join("\n").toLowerCase();
      texts.set(row, text);
    }
    return text;
  };

  const filter = () => {
    const data = new FormData(form);
    const verdicts = new Set(data.getAll("verdict"));
    const words = data.get("q").toLowerCase().split(/\s+/).filter(Boolean);
    const rule = data.get("rule");
    const file = data.get("file");
    const test = data.get("test");
    let shown = 0;
    for (const row of rows) {
      const d = row.dataset;
      const fits = verdicts.has(d.v) && (!rule || d.r === rule) && (!file || d.f === file) &&
        (!test || (test === "yes") === ("t" in d)) && words.every((w) => textOf(row).includes(w));
      row.hidden = !fits;
      if (fits) shown++;
    }
    byId("shown").textContent = `${shown} of ${rows.length} sites`;
    byId("none").hidden = shown > 0;
  };

  const clear = () => {
    form.reset();
    filter();
  };

  // go opens what the address names, also where a filter hides it.
  let current = null;
  const go = () => {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return; // it is no name of anything here
    }
    const element = id && byId(id);
    if (!element) return;
    if (element.hidden && rows.includes(element)) clear();
    reveal(element);
    if (current) current.classList.remove("current");
    current = element.matches("tbody") ? element : null;
    if (current) current.classList.add("current");
    // Rows that were not on the screen get their true heights only when they are: then the place is another.
    const there = () => element.scrollIntoView();
    there();
    requestAnimationFrame(() => requestAnimationFrame(there));
    const focus = element.matches("tbody, details") && element.querySelector("summary");
    if (focus) focus.focus({ preventScroll: true });
  };

  const copy = async (text, button) => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      said = "Not copied: the browser forbids it";
    }
    const before = button.textContent;
    button.textContent = said;
    setTimeout(() => { button.textContent = before; }, 2000);
  };

  const copyButton = (label, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = label;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(text(), button));
    return button;
  };

  for (const patch of document.querySelectorAll("article.patch")) {
    const diffs = [...patch.querySelectorAll("pre.diff")];
    const text = () => diffs.map((d) => d.textContent).join("");
    patch.querySelector("p").append(copyButton("Copy the diff", text));
  }
  for (const code of document.querySelectorAll("code.copyable")) {
    code.after(" ", copyButton("Copy", () => code.textContent));
  }

  addEventListener("hashchange", go);
  document.addEventListener("click", (event) => {
    // A second click on a link changes no address, and must open what was closed meanwhile.
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) go();
  });

  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    byId("clear").addEventListener("click", clear);
    const setAll = (open) => {
      for (const row of rows) {
        if (!row.hidden) row.querySelector("details").open = open;
      }
    };
    byId("open-all").addEventListener("click", () => setAll(true));
    byId("close-all").addEventListener("click", () => setAll(false));
    // A click beside the text of a row opens it, as its line below does; the keyboard has that line.
    table.addEventListener("click", (event) => {
      const tr = event.target.closest("tbody > tr:first-child");
      if (!tr || event.target.closest("a") || String(getSelection())) return;
      const details = tr.parentElement.querySelector("details");
      details.open = !details.open;
    });
    // A browser keeps what was typed when a page is loaded again.
    if (form.elements.q.value) filter();
  }
  go();
})();
