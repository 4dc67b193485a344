// The translation screen by keyboard: Ctrl+Enter saves and goes on, Ctrl+S saves and stays.
"use strict";
{
  const form = document.querySelector(".translate form");
  const at = form.elements._at;
  let changed = form.querySelector(".errorlist") !== null;

  // After a save the address names the field that waits next, and the browser goes there itself.
  const first = form.querySelector(".errorlist ~ textarea")
    || form.querySelector(".pair-missing textarea, .pair-outdated textarea");
  if (first && !location.hash) first.focus();
  else if (location.hash) window.addEventListener("load", note);

  form.addEventListener("focusin", note);
  note();
  function note() {
    const text = document.activeElement.closest("section.pair");
    if (text) at.value = text.id;
  }
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
    // Of a keyboard that writes another script the key counts that stands in the place of the S.
    const key = event.key > "\x7f" ? event.code : event.key;
    const button = { Enter: "_next", s: "_stay", KeyS: "_stay" }[key];
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
