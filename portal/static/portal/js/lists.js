// Lists with htmx: what was opened stays open, and the language switch keeps the filters.
(function () {
  "use strict";
  const wide = window.matchMedia("(min-width: 1024px)");
  let open = [];

  function settle() {
    const panel = document.getElementById("filter-panel");
    if (panel && wide.matches) panel.open = true;
  }

  document.addEventListener("htmx:beforeSwap", function () {
    open = Array.from(document.querySelectorAll("#listing details[open]"), (one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", function () {
    open.forEach(function (id) {
      const one = document.getElementById(id);
      if (one) one.open = true;
    });
    settle();
  });
  document.addEventListener("htmx:pushedIntoHistory", function () {
    document.querySelectorAll("a[hreflang]").forEach(function (link) {
      link.search = window.location.search;
    });
  });
  wide.addEventListener("change", settle);
  settle();
  document.documentElement.classList.add("enhanced");
})();
