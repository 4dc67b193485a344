// Ctrl+S (or ⌘S) saves and stays; leaving with unsaved changes asks first. An address is suggested
// from the Russian heading when there is no English one (Django suggests it from the English).
"use strict";
{
  const form = document.querySelector("form.record-form, #content-main > form[enctype], #content-main > form");
  const stay = form && form.querySelector("[name=_continue]");
  if (stay) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        stay.click();
      }
    });
  }
  const slug = document.getElementById("id_slug");
  const suggested = document.getElementById("django-admin-prepopulated-fields-constants");
  if (slug && suggested && typeof URLify === "function") {
    const [english] = ["title", "name", "text"].map((name) => document.getElementById(`id_${name}_en`)).filter(Boolean);
    const russian = english && document.getElementById(english.id.replace(/_en$/, "_ru"));
    let own = slug.value !== "";
    slug.addEventListener("input", () => { own = slug.value !== ""; });
    russian?.addEventListener("input", () => {
      if (!own && !english.value.trim()) slug.value = URLify(russian.value, 50, false);
    });
  }
}
