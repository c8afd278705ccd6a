// bertviz's page in a frame. The frame has no origin of its own to reach the notebook with
// (sandbox without allow-same-origin); all it says is how tall it is.

function render({ model, el }) {
  return mount({ model, el }, "bertviz", (root, ui) => {
    const frame = h("iframe", { title: model.get("title"), sandbox: "allow-scripts", tabindex: "0" });
    const key = Math.random().toString(36).slice(2);
    const listen = (event) => {
      if (event.source !== frame.contentWindow || event.data?.gptedu !== key) return;
      frame.style.height = `${Math.min(1600, Math.max(120, Number(event.data.height) || 0))}px`;
      root.dataset.height = frame.style.height;
    };
    window.addEventListener("message", listen);
    ui.cleanup(() => window.removeEventListener("message", listen));
    frame.srcdoc = `<!doctype html><script>const KEY = "${key}";</script>${model.get("page")}`;
    root.append(h("div", { class: "gptedu-title", text: model.get("title") }), frame);
  });
}

export default { render };
