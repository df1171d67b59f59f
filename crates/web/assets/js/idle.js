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
    document.querySelector(".notices")?.append(box);
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

// How long before its absolute end a session is said to end. Nothing puts that end off.
const LAST_SECONDS = 120;

/** Says so before the twelfth hour. In the last minutes the page itself says it, and only the ear is told. */
export function warnBeforeTheEnd() {
  if (document.body.dataset.endsIn === undefined) return;
  const warn = () => {
    if (!document.querySelector("[data-session-ends]")) {
      const link = document.createElement("a");
      link.className = "button quiet";
      link.href = "/sign-in";
      link.textContent = sentence("sessionAgain");
      const box = boxed("sessionEndsSoon", link, "status");
      box.dataset.sessionEnds = "";
      document.querySelector(".notices")?.append(box);
    }
    say("sessionEndsSoon");
  };
  setTimeout(warn, Math.max(0, Number(document.body.dataset.endsIn) - LAST_SECONDS) * 1000);
}

/** @param {() => void} stay */
function warning(stay) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = sentence("idleStay");
  button.addEventListener("click", stay);
  return boxed("idleWarning", button, "alert");
}

/**
 * A notice with one thing to do.
 * @param {string} state name of its sentence
 * @param {HTMLElement} deed
 * @param {string} role
 */
function boxed(state, deed, role) {
  const made = document.createElement("div");
  made.className = "notice tone-watch";
  made.setAttribute("role", role);
  const words = document.createElement("p");
  words.textContent = sentence(state);
  const inside = document.createElement("div");
  inside.className = "notice-words";
  inside.append(words, deed);
  made.append(inside);
  return made;
}
