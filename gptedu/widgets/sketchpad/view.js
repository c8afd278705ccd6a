// Sketchpad: a sheet to draw on, captions ranked, places that count, one change at a time.
// Python holds the drawing and computes all numbers (model.get("view")); this file draws them, and
// shows a line while it is being drawn, before Python has heard of it.

const CELL = SIDE / 3;
const NAMES = Object.keys(PALETTE);
const PENS = [1, 2, 3];
let instances = 0;
const CHANGES = { colour: NAMES, shape: SHAPES, place: PLACES };

function render({ model, el }) {
  return mount({ model, el }, "sketchpad", (root, ui) => {
    const view = () => model.get("view");
    let tool = "pen"; // or "point", or a shape to stamp
    let colour = "red";
    let pen = 1;
    let size = SIZES[0];
    let down = false; // the pen is kept down, by the key D
    let cursor = [SIDE / 2, SIDE / 2];
    let pending = null; // cells of a stroke that Python has not drawn yet
    let strokes = 0;
    const own = Math.random().toString(36).slice(2); // several views may draw on one sheet

    // ------------------------------------------------------------ the sheet
    const sheet = h("canvas", {
      class: "sk-sheet", tabindex: "0", role: "application", width: 2 * SIDE * 15, height: 2 * SIDE * 15,
      "aria-label": `Drawing of ${SIDE} by ${SIDE} pixels. Arrows move, with Shift by a place; Space draws; D keeps the pen down; 1 to 8 choose a colour, 0 the rubber.`,
    });
    const told = h("div", { class: "gptedu-hint sk-told" });

    const colours = () => {
      const bytes = fromHex(view().pixels);
      const put = (cell, rgb) => bytes.set(rgb, 3 * (SIDE * cell[0] + cell[1]));
      if (pending) for (const cell of pending.cells) put(cell, pending.colour === RUBBER ? fromHex(view().ground) : fromHex(PALETTE[pending.colour].slice(1)));
      return bytes;
    };
    const drawSheet = () => {
      const v = view();
      const bytes = colours();
      drawPixels(sheet, bytes);
      const draw = sheet.getContext("2d");
      const pixel = sheet.width / SIDE;
      const light = luminance([...fromHex(v.ground)]) > 0.2;
      draw.strokeStyle = light ? "#0003" : "#fff4";
      draw.lineWidth = 1.5;
      for (const part of [1, 2]) strokeLines(draw, [[part * CELL * pixel, 0, part * CELL * pixel, sheet.height], [0, part * CELL * pixel, sheet.width, part * CELL * pixel]]);
      if (v.thing && !pending) outline(draw, v.thing.cells, pixel, light ? "#000" : "#fff");
      const active = sheet.getRootNode().activeElement === sheet;
      if (!active) return;
      const [row, column] = cursor;
      const box = SHAPES.includes(tool)
        ? [CELL * Math.floor(column / CELL), CELL * Math.floor(row / CELL), CELL, CELL]
        : [column, row, 1, 1];
      for (const [shade, width] of [["#000", 7], ["#fff", 3]]) {
        draw.strokeStyle = shade;
        draw.lineWidth = width;
        draw.strokeRect(...box.map((each) => each * pixel));
      }
    };
    const wordsAt = ([row, column]) => {
      const bytes = colours();
      const at = 3 * (SIDE * row + column);
      return `row ${row + 1}, column ${column + 1}: ${nameOf(bytes.slice(at, at + 3), fromHex(view().ground))}`;
    };
    const tellCursor = (aloud) => {
      const words = wordsAt(cursor);
      told.textContent = `${words}${down ? "; the pen is down" : ""}`;
      if (aloud) ui.announce(words);
      drawSheet();
    };

    // ------------------------------------------------------------ drawing
    const begin = () => (pending = { cells: [], known: new Set(), colour, stroke: `${own} ${(strokes += 1)}`, open: true });
    const add = (cell) => {
      const reach = Math.floor((pen - 1) / 2);
      for (let r = cell[0] - reach; r < cell[0] - reach + pen; r += 1) {
        for (let c = cell[1] - reach; c < cell[1] - reach + pen; c += 1) {
          if (r < 0 || c < 0 || r >= SIDE || c >= SIDE || pending.known.has(SIDE * r + c)) continue;
          pending.known.add(SIDE * r + c);
          pending.cells.push([r, c]);
        }
      }
    };
    const send = () => {
      const sent = pending;
      const count = sent.cells.length;
      ui.ask("paint", { cells: sent.cells, colour: sent.colour, stroke: sent.stroke }, {
        instead: `paint ${sent.stroke}`,
        done: () => {
          if (pending === sent && !sent.open && sent.cells.length === count) pending = null;
        },
      });
      drawSheet();
    };
    const end = () => {
      if (!pending) return;
      pending.open = false;
      send();
    };
    const use = (cell) => {
      if (tool === "point") ui.ask("point", { cell }, { instead: "point" });
      else if (tool !== "pen") ui.ask("stamp", { shape: tool, colour: colour === RUBBER ? "white" : colour, place: placeAt(cell), size });
      else {
        begin();
        add(cell);
        end();
      }
    };

    const cellAt = (event) => {
      const box = sheet.getBoundingClientRect();
      const at = (where, start, length) => Math.min(SIDE - 1, Math.max(0, Math.floor((SIDE * (where - start)) / length)));
      return [at(event.clientY, box.top, box.height), at(event.clientX, box.left, box.width)];
    };
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      event.preventDefault(); // of a touch, the scrolling
      sheet.focus();
      cursor = cellAt(event);
      tellCursor(false);
      if (tool !== "pen") return use(cursor);
      sheet.setPointerCapture(event.pointerId);
      begin();
      add(cursor);
      send();
    });
    sheet.addEventListener("pointermove", (event) => {
      const to = cellAt(event);
      if (!pending?.open) {
        told.textContent = wordsAt(to);
        return;
      }
      if (to[0] === cursor[0] && to[1] === cursor[1]) return;
      for (const cell of line(cursor, to)) add(cell);
      cursor = to;
      send();
    });
    for (const over of ["pointerup", "pointercancel"]) sheet.addEventListener(over, () => pending?.open && end());
    sheet.addEventListener("focus", () => tellCursor(false));
    sheet.addEventListener("blur", drawSheet);
    sheet.addEventListener("keydown", (event) => {
      const key = event.key;
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
      if (key === "Tab" || event.altKey) return;
      if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") {
        event.preventDefault();
        ui.ask("undo");
        return;
      }
      if (event.ctrlKey || event.metaKey) return;
      if (step) {
        event.preventDefault();
        const far = event.shiftKey ? CELL : 1;
        cursor = cursor.map((at, axis) => Math.min(SIDE - 1, Math.max(0, at + far * step[axis])));
        if (down && tool === "pen") use(cursor);
        tellCursor(true);
      } else if (key === " " || key === "Enter") {
        event.preventDefault();
        use(cursor);
      } else if (key === "Delete" || key === "Backspace") {
        event.preventDefault();
        const before = colour;
        colour = RUBBER;
        begin();
        add(cursor);
        colour = before;
        end();
      } else if (key.toLowerCase() === "d") {
        down = !down;
        ui.announce(down ? "the pen is down: arrows draw" : "the pen is up");
        tellCursor(false);
      } else if (/^[0-8]$/.test(key)) {
        choose(key === "0" ? RUBBER : NAMES[Number(key) - 1]);
        ui.announce(colour);
      }
    });

    // ------------------------------------------------------------ tools
    const swatches = h("div", { class: "sk-swatches", role: "group", "aria-label": "Colour" },
      ...NAMES.map((name, i) => h("button", { type: "button", class: "sk-swatch", "data-colour": name, "aria-label": `${name}, key ${i + 1}`, title: `${name} (key ${i + 1})`, style: { background: PALETTE[name], color: inkOn([...fromHex(PALETTE[name].slice(1))]) }, onclick: () => choose(name) }, `${i + 1}`)),
      h("button", { type: "button", class: "sk-swatch sk-rubber", "data-colour": RUBBER, "aria-label": "rubber, key 0", title: "rubber (key 0)", onclick: () => choose(RUBBER) }, "0"));
    inLine(swatches);
    const chosen = h("span", { class: "gptedu-hint sk-colour" });
    const choose = (name) => {
      colour = name;
      for (const each of swatches.children) each.setAttribute("aria-pressed", String(each.dataset.colour === colour));
      chosen.textContent = colour;
    };
    const pressed = (box, now) => [...box.children].forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.key === String(now))));
    const group = (label, names, now, act) => {
      const box = h("div", { class: "sk-group", role: "group", "aria-label": label }, ...Object.entries(names).map(([key, words]) => h("button", { type: "button", "data-key": key, onclick: () => {
        act(key);
        pressed(box, key);
      } }, words)));
      pressed(box, now);
      return inLine(box);
    };
    const tools = group("Tool", { pen: "pen", point: "choose a thing", ...Object.fromEntries(SHAPES.map((each) => [each, each])) }, tool, (key) => {
      tool = key;
      drawSheet();
    });
    const pens = group("Width of the pen, in pixels", Object.fromEntries(PENS.map((each) => [each, `${each}`])), pen, (key) => (pen = Number(key)));
    const sizes = group("Size of what is stamped", Object.fromEntries(SIZES.map((each) => [each, each])), size, (key) => (size = key));
    const ground = h("select", { "aria-label": "Colour of the empty sheet" }, ...GROUNDS.map((each) => h("option", { value: each }, each)));
    const undo = h("button", { type: "button", class: "sk-undo", title: "Ctrl+Z on the sheet", onclick: () => ui.ask("undo") }, "Undo");
    const clear = h("button", { type: "button", class: "sk-clear", onclick: () => ui.ask("clear", { ground: ground.value }) }, "Clear");
    const file = h("input", { type: "file", class: "sk-file", accept: "image/png,image/jpeg,image/gif", "aria-label": "A picture of your own: PNG, JPEG or GIF" });
    const take = async (picked) => {
      if (!picked) return;
      const fits = picked.size <= MOST_FILE;
      const data = fits ? await base64(picked) : "";
      ui.ask("take", { data, size: picked.size });
    };
    file.addEventListener("change", () => {
      take(file.files[0]);
      file.value = "";
    });
    sheet.addEventListener("dragover", (event) => event.preventDefault());
    sheet.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      take(event.dataTransfer.files[0]);
    });

    // ------------------------------------------------------------ prompts
    const list = h("div", { class: "sk-prompts", role: "group", "aria-label": "Captions, the likeliest first" });
    const fill = () => {
      list.replaceChildren(...view().rows.map((_, number) => {
        const text = h("input", { type: "text", class: "sk-text", spellcheck: "false", "aria-label": `Caption ${number + 1}` });
        const write = debounce(() => text.value.trim() && text.value !== view().rows[number]?.text && ui.ask("write", { number, prompt: text.value }, { instead: `write ${number}` }), 250);
        text.addEventListener("input", write);
        text.addEventListener("blur", () => setTimeout(drawRows, 300)); // after what was typed last has gone
        return h("div", { class: "sk-prompt", "data-number": number }, text,
          h("span", { class: "gptedu-bar-track", "aria-hidden": "true" }, h("span", { class: "gptedu-bar-before" }), h("span", { class: "gptedu-bar-now" })),
          h("span", { class: "gptedu-bar-value" }),
          h("span", { class: "gptedu-bar-change" }),
          h("button", { type: "button", class: "sk-look", title: "Which places count for this caption?", onclick: () => {
            const v = view();
            ui.ask("look", { number: v.chosen && v.looked === number ? null : number }, { instead: "look" });
          } }, "places"),
          h("button", { type: "button", class: "sk-remove", title: "Remove this caption", onclick: () => ui.ask("remove", { number }, { done: () => fresh.focus() }) }, "×"));
      }));
    };
    const drawRows = () => {
      const v = view();
      if (list.childElementCount !== v.rows.length) fill();
      const active = list.getRootNode().activeElement;
      list.classList.toggle("sk-changed", Boolean(v.change));
      for (const node of list.children) {
        const number = Number(node.dataset.number);
        const row = v.rows[number];
        const [text, track, value, change, look, remove] = node.children;
        if (text !== active) text.value = row.text;
        const width = (share) => `${100 * share}%`;
        const [before, now] = track.children;
        before.hidden = row.before === undefined;
        before.style.width = width(row.before ?? 0);
        now.style.width = width(row.probability);
        value.textContent = percent(row.probability);
        const off = row.before === undefined ? 0 : row.probability - row.before;
        const arrow = Math.abs(off) < 0.0005 ? "" : off > 0 ? "▲" : "▼";
        change.textContent = row.before === undefined ? "" : arrow ? `${arrow} from ${percent(row.before)}` : "=";
        change.className = `gptedu-bar-change ${arrow === "▲" ? "gptedu-up" : arrow ? "gptedu-down" : ""}`;
        look.setAttribute("aria-pressed", String(v.looked === number));
        look.setAttribute("aria-label", `Places that count for ${clean(row.text)}, ${percent(row.probability)}`);
        remove.setAttribute("aria-label", `Remove the caption ${clean(row.text)}`);
      }
      // While one is typed in, rows stay where they are.
      if (list.contains(active)) return;
      const order = [...list.children].sort((a, b) => v.rows[b.dataset.number].probability - v.rows[a.dataset.number].probability);
      if (order.some((node, i) => list.children[i] !== node)) list.append(...order);
    };
    const fresh = h("input", { type: "text", class: "sk-fresh", placeholder: "another caption", "aria-label": "Another caption", spellcheck: "false" });
    const addRow = () => ui.ask("add", { prompt: fresh.value }, { done: (ok) => ok && (fresh.value = "") });
    fresh.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), addRow()));
    const adding = h("div", { class: "sk-adding" }, fresh, h("button", { type: "button", class: "sk-add", onclick: addRow }, "Add"));

    // ------------------------------------------------------------ one change at a time
    const about = h("div", { class: "gptedu-hint" });
    const change = (what, to) => h("button", { type: "button", "data-to": to, onclick: () => ui.ask("change", { what, to }) }, to);
    const changes = Object.entries(CHANGES).map(([what, choices]) => h("div", { class: "sk-line" },
      h("span", { class: "gptedu-hint sk-what", text: what }),
      inLine(h("div", { class: `sk-changes sk-${what}`, role: "group", "aria-label": `Another ${what}` }, ...choices.map((to) => change(what, to))))));
    const pair = h("div", { class: "sk-pair", hidden: true });
    const drawChange = () => {
      const v = view();
      about.textContent = v.thing ? `Framed: the ${v.thing.colour} thing at the ${v.thing.place}. “Choose a thing” takes another.` : "Nothing is drawn yet.";
      pair.hidden = !v.change;
      if (!v.change) return;
      const small = (hex, words) => {
        const node = h("canvas", { width: 2 * 72, height: 2 * 72, role: "img", "aria-label": `the drawing ${words}` });
        drawPixels(node, fromHex(hex));
        return h("figure", {}, node, h("figcaption", { class: "gptedu-hint", text: words }));
      };
      pair.replaceChildren(small(v.before, "before"), small(v.pixels, "now"), h("div", {}, h("div", { class: "gptedu-title", text: v.change }), h("div", { class: "gptedu-hint", text: "Outlined bars: before the change." })));
    };

    // ------------------------------------------------------------ places that count, and questions
    let scale = scaleColours(false);
    const table = (values, words) => {
      const most = Math.max(0.05, ...values);
      return h("table", { class: "sk-looks", "aria-label": words }, h("tbody", {}, ...[0, 1, 2].map((row) => h("tr", {}, ...[0, 1, 2].map((column) => {
        const place = 3 * row + column;
        const shade = scale[Math.round((255 * Math.max(0, values[place])) / most)];
        return h("td", { style: { background: `rgb(${shade})`, color: inkOn(shade) }, title: PLACES[place], text: values[place].toFixed(2).replace("-", "−") });
      })))));
    };
    const looks = h("div", { class: "sk-counts" });
    const drawLooks = () => {
      const v = view();
      const about = clean(v.rows[v.looked].text);
      looks.replaceChildren(table(v.looks, `Places that count for ${about}`), h("div", {}, h("div", { class: "gptedu-title", text: `Places that count for “${about}”` }),
        h("div", { class: "gptedu-hint", text: `By how much the likeness (a cosine) falls when a place is covered. ${v.looks_say}` })));
    };
    const known = h("datalist", { id: `gptedu-sk-${(instances += 1)}` }, ...QUESTIONS.map((each) => h("option", { value: each })));
    const question = h("input", { type: "text", "aria-label": "Question about the drawing", spellcheck: "false", list: known.id, value: view().asked?.question ?? "" });
    const ask = () => ui.ask("ask", { question: question.value }, { instead: "ask" });
    question.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), ask()));
    const answer = h("div", { class: "sk-counts", hidden: true });
    const asking = h("div", { class: "sk-asking" }, h("div", { class: "gptedu-title sk-heading", text: "Ask about it" }),
      h("div", { class: "sk-adding" }, question, known, h("button", { type: "button", class: "sk-ask gptedu-primary", onclick: ask }, "Ask")), answer);
    const drawAnswer = () => {
      const a = view().asked;
      asking.hidden = !a;
      answer.hidden = !a?.answer;
      if (answer.hidden) return;
      answer.replaceChildren(table(a.looks, "Where it looks"), h("div", {},
        h("div", { class: "sk-answer" }, `${clean(a.model)}: `, h("b", { text: clean(a.answer) }), a.earlier ? `, before the change: ${clean(a.earlier)}` : ""),
        a.stale ? h("div", { class: "gptedu-hint", text: "Said of an earlier drawing: ask again." }) : null,
        h("div", { class: "gptedu-hint", text: "Where it looks: each place's share of the attention of its last token, the mean of all heads. The rest goes to words." })));
    };
    ui.onTheme((dark) => {
      scale = scaleColours(dark);
      drawLooks();
      drawAnswer();
      drawSheet();
    });

    // ------------------------------------------------------------ all of it
    const title = h("div", { class: "gptedu-title" });
    const empty = h("div", { class: "gptedu-hint", text: "The sheet is empty: what is ranked is nothing." });
    const drawAll = () => {
      const v = view();
      title.textContent = `What ${clean(v.model)} makes of it`;
      undo.setAttribute("aria-disabled", String(!v.can_undo));
      empty.hidden = !v.blank;
      drawSheet();
      drawRows();
      drawChange();
      drawLooks();
      drawAnswer();
    };
    const label = (words, ...nodes) => h("div", { class: "sk-line" }, h("span", { class: "gptedu-hint sk-what", text: words }), ...nodes);
    root.append(
      h("div", { class: "sk-main" },
        h("div", { class: "sk-left" },
          sheet, told,
          label("tool", tools),
          label("colour", swatches, chosen),
          label("pen", pens, h("span", { class: "gptedu-hint", text: "stamp" }), sizes),
          label("sheet", undo, clear, ground),
          label("file", file)),
        h("div", { class: "sk-right" },
          title, empty, list, adding, ui.error, ui.quiet, ui.strange,
          looks, asking,
          h("div", { class: "gptedu-title sk-heading", text: "One change at a time: make it …" }), about, ...changes, pair)),
    );
    choose(colour);
    ui.shows("view", drawAll);
    drawAll();
  });
}

/** One tab stop for buttons in a line; arrow keys lead from one to the next. */
function inLine(box) {
  [...box.children].forEach((each, i) => (each.tabIndex = i ? -1 : 0));
  rove(box, (buttons, at, key) => ({
    ArrowLeft: buttons[at - 1], ArrowUp: buttons[at - 1], ArrowRight: buttons[at + 1], ArrowDown: buttons[at + 1],
    Home: buttons[0], End: buttons.at(-1),
  })[key]);
  return box;
}

/** Bytes of a text of hexadecimal digits. */
function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16));
}

/** A drawing of SIDE x SIDE pixels over a whole canvas, each pixel a square. */
function drawPixels(canvas, bytes) {
  const pixels = new ImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1) pixels.data.set([bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2], 255], 4 * i);
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  small.getContext("2d").putImageData(pixels, 0, 0);
  const draw = canvas.getContext("2d");
  draw.imageSmoothingEnabled = false;
  draw.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** A dashed frame around cells. */
function outline(draw, cells, pixel, shade) {
  const known = new Set(cells.map(([r, c]) => SIDE * r + c));
  const has = (r, c) => r >= 0 && c >= 0 && r < SIDE && c < SIDE && known.has(SIDE * r + c);
  draw.save();
  draw.strokeStyle = shade;
  draw.lineWidth = 2;
  draw.setLineDash([6, 6]);
  const lines = [];
  for (const [r, c] of cells) {
    const [x, y] = [c * pixel, r * pixel];
    if (!has(r - 1, c)) lines.push([x, y, x + pixel, y]);
    if (!has(r + 1, c)) lines.push([x, y + pixel, x + pixel, y + pixel]);
    if (!has(r, c - 1)) lines.push([x, y, x, y + pixel]);
    if (!has(r, c + 1)) lines.push([x + pixel, y, x + pixel, y + pixel]);
  }
  strokeLines(draw, lines);
  draw.restore();
}

function strokeLines(draw, lines) {
  draw.beginPath();
  for (const [x0, y0, x1, y1] of lines) {
    draw.moveTo(x0, y0);
    draw.lineTo(x1, y1);
  }
  draw.stroke();
}

/** The cells from one to another. */
function line(from, to) {
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
  return Array.from({ length: steps + 1 }, (_, i) => [0, 1].map((axis) => Math.round(from[axis] + ((to[axis] - from[axis]) * i) / steps)));
}

function placeAt([row, column]) {
  return 3 * Math.floor(row / CELL) + Math.floor(column / CELL);
}

/** The colour of the palette that a pixel is nearest to, or "empty". */
function nameOf(rgb, ground) {
  const off = (other) => [0, 1, 2].reduce((sum, i) => sum + Math.abs(rgb[i] - other[i]), 0);
  if (off(ground) < 60) return "empty";
  return NAMES.reduce((best, name) => (off(fromHex(PALETTE[name].slice(1))) < off(fromHex(PALETTE[best].slice(1))) ? name : best));
}

/** A file's bytes in base64. */
function base64(file) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => done("");
    reader.readAsDataURL(file);
  });
}

export default { render };
