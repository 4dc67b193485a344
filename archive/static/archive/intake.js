// Taking in: progress without reloading, and answers with one key. The script stands in the head.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const standing = document.getElementById("intake-standing");
  if (standing && "underWay" in standing.dataset) follow(standing);
  const form = document.getElementById("intake-form");
  if (form) answer(form);

  // Ask every two seconds how far it has come; the page of one intake then shows what is asked.
  function follow(standing) {
    const timer = setInterval(async () => {
      const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
      if (!response?.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const now = page.getElementById("intake-standing");
      const goesOn = now && "underWay" in now.dataset;
      if (!goesOn) clearInterval(timer);
      if (!goesOn && "thenReload" in standing.dataset) {
        location.reload();
      } else if (now && now.innerHTML !== standing.innerHTML) {
        const held = document.activeElement?.getAttribute("href");
        standing.innerHTML = now.innerHTML;
        if (held) standing.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
      }
    }, 2000);
  }

  function answer(form) {
    const rows = [...form.querySelectorAll(".suggestion")];
    const said = document.getElementById("intake-said");
    const here = () => rows.indexOf(document.activeElement?.closest(".suggestion"));

    form.addEventListener("change", async (event) => {
      const row = event.target.closest(".suggestion");
      if (!row) return;
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.set("suggestion", row.id.replace("suggestion-", ""));
      body.set("answer", event.target.value);
      const seen = form.elements[`seen-${event.target.name}`];
      body.set("seen", seen.value);
      const group = row.closest(".suggestions");
      const all = group.querySelector("button[name=_accept]");
      if (all) all.hidden = !group.querySelector(".suggestion:not(:has(input:checked))");
      const response = await fetch(form.dataset.answers, {
        method: "POST", body, credentials: "same-origin",
      }).catch(() => null);
      if (response?.ok) seen.value = event.target.value;
      said.hidden = Boolean(response?.ok);
      said.textContent = response?.ok ? "" : form.dataset.lost;
    });

    // Answers are stored one by one, what is typed by a button: leaving without it asks first.
    let typed = false;
    form.addEventListener("input", (event) => {
      if (!event.target.closest(".suggestion")) typed = true;
    });
    form.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (typed) event.preventDefault();
    });

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !rows.length) return;
      if (event.target.closest("textarea, select, input:not([type=radio]), .select2-container")) return;
      // Of a keyboard that writes another script the keys count that stand in the same places.
      const key = event.key > "\x7f" ? event.code.replace("Key", "").toLowerCase() : event.key;
      const step = { j: 1, k: -1 }[key];
      if (step) {
        event.preventDefault();
        const from = here();
        move(from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step);
      }
      const value = { a: "accepted", r: "rejected" }[key];
      if (value && here() >= 0) {
        event.preventDefault();
        rows[here()].querySelector(`input[value=${value}]`).click();
        move(here() + 1);
      }
    });

    function move(to) {
      if (to < 0 || to >= rows.length) return;
      rows[to].focus({ preventScroll: true });
      rows[to].scrollIntoView({ block: "center" });
    }

    // A place in the text opens the text.
    const text = document.getElementById("intake-text");
    form.addEventListener("click", (event) => {
      if (text && event.target.closest(".suggestion-place")) text.open = true;
    });
  }
});
