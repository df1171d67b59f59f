// What is kept on this device is kept sealed. The key comes from the server, only to somebody who is signed in (or holds
// a link that still works), stays in this page's memory, and cannot be taken out of it again. Without the key what lies
// here says nothing but when it was written.

const PREFIX = "attune-draft:";
const CIPHER = "AES-GCM";

/** @typedef {{ at: number, version?: string, submitted?: boolean, nonce: string, sealed: string }} Kept */

/** @type {Promise<CryptoKey | null> | null} */
let fetched = null;
/** Which write to a name is the newest: an older one that is still being sealed must not land after it. */
const turns = new Map();

/** @returns {Promise<CryptoKey | null>} */
async function key() {
  fetched ??= fetchKey();
  const found = await fetched;
  // No answer now may become one later.
  if (!found) fetched = null;
  return found;
}

async function fetchKey() {
  const link = location.pathname.startsWith("/l/") ? `${location.pathname}/draft-key` : null;
  const address = document.body.dataset.draftKey ?? link;
  if (!address || !globalThis.crypto?.subtle) return null;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/plain" }, redirect: "manual" });
    if (!answer.ok) return null;
    return await crypto.subtle.importKey("raw", bytes(await answer.text()), CIPHER, false, ["encrypt", "decrypt"]);
  } catch {
    return null;
  }
}

/** Begins to fetch the key, so that it is there before the connection is gone. */
export const prepare = () => { void key(); };

/**
 * Keeps fields on this device; gives whether they are kept.
 * @param {string} name
 * @param {[string, string][]} fields
 * @param {{ version?: string, submitted?: boolean }} [about] said in the open
 */
export async function keepSealed(name, fields, about = {}) {
  const turn = begin(name);
  const secret = await key();
  if (!secret) return false;
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(name);
  const plain = new TextEncoder().encode(JSON.stringify(fields));
  const sealed = await crypto.subtle.encrypt({ name: CIPHER, iv: nonce, additionalData }, secret, plain);
  if (turns.get(name) !== turn) return true;
  return write(name, { at: Date.now(), ...about, nonce: text(nonce), sealed: text(new Uint8Array(sealed)) });
}

/**
 * The fields that were kept under a name; null when there are none or they are somebody else's.
 * @param {string} name
 * @returns {Promise<[string, string][] | null>}
 */
export async function openSealed(name) {
  const kept = load(name);
  const secret = kept && (await key());
  if (!kept || !secret) return null;
  try {
    const additionalData = new TextEncoder().encode(name);
    const how = { name: CIPHER, iv: bytes(kept.nonce), additionalData };
    const plain = await crypto.subtle.decrypt(how, secret, bytes(kept.sealed));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

/**
 * Says at once of what is kept that it is on its way, while the page is being left.
 * @param {string} name
 */
export function markSubmitted(name) {
  const kept = load(name);
  if (kept) write(name, { ...kept, submitted: true });
}

/**
 * What is kept under a name, still sealed.
 * @param {string} name
 * @returns {Kept | null}
 */
export function load(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    return kept?.sealed && kept?.nonce ? kept : null;
  } catch {
    return null;
  }
}

/** @param {string} name */
export function forget(name) {
  begin(name);
  try { localStorage.removeItem(PREFIX + name); } catch { /* nothing was kept */ }
}

/** The names under which something is kept. */
export function names() {
  try {
    return Object.keys(localStorage).filter((one) => one.startsWith(PREFIX)).map((one) => one.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** @param {string} name */
function begin(name) {
  const turn = (turns.get(name) ?? 0) + 1;
  turns.set(name, turn);
  return turn;
}

/**
 * @param {string} name
 * @param {Kept} kept
 */
function write(name, kept) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** @param {Uint8Array} raw */
const text = (raw) => btoa(Array.from(raw, (byte) => String.fromCharCode(byte)).join(""));

/** @param {string} coded */
const bytes = (coded) => Uint8Array.from(atob(coded.trim()), (letter) => letter.charCodeAt(0));
