// What a program prints, on a terminal emulator, and the way to it.
// The messages are described in toggle_core/apps/page_socket.py.

import { FitAddon } from "./addon-fit.mjs";
import { Terminal } from "./xterm.mjs";

const ALIVE_EVERY = 25_000; // ms; proxies close connections on which nothing is sent for a minute
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


export const find = (id) => document.getElementById(id);

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

// A terminal on the page, with its size fitted to it.
export function open(options) {
  const terminal = new Terminal({
    fontFamily: 'ui-monospace, "JetBrains Mono", Menlo, Consolas, monospace', fontSize: 14,
    minimumContrastRatio: 4.5, scrollback: 2000, theme: theme(), ...options,
  });
  isDark.addEventListener("change", () => { terminal.options.theme = theme(); });
  // A program may not name the page, offer links that lead elsewhere, or reach the clipboard.
  for (const code of [0, 1, 2, 8, 52]) terminal.parser.registerOscHandler(code, () => true);
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(find("terminal"));
  return { terminal, fit };
}

// Shows a sentence and lets styles and scripts know the state by its name.
export function show(sentence, name) {
  find("state").textContent = sentence;
  document.body.dataset.state = name;
}

// A connection that shows output on the terminal and acknowledges what was shown.
export class Way {
  constructor(path, terminal, { take, lost, shown = () => {} }) {
    Object.assign(this, { path, terminal, take, lost, shown, socket: null });
    setInterval(() => this.tell({ alive: true }), ALIVE_EVERY);
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onclose = () => this.lost();
    this.socket.onmessage = ({ data }) => {
      if (typeof data === "string") {
        this.take(JSON.parse(data));
        return;
      }
      this.terminal.write(new Uint8Array(data), () => {
        this.shown(data.byteLength);
        this.tell({ shown: data.byteLength });
      });
    };
  }

  send(message) {
    if (this.isOpen) this.socket.send(message);
  }

  tell(message) {
    this.send(JSON.stringify(message));
  }
}
