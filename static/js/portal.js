/* The script of every page with forms. Listens, never renders pages: each thing it does has a plain form or link under
   it. staf.js and offline.js stand on window.pamong. Event and attribute names: toast {pesan, jenis, href, label,
   target} (HX-Trigger) · data-focus · data-simpan (autosaving form) · data-jaga (warn before leaving) · data-unggah
   (file input) · data-lihat-sandi · #keluar (dialog; data-sisa on body: entries that only this page holds). */
(() => {
  "use strict";
  const body = document.body, byId = (id) => document.getElementById(id);
  const find = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const on = (names, listener, root) => names.split(" ").forEach((name) => (root || body).addEventListener(name, listener));
  const make = (tag, attributes, text) => {
    const element = document.createElement(tag);
    for (const key in attributes) { element.setAttribute(key, attributes[key]); }
    element.textContent = text;
    return element;
  };
  /* Toast: one at a time, gone after ten seconds unless someone is reading it. */
  const place = byId("toast");
  let toastTimer;
  const hold = () => clearTimeout(toastTimer), hide = () => place.replaceChildren();
  const arm = () => { hold(); toastTimer = setTimeout(hide, 10000); };
  function toast(message) {
    const box = make("div", { "data-jenis": message.jenis || "" }), close = make("button", { type: "button", "aria-label": "Tutup pesan" }, "×");
    box.append(make("span", {}, message.pesan));
    if (message.href) { box.append(make("a", { href: message.href, target: message.target || "" }, message.label)); }
    box.append(close);
    on("click", hide, close);
    place.replaceChildren(box);
    arm();
  }
  on("toast", (event) => toast(event.detail));
  on("htmx:oobAfterSwap", (event) => { if (event.detail.target === place) { arm(); } });
  on("mouseenter focusin", hold, place);
  on("mouseleave focusout", arm, place);

  /* Menus, and passwords shown */
  const menus = () => all("details.dropdown[open]");
  on("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) { menu.open = false; } });
    const reveal = event.target.closest("[data-lihat-sandi]");
    if (reveal) {
      const field = byId(reveal.dataset.lihatSandi), shown = field.type === "text";
      field.type = shown ? "password" : "text";
      reveal.setAttribute("aria-pressed", !shown);
    }
  });
  on("keydown", (event) => {
    if (event.key === "Escape") { menus().forEach((menu) => { menu.open = false; find("summary", menu).focus(); }); }
  });
  all("[data-lihat-sandi]").forEach((button) => { button.hidden = false; });

  /* Focus: the error summary, or what a block asks for after it was swapped in. */
  function focusWithin(root) {
    const wanted = root.matches("[data-focus]") ? root : find("[data-focus]", root);
    if (wanted) { wanted.focus(); }
  }
  on("htmx:afterSettle", (event) => focusWithin(event.detail.elt));
  focusWithin(body);

  /* Requests that failed. staf.js says more of an autosave. */
  const status = (words, kind) => { const here = byId("save-status"); if (here) { here.replaceChildren(make("span", { class: "badge badge-" + kind }, words)); } };
  const saver = (event) => event.detail.elt.closest("[data-simpan]");
  function failed(event, pesan, more) {
    if (saver(event)) { status("Belum tersimpan", "negative"); }
    toast({ pesan, jenis: "negative", ...more });
  }
  on("htmx:afterRequest", (event) => {
    const { elt, successful, xhr } = event.detail;
    if (successful && xhr.status < 400) { (saver(event) || elt).removeAttribute("data-berubah"); }
  });
  const GAGAL = "Belum tersimpan. Periksa sambungan, lalu coba lagi.";
  on("htmx:timeout htmx:sendError", (event) => failed(event, failedUpload(event) || GAGAL));
  /* What the portal's own answer says; an answer of something before it has no such words. */
  const read = (xhr) => new DOMParser().parseFromString(xhr.responseText, "text/html");
  const told = (answer) => (find("p:not(.eyebrow)", answer) || {}).textContent;
  on("htmx:responseError", (event) => {
    const { xhr } = event.detail, code = xhr.status, upload = failedUpload(event);
    if (code === 401) { failed(event, "Sesi berakhir. Masuk lagi untuk melanjutkan; isian di layar ini tidak hilang.", { href: "/masuk", label: "Masuk", target: "_blank" }); }
    else { failed(event, (code < 500 && told(read(xhr))) || upload || (code < 500 ? GAGAL : "Terjadi gangguan di sistem kami. Isian Anda masih ada di layar ini. Coba lagi sebentar lagi.")); }
  });

  /* Upload */
  const progressOf = (input) => find("progress", input.closest(".evidence-add")) || {};
  function failedUpload(event) {
    const input = event.detail.elt;
    if (!input.matches("[data-unggah]") || !input.files.length) { return ""; }
    progressOf(input).hidden = true;
    return input.files[0].name + " belum terunggah. Coba lagi.";
  }
  on("htmx:xhr:progress", (event) => {
    const { loaded, total } = event.detail;
    if (event.target.matches("[data-unggah]")) { Object.assign(progressOf(event.target), { hidden: false, max: total, value: loaded }); }
  });

  /* Warning on unsaved changes */
  on("input", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-jaga]")) { form.setAttribute("data-berubah", ""); }
  });
  window.addEventListener("beforeunload", (event) => {
    if (find("[data-jaga][data-berubah]")) { event.preventDefault(); event.returnValue = ""; }
  });

  /* Signing out empties this phone: entries of offline.js that were not sent are asked about, on whatever page. */
  on("submit", (event) => {
    const form = event.target, dialog = byId("keluar");
    form.removeAttribute("data-berubah");
    if (form.getAttribute("action") !== "/keluar" || !window.indexedDB) { return; }
    event.preventDefault();
    const go = () => { indexedDB.deleteDatabase("pamong"); form.submit(); }, request = indexedDB.open("pamong");
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = go;
    request.onsuccess = () => {
      request.result.transaction("antrean").objectStore("antrean").getAll().onsuccess = (found) => {
        const count = found.target.result.filter((entry) => !entry.keadaan).length + (body.dataset.sisa | 0);
        request.result.close();
        if (!count) { go(); return; }
        find("[data-jumlah]", dialog).textContent = count;
        dialog.onclose = () => { if (dialog.returnValue) { go(); } };
        dialog.showModal();
      };
    };
  });
  window.pamong = { all, byId, find, make, on, read, saver, status, toast, told };
})();
