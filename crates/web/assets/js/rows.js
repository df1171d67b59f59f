// Rows of a worksheet grow and shrink without losing the place. The buttons "add:rows" and "remove:rows.2"
// submit the form and the server answers with the page; here only the marked region is swapped, so that the
// scroll position and everything around it stay. When anything fails, the form is simply submitted.
//   <form …> <div data-rows="rows"> … <button name="edit" value="add:rows">

export function growRows() {
  document.addEventListener("submit", (event) => {
    const button = /** @type {SubmitEvent} */ (event).submitter;
    const form = event.target;
    if (!(button instanceof HTMLButtonElement) || !(form instanceof HTMLFormElement)) return;
    const edit = /^(add|remove):([^.]+)/.exec(button.value);
    const region = edit && form.querySelector(`[data-rows="${CSS.escape(edit[2])}"]`);
    if (!edit || !region) return;
    event.preventDefault();
    swap(form, button, edit[1], edit[2]).catch(() => {
      // Once more, the plain way: requestSubmit would come back here.
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = button.name;
      field.value = button.value;
      form.append(field);
      HTMLFormElement.prototype.submit.call(form);
    });
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {string} deed
 * @param {string} rows
 */
async function swap(form, button, deed, rows) {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
  // Attributes, not properties: a field may be called "action".
  const address = button.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const selector = `[data-rows="${CSS.escape(rows)}"]`;
  const fresh = page.querySelector(selector);
  const old = form.querySelector(selector);
  if (!fresh || !old) throw new Error("the answer has no such rows");
  old.replaceWith(document.adoptNode(fresh));
  const fields = fresh.querySelectorAll("input:not([type=hidden]), textarea, select");
  const names = [...fields].map((field) => field.getAttribute("name")?.split(".")[1]);
  // After adding, on to the first field of the new row; after removing, to the rows as a whole.
  const first = deed === "add" ? fields[names.indexOf(names.at(-1))] : fresh.querySelector("button");
  if (first instanceof HTMLElement) first.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
