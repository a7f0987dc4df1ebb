/* Applicants' pages on a phone: what is typed goes to IndexedDB first, then to the server, in order.
   data-antrean (form; data-sesudah, data-sebelum: addresses) · data-antre (fields that travel together) · data-unggah
   (file input) · data-jelas · data-elemen (one screen) · #antrean (data-pengguna) with data-luring, data-sesi,
   data-penuh, data-belum · data-ponsel (button; data-halaman) · #antrean-keluar. Server side: saya/flows.py. */
(() => {
  "use strict";
  const here = document.getElementById("antrean"), PIECE = 262144, MOST = 10485760, OWNER = "/pemilik";
  if (!here || !navigator.locks || !window.indexedDB) { return; }
  const user = here.dataset.pengguna, one = (s, root) => (root || document).querySelector(s);
  const every = (s, root) => [...(root || document).querySelectorAll(s)];
  const form = () => one("form[data-antrean]"), path = location.pathname, share = {}, last = {}, kept = [];
  let token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
  let count = 0, lost = false, ended = false, wait = 1000, timer, running, pass, busy, target, leaving;

  /* The store. An entry that does not fit is kept in memory, and the page says so. */
  const opened = new Promise((done, fail) => {
    const request = indexedDB.open("pamong", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("antrean", { keyPath: "n", autoIncrement: true });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const store = async (act) => {
    const base = await opened;
    return new Promise((done, fail) => {
      const work = base.transaction("antrean", "readwrite"), result = act(work.objectStore("antrean"));
      work.oncomplete = () => done(result && result.result);
      work.onabort = () => fail(work.error);
    });
  };
  const list = async () => [...await store((s) => s.getAll()).catch(() => []), ...kept].filter((e) => e.pengguna === user);
  const drop = (entry) => {
    if (!entry.n) { kept.splice(kept.indexOf(entry), 1); return; }
    return store((s) => s.delete(entry.n));
  };
  const put = (entry) => entry.n && store((s) => s.put(entry));
  async function add(baris, isi, more) {
    const entry = { id: crypto.randomUUID(), waktu: Date.now(), pengguna: user, jalur: path, baris, isi, layar: one("[name=layar]", form()).value, ...more };
    try {
      await store((s) => {
        const request = s.getAll();
        request.onsuccess = () => {
          request.result.forEach((old) => { if (!more && !old.nama && old.jalur === path && old.baris === baris) { s.delete(old.n); } });
          s.add(entry);
        };
      });
      form().removeAttribute("data-berubah");
    } catch (error) {
      kept.push(entry);
      say("penuh", true);
    }
    wait = 1000;
    await show();
  }

  /* Talking to the server: one request at a time. */
  const call = (method, url, body, id, progress) => new Promise((done) => {
    const x = running = new XMLHttpRequest();
    x.open(method, url);
    x.timeout = 120000;
    x.setRequestHeader("HX-Request", "true");
    x.setRequestHeader("X-CSRF-Token", token);
    if (id) { x.setRequestHeader("Idempotency-Key", id); }
    if (progress) { x.upload.onprogress = progress; }
    x.onloadend = () => done(x);
    x.send(body);
  });
  async function ask(method, url, body, id, progress) {
    let x = await call(method, url, body, id, progress);
    if (x.status === 401 || (x.status === 409 && !id)) {
      const known = await call("GET", "/sertifikasi/saya/tanda"), mine = known.status === 200 && JSON.parse(known.responseText);
      ended = known.status === 401 || (mine && mine.pengguna !== user);
      if (ended || !mine) { return { status: 0 }; }
      token = mine.csrf;
      every("[name=csrf_token]").forEach((field) => { field.value = token; });
      document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
      x = await call(method, url, body, id, progress);
    }
    return x;
  }
  async function upload(entry) {
    const url = "/berkas/potongan/" + entry.id, file = entry.berkas, size = file.size;
    let x = size > PIECE ? await ask("GET", url) : 0, at = 0;
    for (;;) {
      if (x) {
        if (x.status !== 200) { return x; }
        at = JSON.parse(x.responseText).posisi;
      }
      share[entry.id] = at / size;
      if (at >= size) { break; }
      x = await ask("POST", `${url}?posisi=${at}&ukuran=${size}`, file.slice(at, at + PIECE), 0, (event) => {
        share[entry.id] = Math.min(1, (at + event.loaded) / size);
        cards();
      });
    }
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return [[entry.baris + "-potongan", entry.id + "/" + [...sum].map((b) => b.toString(16).padStart(2, "0")).join("") + "/" + entry.nama]];
  }
  async function post(entry) {
    let more = [];
    if (entry.berkas) {
      more = await upload(entry);
      if (!more.length) { return more; }
    }
    return ask("POST", entry.jalur, new URLSearchParams([["aksi", "otomatis"], ["layar", entry.layar], ...entry.isi, ...more]), entry.id);
  }

  /* What an answer means. False: stop here and try again later. */
  async function settle(entry, x) {
    if (!x.status || x.status === 401 || x.status === 408 || x.status === 429 || x.status > 499) { return false; }
    const answer = new DOMParser().parseFromString(x.responseText, "text/html"), words = one("#save-status", answer);
    const wrong = one(".field-error", answer);
    if (x.status > 299 || (entry.berkas && wrong)) {
      entry.keadaan = "gagal";
      entry.pesan = (x.status > 299 ? (one("main p:not(.eyebrow), .card-body > p, p:not(.eyebrow)", answer) || {}).textContent : wrong.textContent) || "Belum tersimpan. Periksa isian ini.";
      await put(entry);
    } else if (words && /perangkat lain/.test(words.textContent)) {
      entry.keadaan = "bentrok";
      await put(entry);
      if (entry.jalur === path) { conflict(); }
    } else {
      if (words && one("#save-status")) { one("#save-status").innerHTML = words.innerHTML; }
      every("input[id]", answer).forEach((field) => { const mine = document.getElementById(field.id); if (mine && entry.jalur === path) { mine.value = field.value; } });
      if (entry.berkas) { await done(entry); }
      else if (await caches.has("pribadi") && entry.n) { entry.keadaan = "terkirim"; await store((s) => { const r = s.getKey(entry.n); r.onsuccess = () => r.result && s.put(entry); }); }
      else { await drop(entry); }
    }
    return true;
  }
  async function done(entry) {
    await drop(entry);
    call("DELETE", "/berkas/potongan/" + entry.id);
    if (await caches.has("pribadi")) { (await caches.open("pribadi")).add(entry.jalur).catch(() => 0); }
    if (entry.jalur === path) {
      const id = "#" + one(`[name^="${entry.baris}-berkas"]`).closest(".evidence").id;
      window.htmx.ajax("GET", path, { source: id, target: id, select: id, swap: "outerHTML" });
    }
  }
  const waiting = (entries) => entries.filter((e) => !e.keadaan);
  function send() {
    clearTimeout(timer);
    return navigator.locks.request("antrean", async () => {
      for (;;) {
        const entry = waiting(await list())[0];
        if (!entry) { break; }
        if (!navigator.onLine) { lost = true; break; }
        status("Menyimpan…", "");
        lost = !await settle(entry, await post(entry));
        if (lost) { break; }
        ended = false;
        wait = 1000;
      }
      if (lost && !ended) { timer = setTimeout(send, wait); wait = Math.min(60000, wait * 2); }
      await show();
    });
  }
  /* The server answers with both values; its form takes the place of ours. */
  function conflict() { window.htmx.ajax("POST", path, { source: form(), target: form(), swap: "outerHTML", values: { aksi: "bandingkan" } }); }

  /* What the page says. */
  function status(words, kind) {
    const place = one("#save-status");
    if (place) { place.replaceChildren(make("span", "badge" + kind, words)); }
  }
  function say(name, on, words) {
    const notice = one(`[data-${name}]`, here);
    notice.hidden = !on;
    if (words) { one("p", notice).textContent = words; }
  }
  async function show() {
    const entries = await list(), failed = entries.filter((e) => e.keadaan === "gagal");
    count = waiting(entries).length;
    const off = !navigator.onLine || (lost && !ended && count > 0);
    const words = `Menunggu koneksi (${count} isian)`;
    if (count && (off || ended)) { status(navigator.onLine ? words : "Di ponsel", " badge-warning"); }
    one("[data-berapa]", here).textContent = count ? words : "";
    say("luring", off);
    say("sesi", ended && count);
    say("belum", failed.length, failed.length && failed[failed.length - 1].pesan);
    every("[data-jumlah]", here).forEach((place) => { place.textContent = count; });
    if (!kept.length) { say("penuh", false); }
    failed.forEach((e) => e.jalur === path && every(`[data-antre="${e.baris}"] [name]`).forEach((field) => field.setAttribute("aria-invalid", "true")));
    await cards(entries);
  }
  const make = (tag, name, words) => { const element = document.createElement(tag); element.className = name; element.textContent = words || ""; return element; };
  async function cards(entries) {
    for (const e of (entries || await list()).filter((e) => e.nama && e.jalur === path)) {
      const box = one(`[name="${e.baris}-kunci"]`), at = share[e.id], percent = at ? Math.round(at * 100) + " %" : "";
      let card = document.getElementById(e.id);
      if (!box) { continue; }
      if (!card) {
        card = make("div", "evidence-card space-top-small");
        card.id = e.id;
        const picture = make("img", "evidence-thumb"), text = make("div", "evidence-card-text"), cancel = make("button", "button button-quiet button-icon", "×");
        if (e.berkas && /^image/.test(e.berkas.type)) { picture.src = URL.createObjectURL(e.berkas); }
        picture.alt = "";
        cancel.type = "button";
        cancel.setAttribute("aria-label", "Batalkan " + e.nama);
        cancel.onclick = async () => { await drop(e); card.remove(); if (e.berkas) { if (at || share[e.id]) { running.abort(); } call("DELETE", "/berkas/potongan/" + e.id); } show(); };
        text.append(make("strong", "", e.nama), make("span", ""));
        card.append(picture, text, cancel);
        box.before(card);
      }
      const words = one("span", card), size = e.berkas ? " · " + Math.ceil(e.berkas.size / 1024) + " KB" : "";
      words.className = e.keadaan ? "text-negative" : "text-warning";
      words.textContent = e.keadaan ? e.pesan : lost && percent ? `Unggahan berhenti di ${percent}. Akan dilanjutkan otomatis.` : (percent || "Menunggu") + size;
    }
  }

  /* Fields */
  function queue(box) {
    const names = new Set(every("input:not([type=file]),select,textarea", box).map((field) => field.name));
    const isi = [...new FormData(form())].filter(([name]) => names.has(name)), text = JSON.stringify(isi.filter(([name]) => !/versi$/.test(name))), baris = box.dataset.antre;
    const versi = one("[name=versi]", form());
    if (last[baris] === text) { return; }
    last[baris] = text;
    return add(baris, versi ? [["versi", versi.value], ...isi] : isi).then(() => { send(); });
  }
  let typing;
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-antre]");
    if (!box || event.target.type === "file") { return; }
    if (typing && typing.box === box) { clearTimeout(typing.timer); }
    typing = { box, timer: setTimeout(queue, 800, box) };
  });
  document.addEventListener("change", (event) => {
    const input = event.target, box = input.closest("[data-antre]");
    if (input.matches("form[data-antrean] [data-unggah]")) { files(input); }
    else if (box) { queue(box); }
  });
  document.body.addEventListener("htmx:confirm", (event) => {
    if (event.target.matches("form[data-antrean] [data-antre], form[data-antrean] [data-unggah]")) { event.preventDefault(); }
  });

  /* Files */
  async function files(input) {
    const chosen = [...input.files], baris = input.name.split("-")[0], clear = one("[data-jelas]", input.closest(".evidence"));
    input.value = "";
    for (const file of chosen) {
      const small = await shrink(file, clear && clear.checked), mega = Math.ceil(small.size / 1048576);
      const nama = small === file ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg";
      await add(baris, [[baris + "-berkas", "1"], [baris + "-pesan", baris + "-berkas"]], small.size > MOST
        ? { nama, keadaan: "gagal", pesan: `Berkas ${mega} MB terlalu besar (maksimal 10 MB). Coba foto ulang atau perkecil PDF.` }
        : { nama, berkas: small });
    }
    send();
  }
  async function shrink(file, clear) {
    if (clear || !/^image/.test(file.type)) { return file; }
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((ready) => canvas.toBlob(ready, "image/jpeg", 0.75));
      return made && made.size < file.size ? made : file;
    } catch (error) { return file; }
  }

  /* One elemen a screen */
  const screens = () => every("[data-elemen]", form());
  function turn(screen, focus) {
    screens().forEach((each) => { each.hidden = each !== screen; });
    one(".page-head").classList.toggle("sr", screen !== screens()[0]);
    const small = one(".app-bar-text small"), title = one("h2", screen);
    small.textContent = small.textContent.split(" · ")[0] + " · " + one("p", screen).textContent.split(" · ")[1];
    history.replaceState(history.state, "", "#" + screen.id);
    if (focus) { title.focus(); scrollTo(0, 0); }
  }
  function reveal() {
    const wanted = location.hash && document.getElementById(location.hash.slice(1)), screen = wanted && wanted.closest("[data-elemen]");
    if (screen) { turn(screen); wanted.focus(); }
    return screen;
  }
  addEventListener("hashchange", reveal);
  async function start() {
    const all = form() ? screens() : [];
    for (const entry of form() ? await list() : []) {
      if (entry.jalur !== path || entry.nama) { continue; }
      if (entry.keadaan === "terkirim" && entry.layar !== one("[name=layar]", form()).value) { await drop(entry); continue; }
      entry.isi.forEach(([name, value]) => every(`[name="${name}"]`, form()).forEach((field) => {
        if (name === "versi") { return; }
        if (field.type === "radio" || field.type === "checkbox") { field.checked = field.value === value; } else { field.value = value; }
        if (value && field.closest("details")) { field.closest("details").open = true; }
      }));
    }
    const faulty = all.find((screen) => one("[id^=versi-],.field-error", screen));
    if (all.length && (faulty || !reveal())) { turn(faulty || all.find((screen) => !one("input:checked", screen)) || all[0]); }
    await show();
  }

  /* Buttons of a step */
  document.addEventListener("submit", async (event) => {
    const sent = event.target, button = event.submitter, by = { lanjut: 1, kembali: -1 }[button ? button.value : "lanjut"];
    if (sent.getAttribute("action") === "/keluar") { leave(event); return; }
    if (!sent.matches("form[data-antrean]") || pass || /^\w+:/.test(button && button.value)) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) { return; }
    busy = true;
    try {
      const all = screens(), at = all.findIndex((screen) => !screen.hidden);
      for (const box of every("[data-antre]", all[at] || sent)) { delete last[box.dataset.antre]; if (touched(box)) { await queue(box); } }
      if (by && all[at + by]) { turn(all[at + by], true); return; }
      target = by && sent.dataset[by > 0 ? "sesudah" : "sebelum"];
      const slow = target && waiting(await list()).some((e) => e.nama);
      if (!slow) { await Promise.race([send(), ...(by ? [new Promise((late) => setTimeout(late, 8000))] : [])]); }
      count = waiting(await list()).length;
      if (!count && !lost && navigator.onLine) { pass = true; button.click(); pass = false; }
      else if (target) { location.href = target; }
      else { say("belum", true, `Masih ada ${count} isian yang belum terkirim. Tunggu sampai tersambung, lalu tekan lagi.`); }
    } finally { busy = false; }
  }, true);
  const touched = (box) => every("input:not([type=hidden]),select,textarea", box).some((f) => /radio|checkbox/.test(f.type) ? f.checked : f.value);
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.body.addEventListener(name, (event) => {
    if (event.target === form()) { lost = true; show(); if (target) { location.href = target; } }
  }));

  /* Leaving: nothing personal stays behind. */
  function leave(event) {
    const dialog = document.getElementById("antrean-keluar");
    if (count && !leaving && !dialog.contains(event.target)) { event.preventDefault(); event.stopImmediatePropagation(); dialog.showModal(); return; }
    leaving = true;
    opened.then((base) => { base.close(); indexedDB.deleteDatabase("pamong"); });
    caches.delete("pribadi");
  }

  /* Kept on this phone, for one person: pages of somebody who did not sign out go. */
  const there = caches.match(OWNER).then(async (mark) => {
    if (mark && await mark.text() !== user) { await caches.delete("pribadi"); return false; }
    return mark;
  });
  const button = one("[data-ponsel]");
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/sertifikasi/saya/sw", { scope: "/sertifikasi/saya" }).catch(() => 0);
    navigator.serviceWorker.addEventListener("message", send);
    if (button) {
      button.hidden = false;
      const tell = (words) => { button.lastChild.textContent = words; };
      there.then((mark) => mark && tell("Tersimpan di ponsel ini. Perbarui"));
      button.onclick = async () => {
        tell("Menyimpan…");
        try {
          const pages = await caches.open("pribadi");
          await pages.put(OWNER, new Response(user));
          await pages.addAll(button.dataset.halaman.split(" "));
          if (navigator.storage.persist) { navigator.storage.persist(); }
          tell("Tersimpan di ponsel ini. Perbarui");
        } catch (error) { tell("Belum tersimpan di ponsel. Coba lagi"); }
      };
    }
  }
  async function remind() {
    const ready = navigator.serviceWorker && await navigator.serviceWorker.getRegistration();
    if (ready && ready.sync) { ready.sync.register("antrean").catch(() => 0); }
  }
  addEventListener("online", () => { wait = 1000; lost = false; send(); });
  addEventListener("offline", () => { show(); remind(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { send(); } });
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.target.matches("form[data-antrean]")) { start(); } else { show(); } });
  if (path.endsWith("/terkirim")) { store((s) => { const r = s.getAll(); r.onsuccess = () => r.result.forEach((e) => e.keadaan && s.delete(e.n)); }); }
  start().then(send);
})();
