// Lists with htmx: what was open stays open; the focus stays, or goes to the results after a link;
// the language switch keeps the filters.
(function () {
  "use strict";
  const wide = window.matchMedia("(min-width: 1024px)");
  let open = [];
  let focused = null;
  let followed = false;

  function settle() {
    const panel = document.getElementById("filter-panel");
    if (panel && wide.matches) panel.open = true;
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    followed = event.detail.requestConfig.elt.tagName === "A";
    const active = document.activeElement;
    focused = active && active.form && active.type === "checkbox" ? active : null;
    open = Array.from(document.querySelectorAll("#listing details[open]"), (one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", function () {
    open.forEach(function (id) {
      const one = document.getElementById(id);
      if (one) one.open = true;
    });
    settle();
    if (focused) {
      const same = Array.from(document.getElementsByName(focused.name)).find(
        (one) => one.value === focused.value
      );
      if (same) same.focus({ preventScroll: true });
    } else if (followed) {
      document.getElementById("found").focus({ preventScroll: true });
    }
  });
  document.addEventListener("htmx:pushedIntoHistory", function () {
    const words = document.getElementById("list-q");
    words.value = new URLSearchParams(window.location.search).get("q") || "";
    document.querySelectorAll(".languages a, link[hreflang]").forEach(function (link) {
      const address = new URL(link.href);
      address.search = window.location.search;
      link.href = address.href;
    });
  });
  wide.addEventListener("change", settle);
  settle();
  document.documentElement.classList.add("enhanced");
})();
