// Autosave. What is typed is first kept on this device, sealed (see sealed.js), then sent. A form opts in with
//   <form data-autosave="/address" …><input type="hidden" name="version" value="4">
// The address takes the same fields as the form, by POST with the header X-Autosave: 1, and answers
//   2xx  kept; an optional JSON body {"version": 5} is written into the field "version"
//   409  somebody else changed it: the draft stays here, the person saves by hand and sees both
//   401 or 403  signed out: the draft stays here
//   422  a field needs a correction: the draft stays here
// Anything else counts as no connection and is tried again.

import { serverHeard } from "./idle.js";
import { say, sentence } from "./say.js";
import { forget, keepSealed, load, markSubmitted, names, openSealed, prepare } from "./sealed.js";

const QUIET_MS = 1200;
/** Whoever types on and on is not waited for longer than this: at most ten seconds of words may be lost. */
const UNSENT_MS = 5000;
const RETRY_MS = 8000;

const KEPT_DAYS_MAX = 14;

export function keepDrafts() {
  clearOld();
  clearArrived();
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (form instanceof HTMLFormElement) keep(form);
  }
}

/** Removes every draft from this device when the person signs out. */
export function clearDraftsOnSignOut() {
  for (const form of document.querySelectorAll("form[data-clears-drafts]")) {
    form.addEventListener("submit", clearAll);
  }
}

export function clearAll() {
  names().forEach(forget);
}

/** A page that confirms what was sent names it: <p data-clears-draft="sheet:…">. */
function clearArrived() {
  for (const place of document.querySelectorAll("[data-clears-draft]")) {
    forget(place.getAttribute("data-clears-draft") ?? "");
  }
}

/** Nothing stays on a device for ever, and nothing that is not sealed. */
function clearOld() {
  const oldest = Date.now() - KEPT_DAYS_MAX * 86400000;
  names().filter((name) => (load(name)?.at ?? 0) < oldest).forEach(forget);
}

/** @param {HTMLFormElement} form */
function keep(form) {
  const address = form.dataset.autosave ?? "";
  let sent = snapshot(form);
  let busy = false;
  let timer = 0;
  /** When the oldest word was typed that no sending has taken along; 0 for none. */
  let since = 0;

  const dirty = () => snapshot(form) !== sent;

  const later = (delay = QUIET_MS) => {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  };

  const send = async () => {
    if (busy || !dirty()) return;
    busy = true;
    since = 0;
    const sending = snapshot(form);
    say("sending");
    const state = await post(form, address);
    busy = false;
    say(state);
    if (state === "sent") {
      serverHeard();
      sent = sending;
      forget(address);
      if (dirty()) { void store(form, address); later(); }
    } else if (state === "offline") {
      later(RETRY_MS);
    }
  };

  const changed = () => {
    if (!dirty()) return;
    store(form, address).then((kept) => { if (!busy && dirty()) say(kept ? "device" : "sending"); });
    since ||= Date.now();
    later(Math.max(0, Math.min(QUIET_MS, since + UNSENT_MS - Date.now())));
  };

  prepare();
  void offer(form, address, changed);
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", () => later(0));
  // A full submit carries everything; the server's answer is the truth from then on. Leaving hides the page too: a
  // draft sent then would arrive after what it became.
  let leaving = false;
  document.addEventListener("visibilitychange", () => { if (document.hidden && !leaving) send(); });
  form.addEventListener("submit", (event) => {
    // A later listener may still keep the person here, to swap rows for example.
    setTimeout(() => {
      if (event.defaultPrevented) return;
      leaving = true;
      clearTimeout(timer);
    });
    if (!dirty()) return;
    markSubmitted(address);
    void store(form, address, true);
  });
  window.addEventListener("beforeunload", (event) => { if (!leaving && dirty()) event.preventDefault(); });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} address
 * @returns {Promise<"sent" | "offline" | "conflict" | "signedOut" | "refused">}
 */
async function post(form, address) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "X-Autosave": "1", Accept: "application/json" },
      body: new URLSearchParams(fieldsOf(form)),
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "signedOut";
    if (answer.status === 409) return "conflict";
    if (answer.status === 422 || answer.status === 400) return "refused";
    if (!answer.ok) return "offline";
    await takeVersion(form, answer);
    return "sent";
  } catch {
    return "offline";
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Response} answer
 */
async function takeVersion(form, answer) {
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return;
  const { version } = await answer.json();
  const field = form.elements.namedItem("version");
  if (version !== undefined && field instanceof HTMLInputElement) field.value = String(version);
}

/**
 * Offers a draft that never arrived. It is put back only when the person says so, and the server still
 * compares versions, so that it cannot overwrite a newer text unseen.
 * @param {HTMLFormElement} form
 * @param {string} address
 * @param {() => void} changed
 */
async function offer(form, address, changed) {
  const draft = load(address);
  if (!draft) return;
  if (draft.submitted && draft.version !== versionOf(form)) return forget(address);
  const fields = await openSealed(address);
  if (!fields) return;
  if (JSON.stringify(fields) === snapshot(form)) return forget(address);

  const box = document.createElement("div");
  box.className = "notice tone-due";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = sentence("draftFound", new Date(draft.at));
  const row = document.createElement("div");
  row.className = "button-row";
  row.append(
    button(sentence("draftRestore"), () => { restore(form, fields); box.remove(); changed(); }),
    button(sentence("draftDiscard"), () => { forget(address); box.remove(); }),
  );
  const inside = document.createElement("div");
  inside.className = "notice-words";
  inside.append(words, row);
  box.append(inside);
  form.prepend(box);
}

/**
 * @param {string} text
 * @param {() => void} press
 */
function button(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} fields
 */
function restore(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox")) {
      control.checked = (values.get(control.name) ?? []).includes(control.value);
    } else if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement) {
      if (control.type === "hidden" || control.type === "password" || !values.has(control.name)) continue;
      control.value = values.get(control.name).shift() ?? "";
    }
  }
}

/**
 * Text fields of the form; passwords and files are never kept.
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
function fieldsOf(form) {
  const secret = new Set([...form.querySelectorAll("input[type=password]")].map((field) => field.getAttribute("name")));
  return [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === "string" && !secret.has(name) ? [/** @type {[string, string]} */ ([name, value])] : []);
}

/** @param {HTMLFormElement} form */
const snapshot = (form) => JSON.stringify(fieldsOf(form).filter(([name]) => name !== "version"));

/** @param {HTMLFormElement} form */
function versionOf(form) {
  const field = form.elements.namedItem("version");
  return field instanceof HTMLInputElement ? field.value : "";
}

/**
 * @param {HTMLFormElement} form
 * @param {string} address
 * @param {boolean} [submitted] the whole form is on its way; only its arrival is unknown
 */
function store(form, address, submitted = false) {
  return keepSealed(address, JSON.parse(snapshot(form)), { version: versionOf(form), submitted });
}
