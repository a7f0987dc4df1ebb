/* Covers parts of a photo before it leaves the phone, for faces of people who did not agree to be shown. Where the box
   #samar-pakai is ticked, a chosen photo opens in #samar first. Rectangles are painted into a copy that is encoded
   anew: nothing lies beneath them, and what the camera wrote into the file is gone. Finger, mouse or keyboard. */
(() => {
  "use strict";
  const dialog = document.getElementById("samar"), wanted = document.getElementById("samar-pakai");
  if (!dialog || !wanted || !window.createImageBitmap || !window.DataTransfer) { return; }
  const canvas = dialog.querySelector("canvas"), pen = canvas.getContext("2d"), says = dialog.querySelector("[role=status]");
  const button = (name) => dialog.querySelector(`[data-samar=${name}]`), through = new WeakSet(), MOST = 2560;
  let picture, boxes, cursor, from, drawn;
  wanted.closest("[hidden]").hidden = false;
  Object.assign(canvas.style, { maxWidth: "100%", maxHeight: "60vh", touchAction: "none" });

  window.addEventListener("change", async (event) => {
    const input = event.target;
    if (!wanted.checked || through.has(event) || input.type !== "file" || ![...input.files].some(isPicture)) { return; }
    event.stopImmediatePropagation();
    const bag = new DataTransfer();
    for (const file of input.files) {
      const ready = isPicture(file) ? await cover(file) : file;
      if (ready) { bag.items.add(ready); }
    }
    input.files = bag.files;
    if (!bag.files.length) { return; }
    const again = new Event("change", { bubbles: true });
    through.add(again);
    input.dispatchEvent(again);
  }, true);
  const isPicture = (file) => file.type.startsWith("image/");

  /* The photo with its covers; null when the person went back. */
  async function cover(file) {
    boxes = [];
    picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
    const scale = picture ? Math.min(1, MOST / Math.max(picture.width, picture.height)) : 0;
    canvas.width = picture ? Math.round(picture.width * scale) : 1;
    canvas.height = picture ? Math.round(picture.height * scale) : 1;
    const side = Math.round(Math.min(canvas.width, canvas.height) / 5);
    cursor = { x: Math.round((canvas.width - side) / 2), y: Math.round((canvas.height - side) / 2), w: side, h: side };
    button("kirim").disabled = !picture;
    draw();
    dialog.returnValue = "";
    dialog.showModal();
    canvas.focus();
    await new Promise((closed) => { dialog.addEventListener("close", closed, { once: true }); });
    if (dialog.returnValue !== "kirim") { return null; }
    draw(true);
    const body = await new Promise((made) => { canvas.toBlob(made, "image/jpeg", 0.9); });
    return body && new File([body], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  }

  function draw(bare) {
    if (!picture) { says.textContent = says.dataset.gagal; return; }
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#222";
    for (const box of drawn && !bare ? [...boxes, drawn] : boxes) { pen.fillRect(box.x, box.y, box.w, box.h); }
    says.textContent = boxes.length + " " + says.dataset.kata;
    button("urung").disabled = !boxes.length;
    if (bare || document.activeElement !== canvas || drawn) { return; }
    pen.lineWidth = Math.max(3, canvas.width / 200);
    pen.strokeStyle = "#fff";
    pen.strokeRect(cursor.x, cursor.y, cursor.w, cursor.h);
    pen.setLineDash([pen.lineWidth * 2, pen.lineWidth * 2]);
    pen.strokeStyle = "#000";
    pen.strokeRect(cursor.x, cursor.y, cursor.w, cursor.h);
    pen.setLineDash([]);
  }

  function add(box) { boxes.push(box); draw(); }
  function undo() { boxes.pop(); draw(); }

  function at(event) {
    const seen = canvas.getBoundingClientRect(), scale = canvas.width / seen.width;
    return { x: (event.clientX - seen.left) * scale, y: (event.clientY - seen.top) * scale };
  }
  canvas.addEventListener("pointerdown", (event) => { from = at(event); canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) { return; }
    const to = at(event);
    drawn = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) };
    draw();
  });
  canvas.addEventListener("pointerup", () => {
    const box = drawn, least = canvas.width / 100;
    from = drawn = undefined;
    if (box && box.w > least && box.h > least) { add(box); } else { draw(); }
  });
  canvas.addEventListener("pointercancel", () => { from = drawn = undefined; draw(); });
  canvas.addEventListener("keydown", (event) => {
    const step = Math.round(canvas.width / 40), grow = { "+": step, "=": step, "-": -step }[event.key];
    const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (move) { cursor.x += move[0]; cursor.y += move[1]; draw(); }
    else if (grow) { cursor.w = Math.max(step, cursor.w + grow); cursor.h = Math.max(step, cursor.h + grow); draw(); }
    else if (event.key === "Enter" || event.key === " ") { add({ ...cursor }); }
    else if (event.key === "Backspace" || event.key === "Delete") { undo(); }
    else { return; }
    event.preventDefault();
  });
  canvas.addEventListener("focus", () => draw());
  canvas.addEventListener("blur", () => draw());
  button("urung").addEventListener("click", undo);
})();
