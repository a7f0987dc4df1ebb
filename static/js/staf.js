/* What only people at a desk use, after portal.js: dialogs, the inbox and its keys, grids, fields in a menu.
   open-dialog {id} (HX-Trigger) · data-buka (opens a dialog) · data-kotak, data-baris, data-massal, data-setujui,
   data-cari (inbox) · data-kisi (grid). */
(() => {
  "use strict";
  const { all, byId, find, make, on, saver, status, toast } = window.pamong;

  /* Dialogs and the menu of a narrow screen */
  function openDialog(id) {
    const dialog = byId(id);
    if (dialog && !dialog.open) { dialog.showModal(); }
    return dialog;
  }
  on("open-dialog", (event) => openDialog(event.detail.id));
  on("click", (event) => {
    const opener = event.target.closest("[data-buka]");
    if (opener && openDialog(opener.dataset.buka)) { event.preventDefault(); }
  });
  on("keydown", (event) => { if (event.key === "Escape" && location.hash === "#menu") { location.hash = "utama"; } });

  /* Save status of an autosave, beside what portal.js says of failures */
  let lastSaver;
  function again(event) {
    const here = byId("save-status"), button = make("button", { type: "button", class: "button button-link" }, "Coba lagi");
    if (!here || !saver(event)) { return; }
    if (event.detail.xhr.status === 401) { here.append(make("a", { href: "/masuk", target: "_blank", class: "button button-link wide-only" }, "Masuk")); }
    on("click", () => window.htmx.trigger(lastSaver, "change"), button);
    here.append(button);
  }
  const clock = () => new Date().toTimeString().slice(0, 5).replace(":", ".");
  on("htmx:beforeRequest", (event) => { if (saver(event)) { lastSaver = event.detail.elt; status("Menyimpan…", ""); } });
  on("htmx:afterRequest", (event) => {
    const { elt, successful, xhr } = event.detail, badge = find("#save-status .badge");
    if (!successful || !saver(event)) { return; }
    if (xhr.status > 399) {
      /* htmx calls 409 and 422 a success because they are shown; nothing was stored by an autosave. */
      status("Belum tersimpan", "negative");
      if (xhr.status === 422) { again(event); }
      else if (elt.getAttribute("hx-swap") === "none") { toast({ pesan: "Isian ini tidak tersimpan: keadaan bulan berubah. Muat ulang halaman untuk melihatnya.", jenis: "negative" }); }
    } else if (badge && badge.textContent === "Menyimpan…") { status("Tersimpan " + clock(), "positive"); }
  });
  on("htmx:timeout htmx:sendError htmx:responseError", again);

  /* Inbox */
  function countTicked() {
    all("[data-massal]").forEach((bar) => {
      const count = all(".inbox-row input:checked", bar.form || bar.closest("form")).length;
      bar.setAttribute("data-hidup", "");
      bar.toggleAttribute("data-kosong", !count);
      all("[data-jumlah]", bar).forEach((place, index) => { place.textContent = count || (index ? "" : "0"); });
    });
  }
  on("change htmx:afterSettle", countTicked);
  on("reset", (event) => {
    const form = event.target;
    if (!find("[data-massal]", form)) { return; }
    setTimeout(() => {
      all(".inbox-row input:checked", form).forEach((box) => { box.checked = false; });
      countTicked();
    }, 0);
  });
  /* Below 64em list and detail are pages of their own: the link goes there. */
  on("htmx:confirm", (event) => {
    const link = event.target;
    if (link.matches(".inbox-link") && !window.matchMedia("(min-width: 64em)").matches) {
      event.preventDefault();
      location.assign(link.href);
    }
  });
  function showOpenRow() {
    const row = find(".inbox-row.is-open");
    if (row) { row.scrollIntoView({ block: "nearest" }); }
  }
  on("htmx:pushedIntoHistory", (event) => {
    const opened = event.detail.path.split("?")[0];
    all(".inbox-link").forEach((link) => {
      const open = link.pathname === opened;
      link.closest(".inbox-row").classList.toggle("is-open", open);
      if (open) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
    showOpenRow();
  });
  showOpenRow();
  const currentRow = (box) => document.activeElement.closest("[data-baris]") || find(".is-open", box);
  function step(box, by) {
    const rows = all("[data-baris]", box), at = rows.indexOf(currentRow(box)), row = rows[at < 0 ? 0 : at + by];
    if (row) { find(".inbox-link", row).focus(); }
  }
  function press(element) { if (element) { element.click(); } }
  function reach(element) { if (element) { element.focus(); } }
  const KEYS = {
    j: (box) => step(box, 1),
    k: (box) => step(box, -1),
    x: (box) => { const row = currentRow(box); press(row && find("input", row)); },
    s: (box) => press(find("[data-setujui]", box)),
    c: () => reach(byId("catatan")),
    "/": () => reach(find("[data-cari]")),
    "?": () => openDialog("bantuan-pintasan")
  };
  on("keydown", (event) => {
    const target = event.target, box = target.closest("[data-kotak]"), act = KEYS[event.key.toLowerCase()];
    if (!box || !act || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.pintasan === "mati") { return; }
    if (target.matches("textarea, select, input:not([type=checkbox])")) { return; }
    event.preventDefault();
    act(box);
  });
  countTicked();

  /* Grids: arrows and Enter move by row, a pasted column fills downwards. */
  function below(input, by) {
    const cell = input.closest("td"), place = [...cell.parentNode.children].indexOf(cell);
    const rows = all("tr", input.closest("[data-kisi]")).filter((row) =>
      row.children[place] && find("input:not([readonly]):not([disabled])", row.children[place]));
    const row = rows[rows.indexOf(cell.parentNode) + by];
    return row && find("input", row.children[place]);
  }
  on("keydown", (event) => {
    const by = { ArrowDown: 1, Enter: event.shiftKey ? -1 : 1, ArrowUp: -1 }[event.key];
    if (!by || !event.target.matches("[data-kisi] td input")) { return; }
    event.preventDefault();
    const next = below(event.target, by);
    if (next) { next.focus(); next.select(); }
  });
  on("paste", (event) => {
    let input = event.target;
    if (!input.matches("[data-kisi] td input")) { return; }
    const lines = event.clipboardData.getData("text").replace(/\s+$/, "").split(/\r?\n/);
    if (lines.length < 2) { return; }
    event.preventDefault();
    lines.forEach((line) => {
      if (!input) { return; }
      input.value = line.split("\t")[0].trim();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input = below(input, 1);
    });
    toast({ pesan: lines.length + " baris ditempel.", jenis: "positive" });
  });
  /* Enter in a field of a menu presses the menu's button, not the first one of the page's form. */
  on("keydown", (event) => {
    const panel = event.key === "Enter" && event.target.matches("input") && event.target.closest(".dropdown-form");
    if (panel) { event.preventDefault(); press(find("button", panel)); }
  });
})();
