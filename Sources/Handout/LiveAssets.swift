/// Scripts and the sheet of the pages that `ringwalk serve` shows.
public enum LiveAssets {
  /// Waits for the page to change, and loads it again.
  ///
  /// A page asks only while it can be seen: a browser opens few connections to one server.
  public static let script = """
    (function () {
      "use strict";
      var tag = document.currentScript, waiting = null;
      var address = tag.dataset.changes + "?page=" + encodeURIComponent(tag.dataset.page) +
        "&revision=" + encodeURIComponent(tag.dataset.revision);
      function pause(time) {
        return new Promise(function (done) { setTimeout(done, time); });
      }
      async function watch() {
        while (!document.hidden) {
          waiting = new AbortController();
          try {
            var answer = await fetch(address, { cache: "no-store", signal: waiting.signal });
            if (answer.status === 200) { location.reload(); return; }
            if (answer.status !== 204) { await pause(2000); }
          } catch (error) {
            await pause(1000);
          }
        }
        waiting = null;
      }
      document.addEventListener("visibilitychange", function () {
        if (document.hidden) {
          if (waiting) { waiting.abort(); }
        } else if (!waiting) {
          watch();
        }
      });
      watch();
    })();

    """

  /// The playground's links, its keys, and what a screen reader is told.
  public static let playground = """
    (function () {
      "use strict";
      var form = document.getElementById("playground");
      var field = document.getElementById("script");
      var share = document.getElementById("share");
      var state = document.getElementById("state");
      var frame = document.getElementById("result");
      var address = document.getElementById("address");
      var isRunning = false;

      function encode(text) {
        var bytes = new TextEncoder().encode(text), out = "";
        bytes.forEach(function (byte) { out += String.fromCharCode(byte); });
        return btoa(out).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
      }
      function decode(text) {
        var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
        var bytes = Uint8Array.from(raw, function (unit) { return unit.charCodeAt(0); });
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      }
      function readLink() {
        var match = /^#script=([A-Za-z0-9_-]*)$/.exec(location.hash);
        if (!match) { return; }
        try {
          field.value = decode(match[1]);
          state.textContent = "The script is the one that the link carries.";
        } catch (error) {
          state.textContent = "The link carries no script that can be read.";
        }
      }

      field.addEventListener("keydown", function (event) {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          form.requestSubmit();
        }
      });
      form.addEventListener("submit", function () {
        isRunning = true;
        state.textContent = "It runs.";
      });
      frame.addEventListener("load", function () {
        if (!isRunning) { return; }
        isRunning = false;
        var heading = frame.contentDocument && frame.contentDocument.querySelector("h1");
        state.textContent = heading && heading.textContent !== "playground"
          ? heading.textContent : "It has run; below is what happened.";
      });
      share.hidden = false;
      share.addEventListener("click", function () {
        history.replaceState(null, "", "#script=" + encode(field.value));
        document.getElementById("link").hidden = false;
        address.value = location.href;
        state.textContent = "The link is in the field below and in the address bar.";
        if (navigator.clipboard) {
          navigator.clipboard.writeText(location.href).then(function () {
            state.textContent = "The link is copied.";
          }, function () { address.select(); });
        }
      });
      addEventListener("hashchange", readLink);
      readLink();
    })();

    """

  /// The look of what only a server shows; colours are the pages' own.
  public static let sheet = """
    .live-problems{position:sticky;top:0;z-index:2;max-width:46rem;max-height:45vh;overflow:auto;\
    margin:1rem auto;padding:.8rem 1.25rem;background:var(--paper,#fffdf8);\
    border:3px double var(--bad,#a30f0f);border-radius:6px;font:.9rem/1.5 system-ui,sans-serif}
    main .live-problems{position:static;max-width:none;max-height:none}
    .live-problems p{margin:0 0 .5rem}
    .live-problems ul{list-style:none;margin:0;padding:0}
    .live-problems li{margin:0 0 .8rem}
    .live-problems pre{margin:.3rem 0 0;white-space:pre;overflow-x:auto}
    .live-links{max-width:42rem;margin-inline:auto;padding:0 1.25rem 2rem}
    textarea,#address{width:100%;padding:.7rem;color:inherit;background:var(--well,#f7f3ea);\
    border:1px solid var(--soft,#5b554b);border-radius:6px}
    textarea{font:.9rem/1.5 ui-monospace,Menlo,Consolas,monospace;tab-size:4;resize:vertical}
    button{font:600 1rem/1.4 system-ui,sans-serif;padding:.45rem 1rem;margin-inline-end:.6rem;\
    color:inherit;background:var(--well,#f7f3ea);border:2px solid var(--link,#0b4f8a);\
    border-radius:6px;cursor:pointer}
    #result{display:block;width:100%;height:75vh;border:1px solid var(--line,#ddd5c5)}
    @media print{.live-problems,.live-links{display:none}}

    """
}
