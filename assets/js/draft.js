// Keeps what is typed into a form with data-draft="key" until the form is sent: a reload or a lost network costs nothing.
// estateDraft.clear(key) forgets it, together with the uploads of the same key.
(() => {
  const KEY = "estate-draft:";
  const forms = new WeakSet();
  const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "password" && field.type !== "file" && field.tagName !== "ESTATE-UPLOAD");
  const chosen = (field) => field.type === "checkbox" || field.type === "radio";

  function save(form) {
    const kept = {};
    for (const field of fields(form)) {
      if (chosen(field)) { if (field.checked) (kept[field.name] ||= []).push(field.value); } else if (field.value) kept[field.name] = field.value;
    }
    localStorage.setItem(KEY + form.dataset.draft, JSON.stringify(kept));
  }

  function restore(form) {
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(KEY + form.dataset.draft) || "{}"); } catch { return; }
    for (const field of fields(form)) {
      const value = kept[field.name];
      if (value === undefined) continue;
      if (chosen(field)) { if (value.includes(field.value) !== field.checked) field.click(); } else if (!field.value) {
        const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set;
        setter.call(field, value);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  }

  function look() {
    document.querySelectorAll("form[data-draft]").forEach((form) => {
      if (forms.has(form)) return;
      forms.add(form);
      restore(form);
      form.addEventListener("input", () => save(form));
      form.addEventListener("change", () => save(form));
    });
  }

  self.estateDraft = {
    clear(key) {
      localStorage.removeItem(KEY + key);
      localStorage.removeItem(`estate-upload:${key}`);
      document.querySelectorAll(`estate-upload[data-draft="${key}"]`).forEach((upload) => upload.clear());
    },
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
