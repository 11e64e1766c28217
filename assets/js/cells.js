// A column of inputs marked data-cell reads like a sheet: Enter and the arrows go from one to the next; leaving one saves it.
(() => {
  const STEP = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || !cell.dataset.cell || !(event.key in STEP) || event.isComposing) return;
    event.preventDefault();
    const cells = [...document.querySelectorAll("input[data-cell]")];
    const next = cells[cells.indexOf(cell) + (event.shiftKey && event.key === "Enter" ? -1 : STEP[event.key])];
    if (next) { next.focus(); next.select(); } else { cell.blur(); }
  });
})();
