// Reads the QR of a label out of a photograph: `<label data-scan="field">` holds the file input, the code goes into the form's field of
// that name. It works without a network. Browsers that cannot read pictures do not show the button; the code is typed there, or the
// phone's own camera opens the label's address.
(() => {
  const reads = "BarcodeDetector" in self;
  if (!reads) document.documentElement.setAttribute("data-no-scan", "");

  async function read(file) {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    return found[0]?.rawValue || "";
  }

  function fill(field, value) {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("change", async (event) => {
    const input = event.target, label = input instanceof HTMLInputElement && input.type === "file" && input.closest("[data-scan]");
    if (!label || !input.files.length) return;
    const form = label.closest("form"), field = form?.elements.namedItem(label.dataset.scan);
    const code = await read(input.files[0]).catch(() => "");
    input.value = "";
    const note = label.nextElementSibling?.matches(".scan-note") ? label.nextElementSibling : document.createElement("p");
    note.className = "scan-note field-error";
    note.setAttribute("role", "alert");
    note.textContent = code ? "" : label.dataset.scanNone;
    label.after(note);
    if (code && field) fill(field, code.replace(/\/+$/, "").split("/").pop());
  });
})();
