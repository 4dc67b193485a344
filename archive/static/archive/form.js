// Ctrl+S (or ⌘S) saves and stays; leaving with unsaved changes asks first.
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
}
