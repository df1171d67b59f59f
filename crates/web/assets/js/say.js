// The one place where a page speaks about its own state. The sentences are data attributes of #save-state,
// written by the server in the reader's language.

/** @returns {HTMLElement | null} */
const region = () => document.getElementById("save-state");

/** @param {Date} [at] */
export const clock = (at = new Date()) =>
  `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;

/**
 * The sentence of a state, with its time filled in.
 * @param {string} state name of the data attribute, for example "device"
 * @param {Date} [at]
 */
export function sentence(state, at) {
  return (region()?.dataset[state] ?? "").replace("{time}", clock(at));
}

/**
 * Shows a state to eye and ear.
 * @param {string} state
 */
export function say(state) {
  const place = region();
  if (!place) return;
  const text = sentence(state);
  if (place.textContent !== text) place.textContent = text;
  place.dataset.state = state;
}
