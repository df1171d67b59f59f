// Passkeys: asks the server for a question, has the browser show or make a passkey, fills the form the button stands in
// and sends it. Without script the button is not there, and the page's other ways are.

const KINDS = [-7, -8, -257].map((alg) => ({ type: "public-key", alg }));

/** @param {string} text base64url */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

/** @param {ArrayBuffer | null | undefined} buffer */
function words(buffer) {
  if (!buffer) return "";
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function passkeys() {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    if (!(box instanceof HTMLElement)) continue;
    const button = box.querySelector("button");
    box.hidden = false;
    if (!("credentials" in navigator) || !window.PublicKeyCredential) {
      button.hidden = true;
      tell(box, "none");
      continue;
    }
    button.addEventListener("click", () => pressed(box, button));
  }
}

/**
 * @param {HTMLElement} box
 * @param {HTMLButtonElement} button
 */
async function pressed(box, button) {
  const form = box.closest("form");
  if (box.dataset.passkey === "create" && !form.reportValidity()) return;
  button.disabled = true;
  tell(box, "");
  try {
    const question = await asked(box.dataset.question);
    // Not signed in any more, or the factor was given too long ago: the page itself leads on.
    if (!question) return location.reload();
    const answer = box.dataset.passkey === "create" ? await made(question) : await shown(question);
    for (const [name, value] of Object.entries({ challenge: question.challenge, ...answer })) {
      form.elements.namedItem(box.dataset.prefix + name).value = value;
    }
    form.submit();
  } catch (error) {
    button.disabled = false;
    tell(box, { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" }[error?.name] ?? "failed");
    button.focus();
  }
}

/** @param {string} address */
async function asked(address) {
  const answer = await fetch(address);
  const isQuestion = answer.ok && answer.headers.get("content-type") === "application/json";
  return isQuestion ? answer.json() : null;
}

const named = ({ id, transports }) => ({ type: "public-key", id: bytes(id), transports });

async function shown({ challenge, rpId, known }) {
  const publicKey = { challenge: bytes(challenge), rpId, allowCredentials: known.map(named), userVerification: "required" };
  const { rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    id: words(rawId),
    client: words(response.clientDataJSON),
    authenticator: words(response.authenticatorData),
    signature: words(response.signature),
    handle: words(response.userHandle),
  };
}

async function made({ challenge, rp, user, known }) {
  const publicKey = {
    challenge: bytes(challenge),
    rp,
    user: { ...user, id: bytes(user.id) },
    pubKeyCredParams: KINDS,
    excludeCredentials: known.map(named),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  };
  const { response } = await navigator.credentials.create({ publicKey });
  return {
    client: words(response.clientDataJSON),
    attestation: words(response.attestationObject),
    transports: (response.getTransports?.() ?? []).join(","),
  };
}

/**
 * Says a state to eye and ear; the sentences are data attributes, written by the server in the reader's language.
 * @param {HTMLElement} box
 * @param {string} state
 */
function tell(box, state) {
  box.querySelector("[role=status]").textContent = state ? box.dataset[state] : "";
}
