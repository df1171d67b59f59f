// Small conveniences, a few lines each.

/** After a form came back with errors, the list of them is where the reader starts. */
export function focusFirst() {
  const place = document.querySelector("[data-focus-first]");
  if (place instanceof HTMLElement) place.focus();
}

/** Print buttons need the script, so they are hidden until it runs. */
export function printButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** Leaves at once and takes this page out of the back button. */
export function quickExit() {
  const link = document.querySelector("a[data-quick-exit]");
  if (!(link instanceof HTMLAnchorElement)) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(link.href);
  });
}

/** Filters act as soon as they are changed; without the script they have a button, marked data-autosubmit-button. */
export function autoSubmit() {
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.querySelectorAll("[data-autosubmit-button]").forEach((button) => button.setAttribute("hidden", ""));
    form.addEventListener("change", () => form.requestSubmit());
  }
}

/** A page that is only a button presses it; without the script the person does. */
export function submitAtOnce() {
  const form = document.querySelector("form[data-submit-at-once]");
  if (form instanceof HTMLFormElement) form.requestSubmit();
}
