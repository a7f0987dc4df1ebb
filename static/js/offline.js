/* Applicants' pages on a phone: what is typed goes to IndexedDB first, then to the server, in order. Stands on portal.js.
   data-antrean (form; data-sesudah, data-sebelum: addresses) · data-antre (fields that travel together) · data-unggah
   (file input) · data-jelas · data-elemen (one screen) · #antrean (data-pengguna) with data-luring, data-sesi,
   data-penuh, data-belum, #kartu (template of a waiting file) · data-ponsel (button; data-halaman).
   Server side: saya/flows.py. */
(() => {
  "use strict";
  const { all, byId, find, on, read, status, told } = window.pamong, here = byId("antrean");
  if (!here || !navigator.locks || !window.indexedDB) { return; }
  const PIECE = 262144, MOST = 10485760, OWNER = "/pemilik", body = document.body;
  const user = here.dataset.pengguna, path = location.pathname, form = () => find("form[data-antrean]");
  const layar = () => find("[name=layar]").value, share = {}, last = {}, kept = [];
  let token = JSON.parse(body.getAttribute("hx-headers"))["X-CSRF-Token"];
  let count = 0, wait = 1000, lost, ended, timer, running, pass, busy, target;

  /* The store. An entry that does not fit is kept in memory, and the page says so. */
  const opened = new Promise((done, fail) => {
    const request = indexedDB.open("pamong", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("antrean", { keyPath: "n", autoIncrement: true });
    request.onerror = fail;
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
  });
  const store = async (act) => {
    const work = (await opened).transaction("antrean", "readwrite"), result = act(work.objectStore("antrean"));
    return new Promise((done, fail) => {
      work.oncomplete = () => done(result && result.result);
      work.onabort = fail;
    });
  };
  const list = async () => [...await store((s) => s.getAll()).catch(() => []), ...kept].filter((e) => e.pengguna === user);
  const waiting = async () => (await list()).filter((e) => !e.keadaan);
  const drop = (entry) => entry.n ? store((s) => s.delete(entry.n)) : kept.splice(kept.indexOf(entry), 1);
  const mark = (entry, keadaan, pesan) => {
    Object.assign(entry, { keadaan, pesan });
    return entry.n && store((s) => { s.getKey(entry.n).onsuccess = (found) => { if (found.target.result) { s.put(entry); } }; });
  };
  async function add(baris, isi, more) {
    const entry = { id: crypto.randomUUID(), pengguna: user, jalur: path, baris, isi, layar: layar(), ...more };
    try {
      await store((s) => {
        s.getAll().onsuccess = (found) => {
          found.target.result.forEach((old) => { if (!more && !old.nama && old.jalur === path && old.baris === baris) { s.delete(old.n); } });
          s.add(entry);
        };
      });
      form().removeAttribute("data-berubah");
    } catch (error) {
      kept.push(entry);
    }
    wait = 1000;
    await show();
  }

  /* Talking to the server: one request at a time. */
  const call = (method, url, data, id, progress) => new Promise((done) => {
    const x = running = new XMLHttpRequest();
    x.open(method, url);
    x.timeout = 120000;
    x.setRequestHeader("HX-Request", "true");
    x.setRequestHeader("X-CSRF-Token", token);
    if (id) { x.setRequestHeader("Idempotency-Key", id); }
    x.upload.onprogress = progress;
    x.onloadend = () => done(x);
    x.send(data);
  });
  async function ask(...request) {
    const x = await call(...request);
    if (x.status !== 401 && (x.status !== 409 || request[3])) { return x; }
    const known = await call("GET", "/sertifikasi/saya/tanda"), mine = known.status === 200 && JSON.parse(known.responseText);
    ended = known.status === 401 || mine && mine.pengguna !== user;
    if (ended || !mine) { return { status: 0 }; }
    token = mine.csrf;
    all("[name=csrf_token]").forEach((field) => { field.value = token; });
    body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
    return call(...request);
  }
  const pieces = (entry) => "/berkas/potongan/" + entry.id;
  async function upload(entry) {
    const file = entry.berkas, size = file.size;
    let at = 0, x = size > PIECE && await ask("GET", pieces(entry));
    for (;;) {
      if (x && x.status !== 200) { return x; }
      if (x) { at = JSON.parse(x.responseText).posisi; }
      share[entry.id] = at / size;
      if (at >= size) { break; }
      x = await ask("POST", `${pieces(entry)}?posisi=${at}&ukuran=${size}`, file.slice(at, at + PIECE), 0, (event) => {
        share[entry.id] = Math.min(1, (at + event.loaded) / size);
        cards();
      });
    }
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return [[entry.baris + "-potongan", [entry.id, [...sum].map((b) => b.toString(16).padStart(2, "0")).join(""), entry.nama].join("/")]];
  }
  async function post(entry) {
    const more = entry.berkas ? await upload(entry) : [];
    return more.status === undefined
      ? ask("POST", entry.jalur, new URLSearchParams([["aksi", "otomatis"], ["layar", entry.layar], ...entry.isi, ...more]), entry.id) : more;
  }

  /* What an answer means. False: stop here and try again later. */
  async function settle(entry, x) {
    if (!x.status || /401|408|429|5../.test(x.status)) { return false; }
    const answer = read(x), words = find("#save-status", answer), mine = entry.jalur === path;
    const wrong = x.status > 299 ? told(answer) || "Belum tersimpan. Periksa isian ini." : entry.berkas && (find(".field-error", answer) || {}).textContent;
    if (wrong) { await mark(entry, "gagal", wrong); return true; }
    if (words && /perangkat lain/.test(words.textContent)) {
      await mark(entry, "bentrok");
      /* The server answers with both values; its form takes the place of ours. */
      if (mine) { window.htmx.ajax("POST", path, { source: form(), target: form(), swap: "outerHTML", values: { aksi: "bandingkan" } }); }
      return true;
    }
    if (words && byId("save-status")) { byId("save-status").innerHTML = words.innerHTML; }
    if (mine) { all("input[id]", answer).forEach((field) => Object.assign(byId(field.id) || {}, { value: field.value })); }
    const phone = await caches.has("pribadi");
    if (phone && entry.n && !entry.berkas) { await mark(entry, "terkirim"); } else { await drop(entry); }
    if (entry.berkas) {
      call("DELETE", pieces(entry));
      if (phone) { (await caches.open("pribadi")).add(entry.jalur).catch(() => 0); }
      if (mine) {
        const id = "#" + find(`[name^="${entry.baris}-berkas"]`).closest(".evidence").id;
        window.htmx.ajax("GET", path, { source: id, target: id, select: id, swap: "outerHTML" });
      }
    }
    return true;
  }
  function send() {
    clearTimeout(timer);
    return navigator.locks.request("antrean", async () => {
      for (;;) {
        const [entry] = await waiting();
        if (!entry) { break; }
        status("Menyimpan…", "");
        lost = !navigator.onLine || !await settle(entry, await post(entry));
        if (lost) { break; }
        ended = false;
        wait = 1000;
      }
      if (lost && !ended) { timer = setTimeout(send, wait); wait = Math.min(60000, wait * 2); }
      await show();
    });
  }

  /* What the page says. */
  function say(name, shown, words) {
    const notice = find(`[data-${name}]`, here);
    notice.hidden = !shown;
    if (words) { find("p", notice).textContent = words; }
  }
  async function show() {
    const entries = await list(), failed = entries.filter((e) => e.keadaan === "gagal");
    count = entries.filter((e) => !e.keadaan).length;
    const off = !navigator.onLine || lost && !ended && count, words = count ? `Menunggu koneksi (${count} isian)` : "";
    if (count && (off || ended)) { status(navigator.onLine ? words : "Di ponsel", "warning"); }
    find("[data-berapa]", here).textContent = words;
    body.dataset.sisa = kept.length;
    say("luring", off);
    say("sesi", ended && count);
    say("belum", failed.length, failed.length && failed[failed.length - 1].pesan);
    say("penuh", kept.length);
    failed.forEach((e) => { if (e.jalur === path) { all(`[data-antre="${e.baris}"] [name]`).forEach((field) => field.setAttribute("aria-invalid", "true")); } });
    await cards();
  }
  async function cards() {
    for (const e of await list()) {
      const box = e.nama && e.jalur === path && find(`[name="${e.baris}-kunci"]`), percent = share[e.id] ? Math.round(share[e.id] * 100) + " %" : "";
      if (!box) { continue; }
      let card = byId(e.id);
      if (!card) {
        card = byId("kartu").content.firstElementChild.cloneNode(true);
        card.id = e.id;
        find("strong", card).textContent = e.nama;
        if (e.berkas && /^image/.test(e.berkas.type)) { find("img", card).src = URL.createObjectURL(e.berkas); }
        find(".sr", card).append(e.nama);
        find("button", card).onclick = async () => {
          await drop(e);
          card.remove();
          if (share[e.id]) { running.abort(); }
          if (e.berkas) { call("DELETE", pieces(e)); }
          show();
        };
        box.before(card);
      }
      const words = find("span", card);
      words.className = e.keadaan ? "text-negative" : "text-warning";
      words.textContent = e.pesan || (lost && percent ? `Unggahan berhenti di ${percent}. Akan dilanjutkan otomatis.` : `${percent || "Menunggu"} · ${Math.ceil(e.berkas.size / 1024)} KB`);
    }
  }

  /* Fields */
  function queue(box) {
    const names = all("input:not([type=file]),select,textarea", box).map((field) => field.name), baris = box.dataset.antre;
    const isi = [...new FormData(form())].filter(([name]) => names.includes(name)), text = JSON.stringify(isi.filter(([name]) => !/versi$/.test(name)));
    const versi = find("[name=versi]", form());
    if (last[baris] === text) { return; }
    last[baris] = text;
    return add(baris, versi ? [["versi", versi.value], ...isi] : isi).then(() => { send(); });
  }
  let typing = {};
  on("input", (event) => {
    const box = event.target.closest("[data-antre]");
    if (!box || event.target.type === "file") { return; }
    if (typing.box === box) { clearTimeout(typing.timer); }
    typing = { box, timer: setTimeout(queue, 800, box) };
  });
  on("change", (event) => {
    const input = event.target, box = input.closest("[data-antre]");
    if (input.matches("form[data-antrean] [data-unggah]")) { files(input); } else if (box) { queue(box); }
  });
  on("htmx:confirm", (event) => {
    if (event.target.matches("form[data-antrean] [data-antre], form[data-antrean] [data-unggah]")) { event.preventDefault(); }
  });

  /* Files */
  async function files(input) {
    const chosen = [...input.files], [baris] = input.name.split("-"), clear = find("[data-jelas]:checked", input.closest(".evidence"));
    input.value = "";
    for (const file of chosen) {
      const berkas = clear ? file : await shrink(file), nama = berkas === file ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg";
      await add(baris, [[baris + "-berkas", "1"], [baris + "-pesan", baris + "-berkas"]], berkas.size > MOST
        ? { nama, keadaan: "gagal", pesan: `Berkas ${Math.ceil(berkas.size / 1048576)} MB terlalu besar (maksimal 10 MB). Coba foto ulang atau perkecil PDF.` }
        : { nama, berkas });
    }
    send();
  }
  async function shrink(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" }), canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
      const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((ready) => canvas.toBlob(ready, "image/jpeg", 0.75));
      return made && made.size < file.size ? made : file;
      /* No picture, or none that this browser reads */
    } catch (error) { return file; }
  }

  /* One elemen a screen */
  const screens = () => all("[data-elemen]", form());
  function turn(screen, focus) {
    screens().forEach((each) => { each.hidden = each !== screen; });
    find(".page-head").classList.toggle("sr", screen !== screens()[0]);
    const small = find(".app-bar-text small");
    small.textContent = small.textContent.split(" · ")[0] + " · " + find("p", screen).textContent.split(" · ")[1];
    history.replaceState(history.state, "", "#" + screen.id);
    if (focus) { find("h2", screen).focus(); scrollTo(0, 0); }
  }
  function reveal() {
    const wanted = byId(location.hash.slice(1)), screen = wanted && wanted.closest("[data-elemen]");
    if (screen) { turn(screen); wanted.focus(); }
    return screen;
  }
  function restore([name, value]) {
    if (name === "versi") { return; }
    all(`[name="${name}"]`, form()).forEach((field) => {
      if (/radio|checkbox/.test(field.type)) { field.checked = field.value === value; } else { field.value = value; }
      if (value && field.closest("details")) { field.closest("details").open = true; }
    });
  }
  async function start() {
    const parts = form() ? screens() : [];
    for (const entry of await list()) {
      const mine = form() && entry.jalur === path && !entry.nama;
      if (path.endsWith("/terkirim") ? entry.keadaan : mine && entry.keadaan === "terkirim" && entry.layar !== layar()) { await drop(entry); }
      else if (mine) { entry.isi.forEach(restore); }
    }
    const faulty = parts.find((screen) => find("[id^=versi-],.field-error", screen));
    if (parts.length && (faulty || !reveal())) { turn(faulty || parts.find((screen) => !find("input:checked", screen)) || parts[0]); }
    await show();
  }

  /* Buttons of a step */
  const touched = (box) => all("input:not([type=hidden]),select,textarea", box).some((f) => /radio|checkbox/.test(f.type) ? f.checked : f.value);
  document.addEventListener("submit", async (event) => {
    const sent = event.target, button = event.submitter, by = { lanjut: 1, kembali: -1 }[button ? button.value : "lanjut"];
    if (!sent.matches("form[data-antrean]") || pass || /^\w+:/.test(button && button.value)) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) { return; }
    busy = true;
    try {
      const parts = screens(), at = parts.findIndex((screen) => !screen.hidden);
      for (const box of all("[data-antre]", parts[at] || sent)) { delete last[box.dataset.antre]; if (touched(box)) { await queue(box); } }
      if (by && parts[at + by]) { turn(parts[at + by], true); return; }
      target = by && sent.dataset[by > 0 ? "sesudah" : "sebelum"];
      if (!target || !(await waiting()).some((e) => e.nama)) { await Promise.race([send(), new Promise((late) => by && setTimeout(late, 8000))]); }
      count = (await waiting()).length;
      if (!count && !lost && navigator.onLine) { pass = true; button.click(); pass = false; }
      else if (target) { location.href = target; }
      else { say("belum", true, `Masih ada ${count} isian yang belum terkirim. Tunggu sampai tersambung, lalu tekan lagi.`); }
    } finally { busy = false; }
  }, true);
  on("htmx:timeout htmx:sendError", (event) => {
    if (event.target === form()) { lost = true; show(); if (target) { location.href = target; } }
  });

  /* Kept on this phone, for one person: pages of somebody who did not sign out go. */
  const button = find("[data-ponsel]"), tell = (words) => { button.lastChild.textContent = words || "Tersimpan di ponsel ini. Perbarui"; };
  caches.match(OWNER).then(async (owner) => {
    if (owner && await owner.text() !== user) { caches.delete("pribadi"); } else if (owner && button) { tell(); }
  });
  const worker = navigator.serviceWorker;
  let sync;
  if (worker) {
    worker.register("/sertifikasi/saya/sw", { scope: "/sertifikasi/saya" }).then((ready) => { sync = ready.sync; }).catch(() => 0);
    on("message", send, worker);
  }
  if (worker && button) {
    button.hidden = false;
    button.onclick = async () => {
      tell("Menyimpan…");
      try {
        const pages = await caches.open("pribadi");
        await pages.put(OWNER, new Response(user));
        await pages.addAll(button.dataset.halaman.split(" "));
        if (navigator.storage.persist) { navigator.storage.persist(); }
        tell();
      } catch (error) { tell("Belum tersimpan di ponsel. Coba lagi"); }
    };
  }
  on("online", () => { wait = 1000; lost = false; send(); }, window);
  on("offline", () => {
    show();
    if (sync) { sync.register("antrean").catch(() => 0); }
  }, window);
  on("hashchange", reveal, window);
  on("visibilitychange", () => { if (!document.hidden) { send(); } }, document);
  on("htmx:afterSettle", (event) => { if (event.target.matches("form[data-antrean]")) { start(); } else { show(); } });
  start().then(send);
})();
