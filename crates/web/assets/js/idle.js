// Says so before a session ends for lack of use, and offers to stay. The server ends it, counting from the last request
// it saw: pressing keys here does not, so nothing pressed here puts the warning off. The number of seconds stands on the
// body: <body data-idle-after="780">; the words of the button beside the warning's own.

import { say, sentence } from "./say.js";

const ACTIVE = "attune:active";

/** Tells the warning, in every tab, that the server has just heard of this person. */
export function serverHeard() {
  document.dispatchEvent(new Event(ACTIVE));
}

export function warnWhenIdle() {
  const seconds = Number(document.body.dataset.idleAfter);
  if (!seconds) return;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(ACTIVE) : null;
  let timer = 0;
  let box = null;
  const begin = () => {
    clearTimeout(timer);
    box?.remove();
    timer = setTimeout(warn, seconds * 1000);
  };
  const warn = () => {
    box = warning(stay);
    document.querySelector("main")?.prepend(box);
    say("idleWarning");
  };
  const stay = async () => {
    const answer = await fetch("/session/stay", { method: "POST" }).catch(() => null);
    if (answer?.status === 204) serverHeard();
    else say(answer ? "signedOut" : "offline");
  };
  document.addEventListener(ACTIVE, () => { begin(); tabs?.postMessage("active"); });
  tabs?.addEventListener("message", begin);
  // A page that was just loaded was a request.
  tabs?.postMessage("active");
  begin();
}

/** @param {() => void} stay */
function warning(stay) {
  const made = document.createElement("div");
  made.className = "notice tone-watch";
  made.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = sentence("idleWarning");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = sentence("idleStay");
  button.addEventListener("click", stay);
  const inside = document.createElement("div");
  inside.className = "notice-words";
  inside.append(words, button);
  made.append(inside);
  return made;
}
