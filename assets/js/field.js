// A technician's work without a network. Steps are kept in IndexedDB in their order, with words, photos and signature, and sent to
// /field/steps once there is a network; pages that were looked at are kept as pictures of themselves whose buttons fill the same queue.
(() => {
  const PAGES = "estate-pages", STATIC = "estate-static", MOST_PAGES = 40, MOST_AT_ONCE = 40, BEAT = 2000, AGAIN = 15000;
  const POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'";
  const OWN = ["/js/upload.js", "/js/draft.js", "/js/signature.js", "/js/locate.js", "/js/scan.js", "/js/field.js", "/icons.svg"];
  const root = document.documentElement;
  const dropped = new Map();
  const mayKeep = "serviceWorker" in navigator && "caches" in self;
  let busy = false, isSignedOut = false, lastTry = 0, lastPicture = "";

  const shell = () => document.querySelector(".shell-technician");
  const band = () => document.querySelector("estate-offline");
  const isOffline = () => !navigator.onLine || document.querySelector(".socket-lost") !== null;
  const isPicture = () => root.hasAttribute("data-snapshot");
  const say = (name, count) => (band()?.dataset[name] || "").replace("%", String(count ?? ""));
  const named = (action) => say("action" + action.replace(/(^|_)(\w)/g, (_, __, letter) => letter.toUpperCase()));
  const clock = (at) => new Date(at).toLocaleTimeString(root.lang || "zh", { hour: "2-digit", minute: "2-digit", hour12: false });
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // ---- the queue
  const opened = () => new Promise((done, fail) => {
    const asked = indexedDB.open("estate-field", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("steps", { keyPath: "n", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  async function within(mode, work) {
    const base = await opened();
    try {
      const move = base.transaction("steps", mode);
      const asked = work(move.objectStore("steps"));
      await new Promise((done, fail) => { move.oncomplete = done; move.onerror = move.onabort = () => fail(move.error); });
      return asked?.result;
    } finally { base.close(); }
  }
  const all = () => within("readonly", (steps) => steps.getAll());
  const put = (step) => within("readwrite", (steps) => steps.put(step));
  const drop = (n) => within("readwrite", (steps) => steps.delete(n));
  const change = (n, what) => within("readwrite", (steps) => {
    const asked = steps.get(n);
    asked.onsuccess = () => asked.result && steps.put({ ...asked.result, ...what });
  });

  async function take(button, { action = button.dataset.fieldStep, fields = {}, photos = [], signature = null } = {}) {
    const { to = "" } = button.dataset;
    const job = button.closest("[data-order]");
    await put({
      key: newKey(), order: Number(job.dataset.order), place: job.dataset.place || "", action, to, fields, photos, signature,
      at: new Date().toISOString(), state: "waiting", text: "", isKept: false,
    });
    await show();
    flush();
  }

  // ---- sending
  async function flush() {
    if (busy || !navigator.onLine) return;
    busy = true;
    lastTry = Date.now();
    try {
      if (navigator.locks) await navigator.locks.request("estate-field", { ifAvailable: true }, (lock) => lock && send());
      else await send();
    } catch { /* no network after all: the next beat tries again, and nothing is lost */ } finally {
      busy = false;
      await show();
    }
  }

  async function send() {
    const stuck = new Set(), ready = [];
    for (const step of await all()) {
      if (stuck.has(step.order) || ready.length === MOST_AT_ONCE) continue;
      if (step.state !== "conflict" && (await uploaded(step))) ready.push(step);
      else stuck.add(step.order);
    }
    if (!ready.length) return;
    const body = JSON.stringify({ steps: ready.map(told) });
    const answer = await fetch("/field/steps", { method: "POST", headers: { "content-type": "application/json" }, body });
    isSignedOut = answer.status === 401;
    if (isSignedOut || answer.status >= 500 || answer.status === 429) return;
    const said = await answer.json();
    if (!answer.ok) { await change(ready[0].n, { state: "conflict", text: said.title || "" }); return; }
    for (const [place, result] of said.results.entries()) {
      if (result.outcome === "conflict") await change(ready[place].n, { state: "conflict", text: result.text });
      else if (result.outcome !== "held") await drop(ready[place].n);
    }
    if (isPicture() && !(await all()).some((step) => step.state === "waiting")) location.reload();
  }

  const told = (step) => ({
    key: step.key, order_id: step.order, action: step.action, at: step.at, is_kept: step.isKept,
    fields: { ...step.fields, photo_ids: step.photos.map((photo) => photo.id), signature_id: step.signature?.id },
  });

  // Whether every picture of a step is up; one that is refused makes a conflict, and stays with its words.
  async function uploaded(step) {
    for (const file of [...step.photos, ...(step.signature ? [step.signature] : [])]) {
      if (file.id) continue;
      const body = new FormData();
      body.append("file", file.blob, file.name);
      const answer = await fetch("/media/upload", { method: "POST", body });
      if (answer.status === 401) isSignedOut = true;
      if (answer.status === 401 || answer.status === 429 || answer.status >= 500) throw new Error("later");
      const said = await answer.json();
      if (answer.status !== 201) {
        file.isBad = true;
        await change(step.n, { photos: step.photos, signature: step.signature, state: "conflict", text: `${said.title || ""} ${say("withoutPhoto")}` });
        return false;
      }
      file.id = said.id;
      await change(step.n, { photos: step.photos, signature: step.signature });
    }
    return true;
  }

  // 保留我的: sent again, with the server's time where the phone's was refused and without a picture that is none.
  async function keepMine(step) {
    const again = (file) => ({ blob: file.blob, name: file.name });
    await change(step.n, {
      state: "waiting", text: "", isKept: true, photos: step.photos.filter((file) => !file.isBad).map(again),
      signature: step.signature && !step.signature.isBad ? again(step.signature) : null,
    });
    flush();
  }

  // 使用最新: the step is given up; it can be taken back while the page is open.
  async function useLatest(step) {
    dropped.set(step.n, step);
    await drop(step.n);
    await show();
    flush();
  }

  // ---- what is seen
  async function show() {
    if (!shell()) return;
    const isAway = isOffline();
    root.toggleAttribute("data-offline", isAway);
    let steps = [];
    try { steps = await all(); } catch { /* a browser without a store: pages work as they are */ }
    band()?.draw(steps, isAway);
    drawJob(steps);
    document.querySelector("estate-queue")?.draw(steps);
  }

  function drawJob(steps) {
    const job = document.querySelector("[data-field-job]");
    if (!job) return;
    const own = steps.filter((step) => step.order === Number(job.dataset.order));
    const status = own.reduce((now, step) => (step.state === "waiting" && step.to ? step.to : now), job.dataset.status);
    document.querySelectorAll("[data-from]").forEach((button) => { button.hidden = !button.dataset.from.split(" ").includes(status); });
    document.querySelectorAll("input[data-field-check]").forEach((box) => drawTick(box, own, status));
    const list = job.querySelector("[data-field-pending]");
    const seen = JSON.stringify(own.map((step) => [step.n, step.state]));
    if (list && list.dataset.seen !== seen) {
      list.dataset.seen = seen;
      list.replaceChildren(...own.map((step) => line(step)));
    }
  }

  // A line of the checklist as it will be once everything that waits is uploaded; with a network again the page's own state counts.
  function drawTick(box, own, status) {
    const { fieldCheck: item, done, open } = box.dataset;
    if (isOffline() || isPicture()) {
      const last = own.filter((step) => step.state === "waiting" && step.fields.item === item).pop();
      box.checked = last ? last.action === "check" : done === "true";
      box.disabled = status !== "working" && status !== "paused";
      box.dataset.drawn = "";
    } else if ("drawn" in box.dataset) {
      box.checked = done === "true";
      box.disabled = open !== "true";
      delete box.dataset.drawn;
    }
  }

  function made(tag, looks, text = "", children = []) {
    const one = document.createElement(tag);
    one.className = looks;
    if (text) one.textContent = text;
    one.append(...children);
    return one;
  }

  function line(step) {
    const mark = step.state === "conflict" ? made("span", "badge badge-soft badge-red", say("conflictMark")) : made("span", "badge badge-soft badge-orange", say("waitingMark"));
    return made("div", "row between", "", [made("span", "t2", `${named(step.action)} · ${clock(step.at)}`), mark]);
  }

  class EstateOffline extends HTMLElement {
    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: "open" });
      show();
    }

    draw(steps, isAway) {
      const waiting = steps.filter((step) => step.state === "waiting").length, stuck = steps.length - waiting;
      let text = "", aside = "";
      if (isAway) { text = say(steps.length ? "away" : "awayIdle", steps.length); aside = say("retrying"); }
      else if (isSignedOut && waiting) text = say("signIn", waiting);
      else if (stuck) text = say("stuck", stuck);
      else if (waiting) { text = say("sending", waiting); aside = say("retrying"); }
      if (this.said === text + aside) return;
      this.said = text + aside;
      const sheet = document.createElement("style");
      sheet.textContent = `a { display: flex; justify-content: space-between; gap: 12px; padding: 12px 16px; background: var(--bulk-ground); color: var(--on-fill);
        font: 14px/20px var(--font-stack); text-decoration: none; } small { font-size: 13px; opacity: .75; white-space: nowrap; }
        a:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }`;
      const link = document.createElement("a");
      link.href = !isAway && isSignedOut ? "/login?next=/tech/queue" : "/tech/queue";
      link.setAttribute("role", "status");
      link.append(text, made("small", "", aside));
      link.onclick = (event) => { event.preventDefault(); location.assign(link.href); };
      this.shadowRoot.replaceChildren(...(text ? [sheet, link] : []));
    }
  }

  class EstateQueue extends HTMLElement {
    connectedCallback() { show(); }

    async draw(steps) {
      const seen = JSON.stringify([steps.map((step) => [step.n, step.state, step.text]), [...dropped.keys()]]);
      if (this.seen === seen && this.childNodes.length) return;
      this.seen = seen;
      const known = mayKeep && isOffline() ? await keptJobs() : [];
      const parts = steps.map((step) => this.card(step, steps)), gone = [...dropped.values()].map((step) => this.gone(step));
      if (!parts.length && !gone.length) parts.push(made("div", "card stack gap-2", "", [made("p", "strong", say("empty")), made("p", "soft-text t2", say("emptyBody"))]));
      this.replaceChildren(...parts, ...gone, ...(known.length ? [made("div", "card stack gap-2", "", [made("h2", "t3 strong", say("jobs")), ...known])] : []));
    }

    card(step, steps) {
      const isHeld = step.state !== "conflict" && steps.some((other) => other.order === step.order && other.n < step.n && other.state === "conflict");
      const mark = step.state === "conflict" ? ["badge badge-soft badge-red", say("conflictMark")] : ["badge badge-soft badge-orange", say(isHeld ? "heldMark" : "waitingMark")];
      const sure = step.fields.accuracy ? `±${step.fields.accuracy} m` : "";
    const facts = [clock(step.at), sure, step.photos.length ? say("photos", step.photos.length) : "", step.signature ? say("signed") : ""].filter(Boolean).join(" · ");
      const box = made("section", "card stack gap-2", "", [
        made("div", "row between", "", [made("span", "t3 strong", named(step.action)), made("span", ...mark)]),
        made("span", "t2", step.place),
        made("span", "t1 soft-text", facts),
      ]);
      box.dataset.testid = "queued";
      const written = step.fields.note || step.fields.item || step.fields.label;
      if (written) box.append(made("p", "t2 preline break", written));
      if (step.state !== "conflict") return box;
      const why = made("p", "field-error", step.text);
      why.setAttribute("role", "alert");
      const mine = made("button", "btn btn-primary grow", say("mine")), latest = made("button", "btn btn-neutral grow", say("latest"));
      mine.type = latest.type = "button";
      mine.dataset.testid = "keep-mine";
      latest.dataset.testid = "use-latest";
      mine.onclick = () => keepMine(step);
      latest.onclick = () => useLatest(step);
      box.append(why, made("div", "row gap-2", "", [latest, mine]));
      return box;
    }

    gone(step) {
      const undo = made("button", "btn btn-ghost btn-small", say("undo"));
      undo.type = "button";
      undo.onclick = async () => { dropped.delete(step.n); await put(step); show(); };
      return made("section", "card row between", "", [made("span", "t2 soft-text", `${named(step.action)} · ${say("goneMark")}`), undo]);
    }
  }

  // ---- pages kept as pictures of themselves
  async function keptJobs() {
    const cache = await caches.open(PAGES);
    const keys = (await cache.keys()).filter((request) => /\/tech\/jobs\/\d+$/.test(request.url));
    return Promise.all(keys.map(async (request) => {
      const link = made("a", "link", decodeURIComponent((await cache.match(request)).headers.get("x-title") || request.url));
      link.href = new URL(request.url).pathname;
      return link;
    }));
  }

  async function keep() {
    if (!mayKeep || !shell() || isPicture() || isOffline()) return;
    const main = document.querySelector("main#content");
    if (!main || !main.textContent || document.querySelector('.skeleton, [aria-busy="true"], [role="dialog"], dialog[open]')) return;
    const path = location.pathname.replace(/\/$/, ""), seen = path + main.innerHTML.length + main.textContent;
    if (seen === lastPicture) return;
    lastPicture = seen;
    const copy = root.cloneNode(true);
    copy.setAttribute("data-snapshot", new Date().toISOString());
    copy.removeAttribute("data-offline");
    copy.querySelectorAll('script, link[rel="modulepreload"], link[rel="preload"], [data-sonner-toaster], [data-radix-portal], iframe').forEach((part) => part.remove());
    const head = copy.querySelector("head");
    OWN.filter((one) => one.endsWith(".js")).forEach((one) => {
      const script = document.createElement("script");
      script.src = one;
      script.defer = true;
      head.append(script);
    });
    const title = [main.querySelector("h1")?.textContent, main.querySelector("[data-field-job]")?.dataset.title].filter(Boolean).join(" · ");
    const cache = await caches.open(PAGES);
    await cache.put(path, picture(copy, title));
    if (path !== "/tech/queue") {
      const queue = document.createElement("estate-queue");
      queue.className = "stack gap-3";
      copy.querySelector("main").replaceChildren(made("h1", "t5 strong", say("title")), queue);
      if (!(await cache.match("/tech/queue"))) await cache.put("/tech/queue", picture(copy, say("title")));
    }
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((key) => cache.delete(key)));
    const parts = await caches.open(STATIC);
    const styles = [...document.querySelectorAll('link[rel="stylesheet"]')].map((sheet) => new URL(sheet.href).pathname);
    const fonts = performance.getEntriesByType("resource").map((one) => new URL(one.name)).filter((url) => url.origin === location.origin && url.pathname.startsWith("/fonts/")).map((url) => url.pathname);
    for (const part of new Set([...OWN, ...styles, ...fonts])) if (!(await parts.match(part))) await parts.add(part);
  }

  const picture = (copy, title) =>
    new Response("<!doctype html>" + copy.outerHTML, {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY, "x-title": encodeURIComponent(title) },
    });

  // ---- hands: while there is no network, buttons and links of the page mean the queue and the kept pages
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || !shell()) return;
    const close = target.closest("[data-field-close]");
    if (close) { stop(event); close.closest("dialog").close(); return; }
    if (!isOffline() && !isPicture()) return;
    const opener = target.closest("[data-field-open]"), button = target.closest("button[data-field-step]"), link = target.closest('a[href^="/tech"]');
    if (opener) { stop(event); document.getElementById(opener.dataset.fieldOpen)?.showModal(); }
    else if (button && button.type === "button") { stop(event); button.disabled = true; press(button).finally(() => { button.disabled = false; }); }
    else if (target.matches("input[data-field-check]")) event.stopImmediatePropagation();
    else if (link && !event.ctrlKey && !event.metaKey) { stop(event); location.assign(link.href); }
  }, true);

  // Where the phone is, or the reason why it does not say: both are worth a step.
  async function press(button) {
    if (!button.hasAttribute("data-field-place")) { await take(button); return; }
    const { error = "", latitude, longitude, accuracy } = await self.estateLocate();
    await take(button, { fields: error ? { refusal: error } : { latitude, longitude, accuracy } });
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches("input[data-field-check]") || !(isOffline() || isPicture())) return;
    event.stopImmediatePropagation();
    take(box, { action: box.checked ? "check" : "uncheck", fields: { item: box.dataset.fieldCheck } });
  }, true);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.fieldStep) return;
    stop(event);
    const note = form.querySelector(".field-error"), sender = form.querySelector('[type="submit"]');
    note.textContent = "";
    sender.disabled = true;
    try {
      const typed = new FormData(form), fields = {};
      for (const [name, value] of typed) if (typeof value === "string") fields[name] = value;
      const missing = [...form.querySelectorAll("[data-needed]")].find((field) => !field.value.trim());
      if (missing) { note.textContent = missing.dataset.needed; missing.focus(); return; }
      const unticked = form.dataset.fieldStep === "complete" && document.querySelector('input[data-field-check][data-required="true"]:not(:checked)');
      if (unticked) { note.textContent = say("tick", unticked.dataset.fieldCheck); return; }
      const photos = [];
      for (const file of form.querySelector('label:not([data-scan]) > input[type="file"]')?.files || []) photos.push({ blob: await (self.estateShrink ? self.estateShrink(file) : file), name: file.name });
      const drawn = await form.querySelector("estate-signature")?.picture();
      if (form.dataset.signed === "true" && !drawn) { note.textContent = say("sign"); return; }
      delete fields.signature_id;
      await take(form, { fields, photos, signature: drawn ? { blob: drawn, name: "signature.png" } : null });
      form.reset();
      form.querySelectorAll('input[type="file"]').forEach(countFiles);
      form.querySelector("estate-signature")?.clear();
      form.closest("dialog").close();
    } catch { note.textContent = say("full"); } finally { sender.disabled = false; }
  }, true);

  const countFiles = (input) => {
    const count = input.closest("label")?.querySelector("[data-field-count]");
    if (count) count.textContent = input.files.length ? `· ${input.files.length}` : "";
  };
  document.addEventListener("change", (event) => { if (event.target instanceof HTMLInputElement && event.target.type === "file") countFiles(event.target); }, true);

  async function beat() {
    if (!shell()) {
      if (mayKeep && location.pathname === "/login" && navigator.onLine) caches.delete(PAGES);
      return;
    }
    await show();
    if (!isOffline()) {
      keep().catch(() => { lastPicture = ""; });
      if (Date.now() - lastTry > AGAIN) flush();
    }
  }

  if (!customElements.get("estate-offline")) customElements.define("estate-offline", EstateOffline);
  if (!customElements.get("estate-queue")) customElements.define("estate-queue", EstateQueue);
  self.addEventListener("online", () => { show(); if (isPicture()) { flush().then(() => isPicture() && location.reload()); } else flush(); });
  self.addEventListener("offline", show);
  if (mayKeep && location.pathname.startsWith("/tech")) navigator.serviceWorker.register("/sw.js", { scope: "/tech" }).catch(() => {});
  setInterval(beat, BEAT);
  beat();
})();
