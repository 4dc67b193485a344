// The words of an EDTF date, as soon as it is typed.
"use strict";
{
  let waiting;
  document.addEventListener("input", (event) => {
    if (!event.target.matches("input.edtf")) return;
    const output = event.target.parentElement.querySelector(".edtf-words");
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const value = event.target.value.trim();
      const address = `${output.dataset.address}?value=${encodeURIComponent(value)}`;
      const response = await fetch(address, { credentials: "same-origin" });
      if (response.ok && value === event.target.value.trim()) {
        output.textContent = await response.text();
      }
    }, 250);
  });
}
