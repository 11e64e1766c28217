// <estate-signature>: a field to sign in with a finger or a mouse. What was drawn goes up as a picture; the form gets its id.
(() => {
  const style = `:host { display: block; } canvas { width: 100%; height: 140px; border: 1.5px dashed var(--control-line); border-radius: var(--radius-photo);
      background: #fff; touch-action: none; display: block; }
    div { display: flex; justify-content: space-between; gap: 8px; margin-top: 6px; font: 14px/22px var(--font-stack); color: var(--text-soft); }
    button { border: 0; background: none; color: var(--accent-text); font: inherit; font-weight: 600; min-height: 44px; padding: 0 8px; cursor: pointer; }`;

  class EstateSignature extends HTMLElement {
    static formAssociated = true;

    constructor() {
      super();
      this.internals = this.attachInternals();
      this.attachShadow({ mode: "open" });
    }

    connectedCallback() {
      if (this.shadowRoot.childNodes.length) return;
      const sheet = document.createElement("style");
      sheet.textContent = style;
      this.canvas = document.createElement("canvas");
      this.canvas.width = 720;
      this.canvas.height = 280;
      this.canvas.setAttribute("role", "img");
      this.canvas.setAttribute("aria-label", this.dataset.label);
      const foot = document.createElement("div");
      this.note = document.createElement("span");
      this.note.setAttribute("role", "status");
      this.note.textContent = this.dataset.hint;
      const clear = document.createElement("button");
      clear.type = "button";
      clear.textContent = this.dataset.clear;
      clear.onclick = () => this.clear();
      foot.append(this.note, clear);
      this.shadowRoot.append(sheet, this.canvas, foot);
      this.clear();
      this.canvas.onpointerdown = (event) => { this.canvas.setPointerCapture(event.pointerId); this.last = this.at(event); };
      this.canvas.onpointermove = (event) => { if (this.last) this.line(this.at(event)); };
      this.canvas.onpointerup = () => { this.last = null; clearTimeout(this.timer); this.timer = setTimeout(() => this.send(), 700); };
      this.canvas.onpointercancel = this.canvas.onpointerup;
    }

    at(event) {
      const box = this.canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * 720) / box.width, ((event.clientY - box.top) * 280) / box.height];
    }

    line(to) {
      const pen = this.canvas.getContext("2d");
      pen.lineWidth = 5;
      pen.lineCap = "round";
      pen.strokeStyle = "#1c2024";
      pen.beginPath();
      pen.moveTo(...this.last);
      pen.lineTo(...to);
      pen.stroke();
      this.last = to;
      this.drawn = true;
      // A form that is sent before the picture is up must be told to wait, not get the signature of a moment ago.
      this.value("uploading");
    }

    value(id) {
      this.internals.setFormValue(id);
      this.setAttribute("value", id);
    }

    clear() {
      const pen = this.canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, 720, 280);
      this.drawn = false;
      this.value("");
      if (this.note) this.note.textContent = this.dataset.hint;
    }

    // What was drawn, for a form that is kept on the phone and sent later; nothing, when nobody has signed.
    picture() {
      return this.drawn ? new Promise((done) => this.canvas.toBlob(done, "image/png")) : Promise.resolve(null);
    }

    async send() {
      if (!this.drawn) return;
      if (this.dataset.later !== undefined) { this.note.textContent = this.dataset.kept; return; }
      this.value("uploading");
      const picture = await new Promise((done) => this.canvas.toBlob(done, "image/png"));
      const body = new FormData();
      body.append("file", picture, "signature.png");
      try {
        const answer = await fetch("/media/upload", { method: "POST", body });
        if (!answer.ok) throw new Error();
        this.value((await answer.json()).id);
        this.note.textContent = this.dataset.kept;
      } catch { this.value(""); this.note.textContent = this.dataset.failed; }
    }
  }

  if (!customElements.get("estate-signature")) customElements.define("estate-signature", EstateSignature);
})();
