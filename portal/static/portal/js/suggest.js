// Suggestions under a search field while a reader types: an ARIA 1.2 combobox with a list box.
// The options are links that the server renders; without this script the form simply searches.
(function () {
  "use strict";
  const PAUSE = 120; // milliseconds without a key before the server is asked

  function enhance(field) {
    const status = document.createElement("p");
    let list = null;
    let active = null;
    let timer = 0;
    let request = new AbortController();

    function cancel() {
      clearTimeout(timer);
      request.abort();
      request = new AbortController();
    }

    function activate(option) {
      if (active) active.setAttribute("aria-selected", "false");
      active = option;
      if (option) {
        option.setAttribute("aria-selected", "true");
        field.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        field.removeAttribute("aria-activedescendant");
      }
    }

    function close() {
      cancel();
      activate(null);
      if (list) list.remove();
      list = null;
      status.textContent = "";
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-controls");
    }

    function show(answer) {
      const template = document.createElement("template");
      template.innerHTML = answer;
      close();
      const found = template.content.querySelector("[role=listbox]");
      if (!found || !found.children.length || document.activeElement !== field) return;
      list = found;
      list.id = `${field.id}-suggestions`;
      Array.from(list.children).forEach((option, n) => (option.id = `${list.id}-${n}`));
      // The focus stays in the field, so that a click neither closes the list nor changes the form.
      list.addEventListener("mousedown", (event) => event.preventDefault());
      field.after(list);
      field.setAttribute("aria-expanded", "true");
      field.setAttribute("aria-controls", list.id);
      status.textContent = list.dataset.status;
    }

    function ask() {
      cancel();
      if (!field.value.trim()) return close();
      const address = new URL(field.dataset.suggest, window.location.href);
      address.searchParams.set("q", field.value);
      const { signal } = request;
      fetch(address, { signal })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((text) => signal.aborted || show(text))
        .catch(() => signal.aborted || close());
    }

    function askSoon() {
      cancel();
      activate(null);
      timer = setTimeout(ask, PAUSE);
    }

    // Down from the last option, and up from the first, leads back to the field itself.
    function move(step) {
      const stops = [null, ...list.children];
      activate(stops[(stops.indexOf(active) + step + stops.length) % stops.length]);
    }

    function press(event) {
      if (event.isComposing) return; // an input method takes the key for itself
      const { key } = event;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (event.altKey && key === "ArrowUp") close();
        else if (!list) ask();
        else if (!event.altKey) move(key === "ArrowDown" ? 1 : -1);
      } else if (key === "Enter" && active) {
        event.preventDefault();
        active.click();
        close();
      } else if (key === "Escape" && list) {
        // A browser would empty the field.
        event.preventDefault();
        close();
      } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(key)) {
        activate(null);
      }
    }

    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    field.parentElement.append(status);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", askSoon);
    field.addEventListener("keydown", press);
    field.addEventListener("blur", close);
    field.form.addEventListener("submit", close);
    window.addEventListener("pagehide", close);
  }

  document.querySelectorAll("[data-suggest]").forEach(enhance);
})();
