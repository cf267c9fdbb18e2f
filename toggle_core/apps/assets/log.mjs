// The page of a web program's log: shows what it prints. Nothing can be typed.

import { find, open, show, Way } from "./screen.mjs";

const AGAIN_AFTER = 3_000; // ms
const TRIES = 20;

const { terminal, fit } = open({ convertEol: true, disableStdin: true, cursorInactiveStyle: "none" });
terminal.write("\x1b[?25l");
terminal.attachCustomKeyEventHandler((event) => event.key !== "Tab");
new ResizeObserver(() => fit.fit()).observe(find("terminal"));

let tries = 0;
const way = new Way("/.toggle/log/live", terminal, {
  take(message) {
    tries = 0;
    if (message.state === "started") terminal.write("\x1bc\x1b[?25l");
    else if (message.state) show(message.sentence, message.state);
  },
  lost() {
    if (tries >= TRIES) {
      show("The connection was lost. Open the log again from its run.", "lost");
      return;
    }
    tries += 1;
    show("The connection was lost. Trying again …", "lost");
    setTimeout(() => way.connect(), AGAIN_AFTER);
  },
});
way.connect();
