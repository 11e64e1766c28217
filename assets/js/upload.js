// <estate-upload>: photos and videos of a form. Each file goes up by itself with its own progress, retry and removal; the form gets the
// ids, comma-separated, under the element's name ("uploading" among them while one is on its way). What was uploaded is kept per draft
// key until the form clears it, and so are the files that are still on their way: neither a reload nor a lost network loses one.
(() => {
  const MAX_EDGE = 2560;
  const again = new Set();

  // ---- files that are not up yet; a browser without a store works as before, only without this memory
  const opened = () => new Promise((done, fail) => {
    const asked = indexedDB.open("estate-uploads", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "n", autoIncrement: true }).createIndex("key", "key");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  async function within(mode, work) {
    const base = await opened();
    try {
      const move = base.transaction("files", mode);
      const asked = work(move.objectStore("files"));
      await new Promise((done, fail) => { move.oncomplete = done; move.onerror = move.onabort = () => fail(move.error); });
      return asked?.result;
    } finally { base.close(); }
  }
  const kept = (key) => within("readonly", (files) => files.index("key").getAll(key)).catch(() => []);
  const keepFile = (key, { file, kind }) => within("readwrite", (files) => files.add({ key, kind, file })).catch(() => 0);
  const dropFile = (n) => n && within("readwrite", (files) => files.delete(n)).catch(() => {});
  const style = `
    :host { display: block; }
    ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 8px; list-style: none; margin: 0; padding: 0; }
    li { position: relative; aspect-ratio: 1; border-radius: var(--radius-photo); overflow: hidden; background: var(--slate-a3); }
    img, video { width: 100%; height: 100%; object-fit: cover; display: block; }
    .veil { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; border: 0; padding: 4px; background: rgba(28,32,36,.72);
      color: #fff; font: 600 13px/1.3 var(--font-stack); text-align: center; }
    .remove { position: absolute; top: 0; right: 0; width: 44px; height: 44px; border: 0; background: none; padding: 0; cursor: pointer; }
    .remove::after { content: "×"; position: absolute; top: 4px; right: 4px; width: 22px; height: 22px; border-radius: 11px; background: #1c2024; color: #fff;
      font: 600 16px/21px var(--font-stack); }
    .add { width: 100%; height: 100%; border: 1.5px dashed var(--control-line); border-radius: var(--radius-photo); background: none; color: var(--text-soft);
      font: 14px/20px var(--font-stack); cursor: pointer; }
    .add::before { content: "+"; display: block; font-size: 24px; line-height: 26px; }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
    p { margin: 6px 0 0; color: var(--danger-text); font: 14px/20px var(--font-stack); }`;

  class EstateUpload extends HTMLElement {
    static formAssociated = true;

    constructor() {
      super();
      this.internals = this.attachInternals();
      this.items = [];
      this.attachShadow({ mode: "open" });
    }

    connectedCallback() {
      const isNew = !this.shadowRoot.childNodes.length;
      if (isNew) this.restore();
      this.draw();
      if (isNew && this.key) this.revive();
      again.add(this);
    }

    disconnectedCallback() { again.delete(this); }

    get key() { return this.dataset.draft ? `estate-upload:${this.dataset.draft}` : ""; }
    room(kind) { return Number(kind === "video" ? this.dataset.videos || 0 : this.dataset.photos || 9) - this.items.filter((item) => item.kind === kind).length; }

    // What was on its way when the page was left is sent again.
    async revive() {
      for (const { n, kind, file } of await kept(this.key)) {
        const item = { n, kind, file, thumbnail: URL.createObjectURL(file) };
        this.items.push(item);
        this.send(item);
      }
    }

    // The network is back: whatever failed for want of it goes up by itself.
    retryLost() { this.items.filter((item) => item.isLost).forEach((item) => this.send(item)); }

    restore() {
      try { this.items = this.key ? JSON.parse(localStorage.getItem(this.key) || "[]") : []; } catch { this.items = []; }
    }

    keep() {
      const done = this.items.filter((item) => item.id).map(({ id, kind, thumbnail }) => ({ id, kind, thumbnail }));
      if (this.key) localStorage.setItem(this.key, JSON.stringify(done));
      const ids = this.items.map((item) => item.id || (item.failed ? "" : "uploading")).filter(Boolean);
      this.internals.setFormValue(ids.join(","));
      this.setAttribute("value", ids.join(","));
    }

    clear() {
      this.items.forEach((item) => dropFile(item.n));
      this.items = [];
      this.keep();
      this.draw();
    }

    draw(message = "") {
      const list = document.createElement("ul");
      this.items.forEach((item) => list.append(this.tile(item)));
      if (this.room("photo") > 0 || this.room("video") > 0) list.append(this.adder());
      const note = document.createElement("p");
      note.setAttribute("role", "alert");
      note.textContent = message;
      const sheet = document.createElement("style");
      sheet.textContent = style;
      this.shadowRoot.replaceChildren(sheet, list, ...(message ? [note] : []));
      this.keep();
    }

    tile(item) {
      const box = document.createElement("li");
      const picture = document.createElement(item.kind === "video" ? "video" : "img");
      picture.src = item.thumbnail;
      if (item.kind !== "video") picture.alt = this.dataset.photo;
      box.append(picture);
      if (item.failed) {
        const retry = document.createElement("button");
        retry.type = "button";
        retry.className = "veil";
        retry.textContent = this.dataset.retry;
        retry.onclick = () => this.send(item);
        box.append(retry);
      } else if (!item.id) {
        item.veil = document.createElement("span");
        item.veil.className = "veil";
        item.veil.setAttribute("role", "status");
        item.veil.textContent = `${item.percent || 0}%`;
        box.append(item.veil);
      }
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "remove";
      remove.setAttribute("aria-label", this.dataset.remove);
      remove.onclick = () => { item.request?.abort(); dropFile(item.n); this.items = this.items.filter((other) => other !== item); this.draw(); };
      box.append(remove);
      return box;
    }

    adder() {
      const box = document.createElement("li");
      const input = document.createElement("input");
      input.type = "file";
      input.multiple = true;
      input.tabIndex = -1;
      input.accept = this.dataset.accept || "image/*,video/mp4,video/quicktime";
      input.hidden = true;
      input.onchange = () => this.take([...input.files]);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "add";
      button.textContent = this.dataset.add;
      button.onclick = () => input.click();
      box.append(input, button);
      return box;
    }

    async take(files) {
      const taken = [];
      for (const file of files) {
        const item = { file, kind: file.type.startsWith("video") ? "video" : "photo", thumbnail: URL.createObjectURL(file) };
        if (this.room(item.kind) <= 0) continue;
        this.items.push(item);
        taken.push(item);
      }
      this.draw(files.length > taken.length ? this.dataset.tooMany : "");
      for (const item of taken) {
        if (this.key) item.n = await keepFile(this.key, item);
        this.send(item);
      }
    }

    async send(item) {
      item.failed = item.isLost = false;
      item.percent = 0;
      this.draw();
      const body = new FormData();
      body.append("file", await shrink(item.file), item.file.name);
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", "/media/upload");
      request.setRequestHeader("Accept-Language", document.documentElement.lang || "zh");
      request.upload.onprogress = (event) => { item.percent = Math.round((event.loaded / event.total) * 99); if (item.veil) item.veil.textContent = `${item.percent}%`; };
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* an answer that is no JSON counts as a failure below */ }
        // What the server refuses for good would only be refused again; what failed for now is kept for the next try.
        if (request.status < 500 && ![401, 408, 429].includes(request.status)) { dropFile(item.n); item.n = 0; }
        if (request.status === 201) { item.id = answer.id; item.kind = answer.kind; if (answer.thumbnail_url) item.thumbnail = answer.thumbnail_url; this.draw(); } else this.fail(item, answer.title);
      };
      request.onerror = () => { item.isLost = true; this.fail(item, ""); };
      request.ontimeout = request.onerror;
      request.timeout = 120000;
      request.send(body);
    }

    fail(item, detail) {
      item.failed = true;
      this.draw(detail || this.dataset.failed);
    }
  }

  // Phones make photos of 5–10 MB; what the server would shrink anyway is shrunk before it travels.
  async function shrink(file) {
    if (!file.type.startsWith("image/") || file.size < 1500000 || !self.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, MAX_EDGE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return smaller && smaller.size < file.size ? smaller : file;
    } catch { return file; }
  }

  self.estateShrink = shrink;
  self.addEventListener("online", () => again.forEach((upload) => upload.retryLost()));
  if (!customElements.get("estate-upload")) customElements.define("estate-upload", EstateUpload);
})();
