// The dispatch board: an order is dragged from the queue or from a lane onto another lane. The drop fills the hidden form that
// the page listens to; the menu 改派… does the same without a mouse.
(() => {
  let carried = null;
  const lane = (event) => carried && event.target instanceof Element && event.target.closest("[data-lane]");
  const mark = (found) => document.querySelectorAll("[data-lane]").forEach((one) => one.classList.toggle("is-target", one === found));
  document.addEventListener("dragstart", (event) => {
    const item = event.target instanceof Element && event.target.closest("[data-order]");
    if (!item) return;
    carried = item.dataset.order;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", carried);
    item.classList.add("is-carried");
  });
  document.addEventListener("dragover", (event) => {
    const found = lane(event);
    if (!found) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    mark(found);
  });
  document.addEventListener("drop", (event) => {
    const found = lane(event), form = document.getElementById("board-drop");
    if (!found || !form) return;
    event.preventDefault();
    form.elements.order_id.value = carried;
    form.elements.technician_id.value = found.dataset.lane;
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => {
    carried = null;
    mark(null);
    document.querySelectorAll(".is-carried").forEach((one) => one.classList.remove("is-carried"));
  });
})();
