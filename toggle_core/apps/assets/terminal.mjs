// The page of a command-line program: shows its terminal, sends what is typed.
// The messages are described in toggle_core/apps/terminal_socket.py.

import { FitAddon } from "./addon-fit.mjs";
import { Terminal } from "./xterm.mjs";

const ALIVE_EVERY = 25_000; // ms; proxies close connections on which nothing is sent for a minute
const STATES = { ready: "Ready.", running: "Running." };
const THEMES = {
  light: {
    background: "#ffffff", foreground: "#1f2421", cursor: "#0f766e", cursorAccent: "#ffffff",
    selectionBackground: "#b9ded9", black: "#1f2421", brightBlack: "#5c635f", white: "#8a8f8b",
    brightWhite: "#1f2421",
  },
  dark: {
    background: "#101314", foreground: "#e9e7e2", cursor: "#5cc3b4", cursorAccent: "#101314",
    selectionBackground: "#2b5751",
  },
};

const find = (id) => document.getElementById(id);
const [field, run, state] = [find("arguments"), find("run"), find("state")];

// xterm.js makes style elements: the page's policy lets in those with its nonce only.
const { nonce } = find("styles");
const createElement = document.createElement.bind(document);
document.createElement = (...given) => {
  const made = createElement(...given);
  if (made instanceof HTMLStyleElement) made.nonce = nonce;
  return made;
};

const isDark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => (isDark.matches ? THEMES.dark : THEMES.light);
const terminal = new Terminal({
  cursorBlink: true, fontFamily: 'ui-monospace, "JetBrains Mono", Menlo, Consolas, monospace',
  fontSize: 14, minimumContrastRatio: 4.5, scrollback: 2000, theme: theme(),
});
isDark.addEventListener("change", () => { terminal.options.theme = theme(); });

// A program may not name the page, offer links that lead elsewhere, or reach the clipboard.
for (const code of [0, 1, 2, 8, 52]) terminal.parser.registerOscHandler(code, () => true);

// Tab is the program's; Shift+Tab leads out, so that nobody is caught by keyboard.
terminal.attachCustomKeyEventHandler((event) => !(event.key === "Tab" && event.shiftKey));

const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.open(find("terminal"));

let socket = null;
let waiting = document.body.dataset.runsPlain === "true"; // to run as soon as that is possible
let replayed = 0; // bytes of output from before this page, whose questions get no answer

const send = (message) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message);
};
const tell = (message) => send(JSON.stringify(message));
const size = () => ({ columns: terminal.cols, rows: terminal.rows });
const encoder = new TextEncoder();

function show(sentence, name) {
  state.textContent = sentence;
  document.body.dataset.state = name;
  run.disabled = false;
}

function start() {
  waiting = false;
  if (socket?.readyState !== WebSocket.OPEN) {
    waiting = true;
    connect();
    return;
  }
  run.disabled = true;
  state.textContent = "Starting …";
  fit.fit();
  tell({ run: field.value, ...size() });
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

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/.toggle/terminal`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") {
      take(JSON.parse(data));
      return;
    }
    const shown = data.byteLength;
    terminal.write(new Uint8Array(data), () => {
      replayed = Math.max(replayed - shown, 0);
      tell({ shown });
    });
  };
  socket.onclose = () => {
    if (document.body.dataset.state === "elsewhere") return;
    show("The connection was lost. Run the program again, or open it again from its run.", "lost");
  };
}

terminal.onData((typed) => { if (!replayed) send(encoder.encode(typed)); });
terminal.onBinary((typed) => {
  if (!replayed) send(Uint8Array.from(typed, (each) => each.charCodeAt(0)));
});
new ResizeObserver(() => {
  fit.fit();
  tell(size());
}).observe(find("terminal"));
setInterval(() => tell({ alive: true }), ALIVE_EVERY);

find("start").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => {
    send(encoder.encode(JSON.parse(button.dataset.key)));
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

connect();
