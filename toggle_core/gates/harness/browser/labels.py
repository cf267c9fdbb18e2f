"""Find a field by words that stand beside it and are not connected with it, as a person does."""

BESIDE = """function (words, boxesOnly) {
  const plain = (text) => text.replace(/\\s+/g, " ").trim().toLowerCase()
    .replace(/\\((optional|required)\\)$/, "").replace(/[\\s:*…]+$/, "");
  const wanted = plain(words);
  const BOXES = "input[type=checkbox], input[type=radio], [role=switch], [role=checkbox]";
  const TEXTS = "input, select, textarea, [contenteditable=''], [contenteditable=true]";
  const NONE = ["hidden", "submit", "button", "reset", "image"];
  const isBox = (field) => field.matches(BOXES);
  const sized = (box) => box.width > 1 && box.height > 1;
  const SHOWN = { opacityProperty: true, visibilityProperty: true };
  const shown = (element) => element.checkVisibility(SHOWN)
    && sized(element.getBoundingClientRect());
  const names = (field) => {
    const by = (field.getAttribute("aria-labelledby") || "").split(/\\s+/).filter(Boolean);
    const inside = field.matches("[role]:not(input)") ? field.textContent : "";
    return [field.ariaLabel, inside, ...by.map((id) => document.getElementById(id)?.textContent),
      ...Array.from(field.labels || [], (label) => label.textContent)]
      .filter((name) => name && name.trim());
  };
  const drawn = (field) => {
    if (shown(field)) return field;
    if (!isBox(field)) return null;
    const around = field.parentElement.textContent.trim() ? [] : [field.parentElement];
    return [...(field.labels || []), ...around].find(shown) || null;
  };
  const fields = Array.from(document.querySelectorAll(`${BOXES}, ${TEXTS}`))
    .filter((field) => (isBox(field) || !NONE.includes(field.type)) && drawn(field));
  const isFree = (field) => {
    const own = names(field);
    if (boxesOnly && !isBox(field)) return false;
    return !own.length || own.some((one) => plain(one) === wanted);
  };
  const all = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && all.length < 5000) {
    const node = walker.currentNode, range = document.createRange();
    if (!/[\\p{L}\\p{N}]/u.test(node.data) || !shown(node.parentElement)) continue;
    range.selectNodeContents(node);
    if (sized(range.getBoundingClientRect())) all.push([node, range.getBoundingClientRect()]);
  }
  const overlap = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const inRow = (a, b) => overlap(a, b) > Math.min(a.height, b.height) / 2;
  const between = (run, a, b) => all.some(([node, box]) => !run.contains(node) && (
    inRow(a, b)
      ? inRow(box, a) && box.left >= Math.min(a.right, b.right) - 3
        && box.right <= Math.max(a.left, b.left) + 3
      : across(box, a) > 0 && box.top >= a.bottom - 3 && box.bottom <= b.top + 3));
  const distance = (run, text, field, inside) => {
    const place = drawn(field).getBoundingClientRect();
    if (between(run, text, place)) return Infinity;
    const before = place.left - text.right, after = text.left - place.right;
    if (!inRow(text, place)) {
      const down = place.top - text.bottom;
      return down > -3 && down < 60 && across(text, place) > -8 ? down + 50 : Infinity;
    }
    if (!isBox(field)) return before > -3 ? before : after > -3 ? after + 300 : Infinity;
    const row = inside.filter(isBox).map((each) => drawn(each).getBoundingClientRect())
      .filter((box) => inRow(box, place));
    const end = Math.max(...row.map((box) => box.right));
    const follow = all.some(([, box]) => inRow(box, place) && box.left >= end - 3
      && box.left - end < 300);
    if (row.length > 1) return follow ? (after > -3 ? after : Infinity)
      : before > -3 ? before : Infinity;
    return Math.max(before, after);
  };
  for (const [node, box] of all) {
    let run = node;
    while (run && plain(run.textContent) !== wanted && wanted.startsWith(plain(run.textContent)))
      run = run.parentElement;
    if (!run || plain(run.textContent) !== wanted) continue;
    const holder = node.parentElement;
    if (holder.closest("button, a, select, option, [role=button]")) continue;
    if (holder.closest("label")?.control) continue;
    let up = holder, inside = [];
    while (up && !(inside = fields.filter((field) => up.contains(field))).length)
      up = up.parentElement;
    if (!up) return null;
    const alone = inside.length === 1 && up.localName !== "body" && up.textContent.length < 200;
    if (alone && isFree(inside[0])) return inside[0];
    const near = inside.map((field) => [distance(run, box, field, inside), field])
      .filter(([gap, field]) => gap < Infinity && isFree(field)).sort((a, b) => a[0] - b[0]);
    if (near.length) return near[0][1];
  }
  return null;
}"""
"""Returns the field that words mean which stand before, beside or above it; null where none does.

A field with a label of its own is left out, unless it is a box with these words. Of a row of boxes
the words follow them where the row ends in words. ``boxesOnly``: only what is on or off counts.
"""
