// Keeps what is typed into a form with data-draft="key" until the form is sent: a reload or a lost network costs nothing. A button with
// data-pick="name:value" is pressed again where it was pressed, and fields that come into sight by it are filled in as they come.
// estateDraft.clear(key) forgets it, together with the uploads of the same key.
(() => {
  const KEY = "estate-draft:";
  const forms = new WeakMap();
  const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "password" && field.type !== "file" && field.tagName !== "ESTATE-UPLOAD");
  const chosen = (field) => field.type === "checkbox" || field.type === "radio";
  const read = (form) => { try { return JSON.parse(localStorage.getItem(KEY + form.dataset.draft) || "{}"); } catch { return {}; } };

  function save(form) {
    const { "@picks": picks } = read(form), kept = picks ? { "@picks": picks } : {};
    for (const field of fields(form)) {
      if (chosen(field)) { if (field.checked) (kept[field.name] ||= []).push(field.value); } else if (field.value) kept[field.name] = field.value;
    }
    localStorage.setItem(KEY + form.dataset.draft, JSON.stringify(kept));
  }

  function pick(form, word) {
    const name = word.split(":")[0], kept = read(form);
    kept["@picks"] = [...(kept["@picks"] || []).filter((other) => other.split(":")[0] !== name), word];
    localStorage.setItem(KEY + form.dataset.draft, JSON.stringify(kept));
  }

  // Fill in what is in sight, each field once; what the person changes meanwhile is the person's.
  function restore(form, state) {
    for (const field of fields(form)) {
      const value = state.kept[field.name], name = chosen(field) ? `${field.name}=${field.value}` : field.name, isList = field.tagName === "SELECT";
      if (value === undefined || state.seen.has(name)) continue;
      if (isList && ![...field.options].some((option) => option.value === value)) continue;
      state.seen.add(name);
      if (chosen(field)) { if (value.includes(field.value) !== field.checked) field.click(); } else if (field.value !== value && (isList || !field.value)) {
        const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set;
        setter.call(field, value);
        field.dispatchEvent(new Event(isList ? "change" : "input", { bubbles: true }));
      }
    }
    for (const button of form.querySelectorAll("button[data-pick]")) {
      if (!state.picks.delete(button.dataset.pick)) continue;
      if (button.getAttribute("aria-pressed") !== "true") button.click();
    }
  }

  function look() {
    document.querySelectorAll("form[data-draft]").forEach((form) => {
      if (!form.dataset.draft) return;
      let state = forms.get(form);
      if (!state) {
        const kept = read(form);
        state = { kept, picks: new Set(kept["@picks"] || []), seen: new Set() };
        forms.set(form, state);
        const touched = (event) => { if (event.isTrusted) state.kept = {}; save(form); };
        form.addEventListener("input", touched);
        form.addEventListener("change", touched);
        form.addEventListener("click", (event) => {
          const button = event.target.closest("button[data-pick]");
          if (!button) return;
          if (event.isTrusted) state.picks.clear();
          pick(form, button.dataset.pick);
        });
      }
      restore(form, state);
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
