// Conveniences of a record's form and of its review. The script stands in the head, so it waits for
// the page.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const review = document.querySelector("form.review");
  if (review) guard(review);
  const form = document.querySelector("#content-main > form");
  const stay = form?.querySelector("[name=_continue]");
  if (stay) {
    guard(form);
    saveByKey(stay);
  }
  const slug = form?.querySelector("#id_slug");
  if (slug && document.getElementById("django-admin-prepopulated-fields-constants")) suggest(form, slug);

  // Leaving with something unsaved asks first; what the server has sent back unsaved counts too.
  function guard(form) {
    let changed = form.querySelector("[data-unsaved]") !== null;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }

  // Ctrl+S (or ⌘S) saves and stays. Where the keyboard writes another script, the key counts that
  // stands in the place of the S.
  function saveByKey(stay) {
    document.addEventListener("keydown", (event) => {
      const key = event.key > "\x7f" ? event.code : event.key;
      if ((event.ctrlKey || event.metaKey) && ["s", "KeyS"].includes(key)) {
        event.preventDefault();
        stay.click();
      }
    });
  }

  // Django suggests an address from the English heading; without one, the Russian will do.
  function suggest(form, slug) {
    const english = form.querySelector("#id_title_en, #id_name_en, #id_text_en, #id_label_en");
    const russian = english && document.getElementById(english.id.replace(/_en$/, "_ru"));
    let own = slug.value !== "";
    slug.addEventListener("input", () => { own = slug.value !== ""; });
    russian?.addEventListener("input", () => {
      if (!own && !english.value.trim()) slug.value = window.URLify(russian.value, 50, false);
    });
  }
});
