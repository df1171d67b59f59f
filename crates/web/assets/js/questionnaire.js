// A questionnaire, one item at a time. Without this script it is one page with all items.
//   <form class="questionnaire" data-questionnaire="key of this sheet" data-progress="Question {n} of {of}">
//     <div class="item"> <fieldset>…</fieldset> </div> …
//     <div class="item" data-ask-if="item.1 item.2" data-at-least="1"> asked only if one of those has that value or more
//     <div class="button-row" data-steps hidden> <button type="button" data-back> <button type="button" data-next> </div>
//     <div data-end> the submit button </div>
// Keys: 1 to 9 choose an answer, Enter goes on, Backspace goes back. Answers stay on this device until the
// page that confirms them names the sheet: <p data-clears-draft="sheet:key of this sheet">.

import { keepSealed, openSealed } from "./sealed.js";

const PREFIX = "sheet:";

export function oneItemAtATime() {
  const form = document.querySelector("form[data-questionnaire]");
  if (form instanceof HTMLFormElement) void start(form);
}

/** @param {HTMLFormElement} form */
async function start(form) {
  const items = /** @type {HTMLElement[]} */ ([...form.querySelectorAll(".item")]);
  const steps = form.querySelector(".button-row[data-steps]");
  const end = form.querySelector("[data-end]");
  if (items.length < 2 || !(steps instanceof HTMLElement)) return;

  const key = PREFIX + form.dataset.questionnaire;
  await recall(form, key);
  const firstOpen = items.findIndex((item) => !answered(item));
  let at = firstOpen < 0 ? items.length - 1 : firstOpen;

  const show = (/** @type {number} */ to, focus = true) => {
    const step = to < at ? -1 : 1;
    at = Math.max(0, Math.min(to, items.length - 1));
    while (at > 0 && at < items.length && !asks(form, items[at])) at += step;
    if (at === items.length) at = lastAsked(form, items);
    items.forEach((item, i) => item.classList.toggle("is-current", i === at));
    const last = at === lastAsked(form, items);
    const [back, next] = ["[data-back]", "[data-next]"].map((name) => steps.querySelector(name));
    if (back instanceof HTMLElement) back.hidden = at === 0;
    if (next instanceof HTMLElement) next.hidden = last;
    if (end instanceof HTMLElement) end.hidden = !last;
    const asked = items.filter((item) => asks(form, item));
    tellProgress(form, asked.indexOf(items[at]) + 1, asked.length);
    if (focus) focusItem(items[at]);
  };

  form.dataset.oneAtATime = "";
  form.querySelectorAll("[data-steps]").forEach((part) => { if (part instanceof HTMLElement) part.hidden = false; });
  show(at, false);

  steps.querySelector("[data-back]")?.addEventListener("click", () => show(at - 1));
  steps.querySelector("[data-next]")?.addEventListener("click", () => show(at + 1));
  form.addEventListener("change", () => { remember(form, key); show(at, false); });
  form.addEventListener("submit", (event) => {
    const open = items.findIndex((item) => item.querySelector("[required]") && !answered(item));
    if (open >= 0 && !form.noValidate && !submitsUnchecked(event)) { event.preventDefault(); show(open); }
  });
  // The browser's own check would point at items that are not in sight.
  form.querySelectorAll("[required]").forEach((field) => field.addEventListener("invalid", (event) => {
    const item = items.findIndex((one) => one.contains(/** @type {Node} */ (event.target)));
    if (item >= 0 && item !== at) show(item);
  }));
  form.addEventListener("keydown", (event) => press(event, items[at], () => at, show, items.length));
}

/** @param {SubmitEvent} event */
const submitsUnchecked = (event) =>
  event.submitter instanceof HTMLButtonElement && event.submitter.formNoValidate;

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} item
 * @param {() => number} at
 * @param {(to: number) => void} show
 * @param {number} count
 */
function press(event, item, at, show, count) {
  if (event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
  const choices = /** @type {HTMLInputElement[]} */ ([...item.querySelectorAll("input[type=radio]")]);
  const choice = /^[1-9]$/.test(event.key) ? choices[Number(event.key) - 1] : undefined;
  if (choice) {
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement) && at() < count - 1) {
    show(at() + 1);
  } else if (event.key === "Backspace" && at() > 0) {
    show(at() - 1);
  } else {
    return;
  }
  event.preventDefault();
}

/** @param {EventTarget | null} target */
const typing = (target) =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["radio", "checkbox"].includes(target.type));

/**
 * Whether an item is worth asking, given the answers so far.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} item
 */
function asks(form, item) {
  const names = item.dataset.askIf?.split(" ");
  if (!names) return true;
  const least = Number(item.dataset.atLeast ?? 1);
  const values = new FormData(form);
  return names.some((name) => Number(values.get(name)) >= least);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement[]} items
 */
const lastAsked = (form, items) => items.findLastIndex((item) => asks(form, item));

/** @param {HTMLElement} item */
const answered = (item) => item.querySelector("input:checked") !== null;

/** @param {HTMLElement} item */
function focusItem(item) {
  const place = item.querySelector("input:checked") ?? item.querySelector("legend, .item-text");
  if (!(place instanceof HTMLElement)) return;
  if (!(place instanceof HTMLInputElement)) place.tabIndex = -1;
  place.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {number} n
 * @param {number} of
 */
function tellProgress(form, n, of) {
  const text = (form.dataset.progress ?? "").replace("{n}", String(n)).replace("{of}", String(of));
  const words = form.querySelector(".progress-words");
  const bar = form.querySelector("progress");
  if (words && text) words.textContent = text;
  if (bar) { bar.max = of; bar.value = n; if (text) bar.setAttribute("aria-label", text); }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 */
function remember(form, key) {
  const chosen = [...form.querySelectorAll("input:checked")].map((field) => /** @type {HTMLInputElement} */ (field));
  void keepSealed(key, chosen.map((field) => [field.name, field.value]));
}

/**
 * Puts kept answers back where the server has none.
 * @param {HTMLFormElement} form
 * @param {string} key
 */
async function recall(form, key) {
  for (const [name, value] of (await openSealed(key)) ?? []) {
    const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)]);
    if (fields.some((field) => field.checked)) continue;
    const field = fields.find((one) => one.value === value);
    if (field) field.checked = true;
  }
}
