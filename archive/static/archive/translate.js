// The translation screen by keyboard: Ctrl+Enter saves and goes on, Ctrl+S saves and stays.
"use strict";
{
  const form = document.querySelector(".translate form");
  const at = form.elements._at;
  let changed = form.querySelector(".errorlist") !== null;

  // After a save the page opens at the text that waits next; else at the first one.
  const named = location.hash && document.getElementById(location.hash.slice(1));
  const first = named || form.querySelector(".errorlist ~ textarea")?.closest(".pair")
    || form.querySelector(".pair-missing, .pair-outdated");
  first?.querySelector("textarea")?.focus({ preventScroll: true });
  if (first && first !== form.querySelector("section.pair")) first.scrollIntoView({ block: "center" });

  form.addEventListener("focusin", (event) => {
    const text = event.target.closest("section.pair");
    if (text) at.value = text.id;
  });
  form.addEventListener("input", (event) => {
    changed = true;
    if (event.target.dataset.limit) count(event.target);
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    const button = { Enter: "_next", s: "_stay" }[event.key];
    if (!button) return;
    event.preventDefault();
    form.elements[button].click();
  });

  // How many letters of how many, once the limit is near. Letters are counted as the server does.
  function count(field) {
    const limit = Number(field.dataset.limit);
    const length = [...field.value].length;
    let told = field.parentElement.querySelector(".letters");
    if (!told && length < limit * 0.8) return;
    if (!told) {
      told = document.createElement("output");
      told.className = "letters";
      field.after(told);
    }
    told.textContent = `${length} / ${limit}`;
    told.classList.toggle("too-many", length > limit);
  }
  for (const field of form.querySelectorAll("[data-limit]")) count(field);
}
