/* The only script of the portal's own on every page. Listens, never renders pages: each thing it does
   has a plain form or link under it. Event and attribute names:
   toast {pesan, jenis, href, label} · open-dialog {id} · close-dialog {id} (HX-Trigger)
   data-focus · data-simpan (autosaving form) · data-jaga (warn before leaving) · data-unggah (file input)
   data-kotak, data-baris, data-massal, data-setujui, data-cari (inbox) · data-kisi (grid) · data-buka (dialog) */
(function () {
  "use strict";
  var body = document.body;
  var TEXT = {
    gagal: "Belum tersimpan. Periksa sambungan, lalu coba lagi.",
    sesi: "Sesi berakhir. Masuk lagi untuk melanjutkan; isian di layar ini tidak hilang.",
    403: "Anda tidak punya akses ke halaman ini. Hubungi admin unit kerja Anda.",
    404: "Halaman tidak ditemukan. Periksa alamatnya atau kembali ke beranda.",
    409: "Isian ini tidak tersimpan: keadaan bulan berubah. Muat ulang halaman untuk melihatnya.",
    413: "Berkas terlalu besar. Perkecil, lalu unggah lagi.",
    429: "Terlalu banyak permintaan. Tunggu sebentar, lalu coba lagi.",
    500: "Terjadi gangguan di sistem kami. Isian Anda masih ada di layar ini. Coba lagi sebentar lagi."
  };

  function byId(id) { return document.getElementById(id); }
  function find(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function on(name, listener, root) { (root || body).addEventListener(name, listener); }
  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text) { element.textContent = text; }
    return element;
  }

  /* Toast: one at a time, gone after ten seconds unless someone is reading it. */
  var toastTimer;
  function hideToast() { byId("toast").textContent = ""; }
  function armToast() { clearTimeout(toastTimer); toastTimer = setTimeout(hideToast, 10000); }
  function toast(message) {
    var box = make("div", { "data-jenis": message.jenis || "" });
    box.appendChild(make("span", {}, message.pesan));
    if (message.href) { box.appendChild(make("a", { href: message.href, target: message.target || "" }, message.label)); }
    var close = make("button", { type: "button", "aria-label": "Tutup pesan" }, "×");
    on("click", hideToast, close);
    box.appendChild(close);
    byId("toast").replaceChildren(box);
    armToast();
  }
  on("toast", function (event) { toast(event.detail); });
  on("htmx:oobAfterSwap", function (event) { if (event.detail.target === byId("toast")) { armToast(); } });
  ["mouseenter", "focusin"].forEach(function (name) { on(name, function () { clearTimeout(toastTimer); }, byId("toast")); });
  ["mouseleave", "focusout"].forEach(function (name) { on(name, armToast, byId("toast")); });

  /* Dialogs and menus */
  function openDialog(id) {
    var dialog = byId(id);
    if (dialog && dialog.showModal && !dialog.open) { dialog.showModal(); }
    return dialog;
  }
  on("open-dialog", function (event) { openDialog(event.detail.id); });
  on("close-dialog", function (event) { var dialog = byId(event.detail.id); if (dialog && dialog.open) { dialog.close(); } });
  on("click", function (event) {
    var opener = event.target.closest("[data-buka]");
    if (opener && openDialog(opener.dataset.buka)) { event.preventDefault(); }
    all("details.dropdown[open]").forEach(function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
    var reveal = event.target.closest("[data-lihat-sandi]");
    if (reveal) {
      var field = byId(reveal.dataset.lihatSandi), shown = field.type === "text";
      field.type = shown ? "password" : "text";
      reveal.setAttribute("aria-pressed", String(!shown));
    }
  });
  on("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    all("details.dropdown[open]").forEach(function (menu) { menu.open = false; find("summary", menu).focus(); });
    if (location.hash === "#menu") { location.hash = "utama"; }
  });
  all("[data-lihat-sandi]").forEach(function (button) { button.hidden = false; });

  /* Focus: the error summary, or what a block asks for after it was swapped in. */
  function focusWithin(root) {
    if (!root || !root.querySelector) { return; }
    var wanted = root.matches("[data-focus]") ? root : find("[data-focus]", root);
    if (wanted) { wanted.focus(); }
  }
  on("htmx:afterSettle", function (event) { focusWithin(event.detail.elt); });
  focusWithin(body);

  /* Save status */
  var lastSaver;
  function saveStatus(words, kind, again, href) {
    var status = byId("save-status");
    if (!status) { return; }
    var badge = make("span", { "class": "badge" + (kind ? " badge-" + kind : "") }, words);
    status.replaceChildren(badge);
    if (href) { status.appendChild(make("a", { href: href, target: "_blank", "class": "button button-link wide-only" }, "Masuk")); }
    if (again) {
      var button = make("button", { type: "button", "class": "button button-link" }, "Coba lagi");
      on("click", function () { if (lastSaver) { window.htmx.trigger(lastSaver, "change"); } }, button);
      status.appendChild(button);
    }
  }
  function saver(event) { var element = event.detail.elt; return element && element.closest && element.closest("[data-simpan]"); }
  function clock() { var now = new Date(); return ("0" + now.getHours()).slice(-2) + "." + ("0" + now.getMinutes()).slice(-2); }
  on("htmx:beforeRequest", function (event) {
    if (saver(event)) { lastSaver = event.detail.elt; saveStatus("Menyimpan…"); }
  });
  on("htmx:afterRequest", function (event) {
    if (!event.detail.successful) { return; }
    var form = saver(event);
    if (form && event.detail.xhr.status >= 400) {
      /* htmx calls 409 and 422 a success because they are shown; nothing was stored by an autosave. */
      saveStatus("Belum tersimpan", "negative", event.detail.xhr.status === 422);
      if (event.detail.xhr.status === 409 && event.detail.elt.getAttribute("hx-swap") === "none") { toast({ pesan: TEXT[409], jenis: "negative" }); }
      return;
    }
    if (form) {
      var badge = find("#save-status .badge");
      if (badge && badge.textContent === "Menyimpan…") { saveStatus("Tersimpan " + clock(), "positive"); }
      form.removeAttribute("data-berubah");
    } else if (event.detail.elt.removeAttribute) {
      event.detail.elt.removeAttribute("data-berubah");
    }
  });
  ["htmx:timeout", "htmx:sendError"].forEach(function (name) {
    on(name, function (event) {
      if (saver(event)) { saveStatus("Belum tersimpan", "negative", true); }
      toast({ pesan: failedUpload(event) || TEXT.gagal, jenis: "negative" });
    });
  });
  on("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    if (saver(event)) {
      saveStatus("Belum tersimpan", "negative", true, status === 401 ? "/masuk" : "");
      if (status === 401) { toast({ pesan: TEXT.sesi, jenis: "negative", href: "/masuk", label: "Masuk", target: "_blank" }); return; }
    }
    toast({ pesan: status === 401 ? TEXT.sesi : TEXT[status] || failedUpload(event) || (status > 499 ? TEXT[500] : TEXT.gagal), jenis: "negative" });
  });

  /* Upload */
  function failedUpload(event) {
    var input = event.detail.elt;
    if (!input.matches || !input.matches("[data-unggah]") || !input.files.length) { return ""; }
    progressOf(input).hidden = true;
    return input.files[0].name + " belum terunggah. Coba lagi.";
  }
  function progressOf(input) { return find("progress", input.closest(".evidence-add")) || make("progress"); }
  on("htmx:xhr:progress", function (event) {
    var input = event.target;
    if (!input.matches("[data-unggah]") || !event.detail.lengthComputable) { return; }
    var bar = progressOf(input);
    bar.hidden = false; bar.max = event.detail.total; bar.value = event.detail.loaded;
  });

  /* Warning on unsaved changes */
  on("input", function (event) {
    var form = event.target.form;
    if (form && form.matches("[data-jaga]")) { form.setAttribute("data-berubah", ""); }
  });
  on("submit", function (event) { event.target.removeAttribute("data-berubah"); });
  window.addEventListener("beforeunload", function (event) {
    if (find("[data-jaga][data-berubah]")) { event.preventDefault(); event.returnValue = ""; }
  });

  /* Inbox */
  function countTicked() {
    all("[data-massal]").forEach(function (bar) {
      var count = all(".inbox-row input:checked", bar.form || bar.closest("form")).length;
      bar.setAttribute("data-hidup", "");
      bar.toggleAttribute("data-kosong", !count);
      all("[data-jumlah]", bar).forEach(function (place, index) { place.textContent = count || (index ? "" : "0"); });
    });
  }
  on("change", countTicked);
  on("reset", function (event) {
    var form = event.target;
    if (!find("[data-massal]", form)) { return; }
    setTimeout(function () {
      all(".inbox-row input:checked", form).forEach(function (box) { box.checked = false; });
      countTicked();
    }, 0);
  });
  /* Below 64em list and detail are pages of their own: the link goes there. */
  on("htmx:confirm", function (event) {
    var link = event.target;
    if (link.matches(".inbox-link") && !window.matchMedia("(min-width: 64em)").matches) {
      event.preventDefault();
      location.assign(link.href);
    }
  });
  function showOpenRow() {
    var row = find(".inbox-row.is-open");
    if (row) { row.scrollIntoView({ block: "nearest" }); }
  }
  on("htmx:afterSettle", countTicked);
  on("htmx:pushedIntoHistory", function (event) {
    var opened = event.detail.path.split("?")[0];
    all(".inbox-link").forEach(function (link) {
      var open = link.pathname === opened;
      link.closest(".inbox-row").classList.toggle("is-open", open);
      if (open) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
    showOpenRow();
  });
  showOpenRow();
  function currentRow(box) { return document.activeElement.closest("[data-baris]") || find(".is-open", box); }
  function step(box, by) {
    var rows = all("[data-baris]", box), at = rows.indexOf(currentRow(box)), row = rows[at < 0 ? 0 : at + by];
    if (row) { find(".inbox-link", row).focus(); }
  }
  function press(element) { if (element) { element.click(); } }
  function reach(element) { if (element) { element.focus(); } }
  var KEYS = {
    j: function (box) { step(box, 1); },
    k: function (box) { step(box, -1); },
    x: function (box) { var row = currentRow(box); press(row && find("input", row)); },
    s: function (box) { press(find("[data-setujui]", box)); },
    c: function () { reach(byId("catatan")); },
    "/": function () { reach(find("[data-cari]")); },
    "?": function () { openDialog("bantuan-pintasan"); }
  };
  on("keydown", function (event) {
    var target = event.target, box = target.closest("[data-kotak]"), act = KEYS[event.key.toLowerCase()];
    if (!box || !act || event.ctrlKey || event.metaKey || event.altKey || body.dataset.pintasan === "mati") { return; }
    if (target.matches("textarea, select, input:not([type=checkbox])")) { return; }
    event.preventDefault();
    act(box);
  });
  countTicked();

  /* Grids: arrows and Enter move by row, a pasted column fills downwards. */
  function below(input, by) {
    var cell = input.closest("td"), place = Array.prototype.indexOf.call(cell.parentNode.children, cell);
    var rows = all("tr", input.closest("[data-kisi]")).filter(function (row) {
      return row.children[place] && find("input:not([readonly]):not([disabled])", row.children[place]);
    });
    var row = rows[rows.indexOf(cell.parentNode) + by];
    return row && find("input", row.children[place]);
  }
  on("keydown", function (event) {
    var by = { ArrowDown: 1, Enter: event.shiftKey ? -1 : 1, ArrowUp: -1 }[event.key];
    if (!by || !event.target.matches("[data-kisi] td input")) { return; }
    event.preventDefault();
    var next = below(event.target, by);
    if (next) { next.focus(); next.select(); }
  });
  on("keydown", function (event) {
    var panel = event.key === "Enter" && event.target.matches("input") && event.target.closest(".dropdown-form");
    if (panel) { event.preventDefault(); press(find("button", panel)); }
  });
  on("paste", function (event) {
    var input = event.target;
    if (!input.matches("[data-kisi] td input")) { return; }
    var lines = event.clipboardData.getData("text").replace(/\s+$/, "").split(/\r?\n/);
    if (lines.length < 2) { return; }
    event.preventDefault();
    lines.forEach(function (line) {
      if (!input) { return; }
      input.value = line.split("\t")[0].trim();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input = below(input, 1);
    });
    toast({ pesan: lines.length + " baris ditempel.", jenis: "positive" });
  });
})();
