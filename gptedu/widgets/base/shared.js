// Shared by every widget; joined in front of its own file by gptedu.widgets.base.widget.module.
// No imports and no network. Text only ever enters the page as text, never as HTML.

const FOCUSABLE = new Set(["BUTTON", "INPUT", "SELECT", "TEXTAREA", "SUMMARY"]);
const SILENCE = 6000; // milliseconds without an answer until the learner is told

/** An element. `props`: class, text, style {name: value}, on<event> functions, attributes. */
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "text") node.textContent = value;
    else if (key === "style") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else if (key.startsWith("on") && typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (key === "value") node.value = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  if (FOCUSABLE.has(node.tagName) || node.hasAttribute("tabindex")) keepKeys(node);
  // Enter in a field without a form changes nothing by itself.
  if (node.type === "number") node.addEventListener("keydown", (event) => event.key === "Enter" && node.dispatchEvent(new Event("change")));
  return node;
}

/** JupyterLab's shortcuts ("b" inserts a cell) stay silent only if the focused element says so. */
function keepKeys(node) {
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  return node;
}

/**
 * What a view asks its widget for, in order: what is asked for before the last answer has come waits,
 * and goes as one message; gptedu/widgets/base/actions.py says what travels. So nothing is lost while
 * the kernel is busy with a cell. When it has been silent for long, `node` says so, with `words()` for
 * what to do then.
 */
function requests(model, words, settled) {
  const node = h("div", { class: "gptedu-quiet", role: "alert", hidden: true });
  const sender = Math.random().toString(36).slice(2);
  const sent = [];
  const waiting = [];
  let number = 0;
  let timer = null;

  function listen() {
    timer ??= setTimeout(() => {
      node.textContent = `The kernel has not answered yet. It may be busy with a cell; if it was restarted or is gone, ${words()}`;
      node.hidden = false;
      flush();
    }, SILENCE);
  }

  function flush() {
    // Behind a silence nothing is held back: what was sent may never have come to a kernel.
    if (!waiting.length || (sent.length && node.hidden)) return;
    const message = { id: `${sender} ${(number += 1)}`, requests: waiting.splice(0) };
    sent.push(message);
    listen();
    try {
      model.send({ id: message.id, requests: message.requests.map(({ action, given, when }) => ({ do: action, with: given, when })) });
    } catch {
      // A kernel that is gone: said when the time is over.
    }
  }

  return {
    node,
    get open() {
      return sent.length > 0;
    },
    get held() {
      return waiting.length > 0;
    },
    ask(action, given = {}, { instead = null, when = {}, done = null } = {}) {
      if (instead !== null && waiting.at(-1)?.instead === instead) waiting.pop();
      waiting.push({ action, given, instead, when, done });
      flush();
    },
    hear({ id, ok }) {
      const at = sent.findIndex((message) => message.id === id);
      if (at < 0) return; // asked by another view of the same widget
      const message = sent.splice(0, at + 1).at(-1);
      clearTimeout(timer);
      timer = null;
      node.hidden = true;
      message.requests.forEach((request, i) => request.done?.(ok[i]));
      settled(message.requests.some((request) => request.done));
      if (sent.length) listen();
      flush();
    },
    stop: () => clearTimeout(timer),
  };
}

/** A token as it is shown: nothing invisible. The same as gptedu.widgets.base.png.visible. */
function visible(piece) {
  const shown = piece.replaceAll(" ", "·").replaceAll("\n", "↵").replaceAll("\t", "→");
  return shown.replace(/[\p{C}\u2028\u2029]/gu, "\ufffd") || "∅";
}

/** A text of several lines, nothing invisible in it. The same as gptedu.widgets.base.png.legible. */
function clean(words) {
  return words.replace(/[^\P{C}\n]|[\u2028\u2029]/gu, "\ufffd");
}

/** `fn` once, `wait` milliseconds after the last call. */
function debounce(fn, wait) {
  let timer = null;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), wait);
  };
}

function percent(p) {
  if (p >= 0.9995) return "100%";
  if (p >= 0.0995) return `${Math.round(p * 100)}%`;
  if (p >= 0.0005) return `${(p * 100).toFixed(1)}%`;
  return "0%";
}

// ---------------------------------------------------------------- colours

/** 256 colours as [r, g, b], luminance monotone: paper to ink (in the dark: dim to bright). */
function scaleColours(dark) {
  const stops = dark ? [[24, 26, 34], ...SCALE_STOPS.slice(0, -1).reverse()] : SCALE_STOPS;
  return Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    return [0, 1, 2].map((c) => Math.round(stops[low][c] + (at - low) * (stops[low + 1][c] - stops[low][c])));
  });
}

/** The same as a Uint32Array for ImageData (little-endian ABGR). */
function scaleWords(dark) {
  return Uint32Array.from(scaleColours(dark), ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
}

function luminance([r, g, b]) {
  const part = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}

/** Black or white: whichever reads better on `rgb`. */
function inkOn(rgb) {
  return luminance(rgb) > 0.19 ? "#15161c" : "#ffffff";
}

/** Is the page around `node` dark? Looked up from the first opaque background. */
function isDark(node) {
  const page = document.documentElement;
  if (page.getAttribute("theme") === "dark") return true; // Colab
  for (let at = node; at; at = at.parentElement) {
    const parts = getComputedStyle(at).backgroundColor.match(/[\d.]+/g);
    if (parts && (parts.length < 4 || Number(parts[3]) > 0.5)) return luminance(parts.map(Number)) < 0.25;
  }
  return false;
}

// ---------------------------------------------------------------- picture and view

/**
 * Hide the PNG that was displayed just before this view, with what says above it how to make it
 * live, and give a function that shows both again; null where there is no such picture.
 * Each notebook nests outputs in its own way, so: walk up, look at the element before, and hide it
 * where its picture is ours (`marks`: the ends of the base64 texts of all PNGs that it may be; after
 * a reload the notebook may hold an older one).
 */
function hidePicture(el, marks) {
  if (!marks) return null;
  for (let at = el, up = 0; at && up < 10; at = at.parentElement, up += 1) {
    const before = at.previousElementSibling;
    const image = before && (before.tagName === "IMG" ? before : before.querySelector("img"));
    if (!image) continue;
    const source = image.getAttribute("src") || "";
    const data = source.replace(/\s|%0A/g, "");
    const ours = !source.startsWith("data:") || marks.split(" ").some((mark) => data.endsWith(mark));
    if (!ours) return null;
    const still = before.previousElementSibling?.querySelector(".gptedu-still");
    const hidden = [before, still].filter(Boolean);
    for (const each of hidden) each.style.display = "none";
    return () => hidden.forEach((each) => each.style.removeProperty("display"));
  }
  return null;
}

/**
 * The frame of a widget. `build(root, ui)` fills `root`; `ui` has
 *   model            the anywidget model
 *   ask(action, given, {instead, when, done})
 *                    ask Python for an action with the arguments `given`. instead: a key; a request
 *                    that has not been sent yet gives way to the next one with the same key. when:
 *                    what of the view it holds for. done(ok): called with the answer
 *   held             whether requests wait for their turn: controls are ahead of what Python knows
 *   shows(names, fn) call fn when a trait changes, and after an answer that changed none of them
 *                    (controls go back to what holds) or that a `done` was called with
 *   on(names, fn)    call fn when a trait changes
 *   announce(text)   say it to screen readers
 *   busy(flag)       mark that Python works on, beyond its answer
 *   onTheme(fn)      fn(dark) now and whenever the theme changes
 *   onSize(fn)       fn(width) now and whenever the width changes
 *   cleanup(fn)      call fn when the view goes
 *   error, quiet, strange
 *                    where errors are said, a silent kernel, and words that the model cannot know;
 *                    at the end unless `build` puts them elsewhere
 * advice: what to do when the kernel is gone, a sentence without its beginning, or its function.
 * Returns what anywidget's render returns: a function that takes the view down.
 */
function mount({ model, el }, name, build, advice = "run the cells again.") {
  const undo = [];
  const redraw = [];
  let drawn = false;
  const live = h("div", { class: "gptedu-sr", role: "status", "aria-live": "polite" });
  const error = h("div", { class: "gptedu-error", role: "alert", hidden: true });
  const strange = h("div", { class: "gptedu-strange", role: "note", hidden: true });
  // A focusable frame, so that a click beside a control does not hand the keys to the notebook.
  const root = h("div", { class: `gptedu gptedu-${name}`, tabindex: "-1" });
  // A box that scrolls takes the focus without having asked for it.
  root.addEventListener("focusin", (event) => keepKeys(event.target));
  el.append(root);

  let working = false;
  const sayBusy = () => {
    root.classList.toggle("gptedu-busy", working || asking.open);
    root.setAttribute("aria-busy", String(working || asking.open));
  };
  const asking = requests(model, () => (typeof advice === "function" ? advice() : advice), (changed) => {
    sayBusy();
    if (changed || !drawn) for (const fn of redraw) fn();
  });
  undo.push(asking.stop);

  const ui = {
    model,
    root,
    error,
    strange,
    quiet: asking.node,
    ask(...request) {
      drawn = false;
      asking.ask(...request);
      sayBusy();
    },
    get held() {
      return asking.held;
    },
    shows(names, fn) {
      redraw.push(fn);
      ui.on(names, () => {
        drawn = true;
        fn();
      });
    },
    cleanup: (fn) => undo.push(fn),
    on(names, fn) {
      for (const trait of [].concat(names)) {
        model.on(`change:${trait}`, fn);
        undo.push(() => model.off(`change:${trait}`, fn));
      }
    },
    announce(text) {
      live.textContent = text;
    },
    busy(flag) {
      working = flag;
      sayBusy();
    },
    onTheme(fn) {
      themed.push(fn);
      if (root.isConnected) fn(root.classList.contains("gptedu-dark"));
    },
    onSize(fn) {
      const watch = new ResizeObserver(() => root.clientWidth && fn(root.clientWidth));
      watch.observe(root);
      undo.push(() => watch.disconnect());
    },
  };

  const themed = [];
  const retheme = () => {
    const dark = isDark(el);
    if (root.dataset.theme === String(dark)) return;
    root.dataset.theme = String(dark);
    root.classList.toggle("gptedu-dark", dark);
    for (const fn of themed) fn(dark);
  };
  const watch = new MutationObserver(() => setTimeout(retheme, 50));
  watch.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light"] });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "theme"] });
  undo.push(() => watch.disconnect());

  const showError = () => {
    error.textContent = model.get("error");
    error.hidden = !model.get("error");
  };
  ui.on("error", showError);
  const showStrange = () => {
    strange.textContent = clean(model.get("strange"));
    strange.hidden = !model.get("strange");
  };
  ui.on("strange", showStrange);
  ui.on("announcement", () => ui.announce(model.get("announcement")));

  build(root, ui);
  if (!root.contains(error)) root.append(error);
  if (!root.contains(ui.quiet)) error.after(ui.quiet);
  if (!root.contains(strange)) error.before(strange);
  // Last, so that what the answer is about has been drawn.
  ui.on("answered", () => asking.hear(model.get("answered")));
  root.append(live);
  showError();
  showStrange();

  // The view is put into the page after render returns; only then is there a picture before it.
  let gone = false;
  let restore = () => {};
  const hide = () => gone || (restore = hidePicture(el, model.get("picture_mark")) ?? restore);
  const attached = () => {
    if (gone) return;
    if (!el.isConnected || !el.parentElement) return void requestAnimationFrame(attached);
    hide();
    retheme();
  };
  attached();
  // The picture follows what is done here, for those who cannot see this view: a new one is hidden
  // as well. When the notebook has put it into the page is not said.
  ui.on("picture_mark", () => [0, 100, 400, 1500].forEach((wait) => setTimeout(hide, wait)));
  undo.push(() => ((gone = true), restore()));
  return () => undo.forEach((fn) => fn());
}

// ---------------------------------------------------------------- pieces of view

/**
 * Horizontal bars of probabilities. `rows`: {label, value, before?, note?}; with `before`, a thin
 * outline shows what it was and the change is written out. The container is a table to readers.
 */
function drawBars(box, rows, caption) {
  const top = Math.max(1e-9, ...rows.flatMap((row) => [row.value, row.before ?? 0]));
  box.className = "gptedu-bars";
  box.setAttribute("role", "table");
  box.setAttribute("aria-label", caption);
  box.replaceChildren(
    ...rows.map((row) => {
      const change = row.before === undefined ? 0 : row.value - row.before;
      const arrow = Math.abs(change) < 0.0005 ? "" : change > 0 ? "▲" : "▼";
      const kind = arrow === "▲" ? "gptedu-up" : arrow === "▼" ? "gptedu-down" : "";
      const width = (v) => `${Math.max(0, (100 * v) / top)}%`;
      return h(
        "div",
        { class: "gptedu-bar", role: "row" },
        h("span", { class: "gptedu-bar-label gptedu-token", role: "rowheader", text: visible(row.label), title: row.label }),
        h(
          "span",
          { class: "gptedu-bar-track", "aria-hidden": "true" },
          row.before === undefined ? null : h("span", { class: "gptedu-bar-before", style: { width: width(row.before) } }),
          h("span", { class: "gptedu-bar-now", style: { width: width(row.value) } }),
        ),
        h("span", { class: "gptedu-bar-value", role: "cell", text: percent(row.value) }),
        // The fourth cell is always there, since the rows share one grid of four columns.
        h("span", {
          class: `gptedu-bar-change ${kind}`, role: "cell",
          text: row.before === undefined ? "" : arrow ? `${arrow} from ${percent(row.before)}` : "=",
        }),
      );
    }),
  );
}

/** One tab stop for a group of buttons; `next(buttons, at, key)` says where an arrow key leads. */
function rove(box, next) {
  box.addEventListener("keydown", (event) => {
    const buttons = [...box.querySelectorAll("button")];
    const at = buttons.indexOf(event.target);
    if (at < 0 || !/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    const to = next(buttons, at, event.key);
    if (!to) return;
    for (const each of buttons) each.tabIndex = each === to ? 0 : -1;
    to.focus();
  });
}
