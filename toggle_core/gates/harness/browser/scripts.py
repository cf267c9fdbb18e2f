"""Scripts that run in a page, in a world of their own: nothing that the page redefines is used.

Names that a page gives to its forms and fields hide properties of ``document`` even there, so these
are taken from the prototypes.
"""

MOST_TEXT = 200_000
"""Characters that are read of one frame."""

READ = """(() => {
  const get = (kind, name, of) =>
    Object.getOwnPropertyDescriptor(kind.prototype, name).get.call(of);
  const top = get(Document, "documentElement", document);
  const typed = globalThis.typed || new WeakMap();
  const parts = [];
  let length = 0, block = null, gap = false;
  const shape = (element) => element ? getComputedStyle(element).display : "";
  const add = (text, holder) => {
    const line = text.replace(/\\s+/g, " ");
    if (!line.trim() || length > LENGTH) return;
    let owner = holder;
    while (owner && /^(inline|contents)$/.test(shape(owner))) owner = up(owner);
    const inRow = owner && block && owner.parentElement === block.parentElement
      && /flex|grid|table-row/.test(shape(owner.parentElement));
    const beside = inRow || /^inline-/.test(shape(owner)) || /^inline-/.test(shape(block));
    if (parts.length) parts.push(owner === block ? (gap ? " " : "") : beside ? " " : "\\n");
    block = owner;
    gap = false;
    parts.push(line);
    length += line.length;
  };
  const up = (element) => element.assignedSlot || element.parentElement
    || (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
  const SHOWN = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };
  const clear = (colour) => /^rgba\\(.*, 0\\)$|^transparent$/.test(colour);
  const ground = (element) => {
    for (let each = element; each; each = up(each)) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      if (!clear(style.backgroundColor)) return style.backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const seen = (element, box, style = getComputedStyle(element)) => {
    if (!element.checkVisibility(SHOWN)) return false;
    const shut = element.closest("details:not([open])"), head = element.closest("summary");
    if (shut && !(head && head.parentElement === shut)) return false;
    if (box.width < 2 || box.height < 2) return false;
    if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
    if (parseFloat(style.fontSize) < 4 || clear(style.color)) return false;
    if (style.clipPath !== "none" && /inset\\((50|100)%/.test(style.clipPath)) return false;
    for (let each = element; each && each !== top; each = up(each)) {
      const around = each.getBoundingClientRect();
      const hides = getComputedStyle(each).overflow !== "visible";
      if (hides && (around.width < 2 || around.height < 2)) return false;
    }
    return style.webkitBackgroundClip === "text" || ground(element) !== style.color;
  };
  const placed = (style, box) => {
    const at = (name) => parseFloat(style[name]) || 0;
    if (style.display === "none" || style.visibility !== "visible" || at("opacity") < .05)
      return false;
    if (["width", "height"].some((side) => parseFloat(style[side]) < 2)) return false;
    const sides = ["left", "top", "right", "bottom", "marginLeft", "marginTop", "textIndent"];
    if (sides.some((side) => at(side) < -500) || style.clip !== "auto") return false;
    if (/absolute|fixed/.test(style.position)
      && (box.left + at("left") + at("width") + scrollX <= 0
        || box.top + at("top") + at("height") + scrollY <= 0)) return false;
    if (!clear(style.backgroundColor) && style.backgroundColor === style.color) return false;
    if (style.transform === "none") return true;
    const { a, b, c, d, e, f } = new DOMMatrix(style.transform);
    return Math.abs(a * d - b * c) > .01 && Math.max(Math.abs(e), Math.abs(f)) < 500;
  };
  const insert = (element, which) => {
    const style = getComputedStyle(element, which), content = style.content;
    if (!/"|attr/.test(content) || /counter|url/.test(content)) return;
    const pieces = content.replace(/ \\/ "(?:[^"\\\\]|\\\\.)*"$/, "")
      .matchAll(/"((?:[^"\\\\]|\\\\.)*)"|attr\\(([\\w-]+)\\)/g);
    const words = Array.from(pieces, ([, text, name]) => name
      ? element.getAttribute(name) || "" : text.replace(/\\\\(.)/g, "$1")).join("");
    if (!/[\\p{L}\\p{N}\\p{Sc}%]/u.test(words)) return;
    if (words.trim() === element.textContent.trim()) return;
    const box = element.getBoundingClientRect();
    if (!placed(style, box) || !seen(element, box, style)) return;
    const apart = style.display !== "inline";
    gap = gap || apart;
    add(words, element);
    gap = apart;
  };
  const BUTTONS = ["submit", "button", "reset"];
  const SECRET = ["password", "hidden", "checkbox", "radio", "file", "image", "range", "color"];
  const walk = (node) => {
    if (length > LENGTH) return;
    if (node.nodeType === Node.TEXT_NODE) {
      const holder = node.parentElement || node.getRootNode().host;
      if (!holder) return;
      if (!node.data.trim()) { gap = true; return; }
      const range = document.createRange();
      range.selectNodeContents(node);
      if (seen(holder, range.getBoundingClientRect())) add(node.data, holder);
      return;
    }
    if (![Node.ELEMENT_NODE, Node.DOCUMENT_FRAGMENT_NODE].includes(node.nodeType)) return;
    if (node instanceof HTMLElement || node instanceof SVGElement) {
      const kind = node.localName;
      if (["script", "style", "noscript", "template", "title", "head"].includes(kind)) return;
      if (kind === "input" || kind === "textarea") {
        const value = node.value || "";
        const own = BUTTONS.includes(node.type) || typed.get(node) !== value;
        const shows = own && !SECRET.includes(node.type);
        if (shows && seen(node, node.getBoundingClientRect())) add(value, node);
        return;
      }
      if (kind === "select") {
        if (seen(node, node.getBoundingClientRect()) && typed.get(node) !== node.value)
          add(Array.from(node.selectedOptions, (one) => one.text).join(" "), node);
        return;
      }
      if (node.shadowRoot) { walkAll(node.shadowRoot); return; }
      const inside = kind === "slot" ? node.assignedNodes() : [];
      if (inside.length) { inside.forEach(walk); return; }
      insert(node, "::before");
      walkAll(node);
      insert(node, "::after");
      return;
    }
    walkAll(node);
  };
  const walkAll = (node) => Array.from(get(Node, "childNodes", node)).forEach(walk);
  walk(top);
  return parts.join("").slice(0, LENGTH);
})()""".replace("LENGTH", str(MOST_TEXT))
"""Returns what can be seen: text where it is painted, what stands in fields unless it was typed
there by us, and words, numbers and amounts that a style sheet inserts. Signs that it inserts are
ornaments, as is a repetition of the text."""

SOURCE = f"""Object.getOwnPropertyDescriptor(Document.prototype, "documentElement")
  .get.call(document).outerHTML.slice(0, {MOST_TEXT})"""
"""Returns the document as it is now."""

SHOW = """function () {
  const element = this.scrollIntoView ? this : this.parentElement;
  const box = element.getBoundingClientRect();
  const within = box.top >= 0 && box.left >= 0;
  const outside = !within || box.bottom > innerHeight || box.right > innerWidth;
  const small = box.height < innerHeight && box.width < innerWidth;
  const place = { block: "center", inline: "center", behavior: "instant" };
  if (outside && small) element.scrollIntoView(place);
  return true;
}"""
"""Scrolls to an element or a text, unless it is in the window."""

CENTER = """function () {
  const element = this.scrollIntoView ? this : this.parentElement;
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  return true;
}"""
"""Scrolls so that an element is in the middle, away from bars at the edges."""

IS_HIT = """function (x, y) {
  const element = this.scrollIntoView ? this : this.parentElement;
  if (element.ownerDocument.defaultView !== window.top) return true;
  const root = element.getRootNode();
  const hit = (root.elementFromPoint ? root : document).elementFromPoint(x, y);
  if (!hit) return false;
  const label = element.closest("label");
  const through = getComputedStyle(element).pointerEvents === "none" && hit.contains(element);
  return through || element.contains(hit) || (label !== null && label.contains(hit))
    || Array.from(element.labels || []).some((each) => each.contains(hit));
}"""
"""Tells whether a click at a place reaches an element, and not what covers it."""

FILE_FIELD = """function (wanted) {
  const plain = (text) => (text || "").replace(/\\s+/g, " ").trim().toLowerCase();
  const fields = Array.from(document.querySelectorAll("input[type=file]"));
  const named = fields.find((field) => plain(field.ariaLabel) === plain(wanted)
    || Array.from(field.labels).some((label) => plain(label.textContent) === plain(wanted)));
  return named || null;
}"""
"""Returns the field for a file that has a label, also where the page hides it behind the label."""

HOLDER = """function (label, number) {
  const plain = (text) => text.replace(/\\s+/g, " ").trim().toLowerCase();
  const wanted = plain(label), places = new Set();
  const SHOWN = { opacityProperty: true, visibilityProperty: true };
  const hidden = (element) => !element.checkVisibility(SHOWN);
  const isNamed = (element) =>
    [element.textContent, element.ariaLabel, element.title, element.value]
      .some((name) => typeof name === "string" && plain(name) === wanted);
  const CONTROLS = "a, button, summary, input[type=button], input[type=submit], [onclick],"
    + "[role=button], [role=link], [role=menuitem], [tabindex]";
  for (const control of document.querySelectorAll(CONTROLS)) {
    if (!hidden(control) || !isNamed(control)) continue;
    let part = control;
    while (part.parentElement && hidden(part.parentElement)) part = part.parentElement;
    for (const place of [part.parentElement, part.previousElementSibling])
      if (place && !place.matches("html, body") && !hidden(place)) places.add(place);
  }
  return Array.from(places)[number] || null;
}"""
"""Returns a place where the pointer may make a control appear that is not shown: what it is part
of, and what stands before it; null after the last one."""

TYPED = """function (value) {
  (globalThis.typed = globalThis.typed || new WeakMap()).set(this, value ?? this.value);
  return true;
}"""
"""Remembers what was typed into a field: it is nothing that the page shows."""
