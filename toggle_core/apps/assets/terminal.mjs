// The page of a command-line program: shows its terminal, sends what is typed.
// The messages are described in toggle_core/apps/page_socket.py.

import { find, open, show as showState, Way } from "./screen.mjs";

const STATES = { ready: "Ready.", running: "Running." };

const [field, run, state] = [find("arguments"), find("run"), find("state")];
const { terminal, fit } = open({ cursorBlink: true });

// Tab is the program's; Shift+Tab leads out, so that nobody is caught by keyboard.
terminal.attachCustomKeyEventHandler((event) => !(event.key === "Tab" && event.shiftKey));

let waiting = find("start").dataset.runsPlain === "true"; // to run as soon as that is possible
let replayed = 0; // bytes of output from before this page, whose questions get no answer

const way = new Way("/.toggle/terminal", terminal, {
  take,
  lost() {
    if (document.body.dataset.state === "elsewhere") return;
    show("The connection was lost. Run the program again, or open it again from its run.", "lost");
  },
  shown(bytes) { replayed = Math.max(replayed - bytes, 0); },
});
const size = () => ({ columns: terminal.cols, rows: terminal.rows });
const encoder = new TextEncoder();

function show(sentence, name) {
  showState(sentence, name);
  run.disabled = false;
}

function start() {
  waiting = false;
  if (!way.isOpen) {
    waiting = true;
    way.connect();
    return;
  }
  run.disabled = true;
  state.textContent = "Starting …";
  fit.fit();
  way.tell({ run: field.value, ...size() });
  terminal.focus();
}

function take(message) {
  if (message.state === "running") {
    terminal.reset();
    replayed = message.kept;
    run.textContent = "Run again";
  }
  if (message.state === "ready" && waiting) {
    start();
    return;
  }
  if (message.state) show(message.sentence ?? STATES[message.state], message.state);
  if (message.state === "ended") {
    const isFullScreen = terminal.buffer.active.type === "alternate";
    terminal.write(isFullScreen ? "\x1b[?1049l\x1b[?25l" : "\x1b[?25l");
  }
  if (message.state === "ready") field.focus();
}

terminal.onData((typed) => { if (!replayed) way.send(encoder.encode(typed)); });
terminal.onBinary((typed) => {
  if (!replayed) way.send(Uint8Array.from(typed, (each) => each.charCodeAt(0)));
});
new ResizeObserver(() => {
  fit.fit();
  way.tell(size());
}).observe(find("terminal"));

find("start").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => {
    way.send(encoder.encode(JSON.parse(button.dataset.key)));
    terminal.focus();
  });
}
for (const button of document.querySelectorAll("[data-arguments]")) {
  button.addEventListener("click", () => {
    field.value = button.dataset.arguments;
    field.focus();
    const value = /[A-Z][A-Z_]+/.exec(field.value); // stands for something: to be replaced first
    if (value) field.setSelectionRange(value.index, value.index + value[0].length);
  });
}

way.connect();
