// Filling in and sending forms the way people do: by the words on the screen.

import assert from "node:assert/strict";

/** "Reason" finds "Reason" and "Reason (optional)", never "Reasons". "On [2]" is the second field called "On". */
function named(label) {
  const [, words, nth] = /^(.*?)(?: \[(\d+)\])?$/.exec(label);
  return { name: new RegExp(`^\\s*${escaped(words)}(\\s*\\(.*\\))?\\s*$`), nth: Number(nth ?? 1) - 1 };
}

function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/**
 * Fills fields by their labels: `{ "Name": "Ada", "How we meet": ["By video"], "When": { "Year": "2025" }, "I agree": true }`.
 * A text goes into a control or chooses an answer of a group; a list ticks several; an object fills a group's own fields.
 */
export async function fill(scope, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const { name, nth } = named(label);
    const group = scope.getByRole("group", { name }).nth(nth);
    if (typeof value === "boolean") await scope.getByLabel(name).nth(nth).setChecked(value);
    else if (await group.count()) await fillGroup(group, value);
    else await fillControl(scope.getByLabel(name).nth(nth), label, value);
  }
}

async function fillGroup(group, value) {
  if (typeof value === "object" && !Array.isArray(value)) return fill(group, value);
  for (const answer of [value].flat()) await option(group, answer).check();
}

/** An answer by its words; a hint may stand behind them. */
function option(group, answer) {
  const choices = group.getByRole("radio").or(group.getByRole("checkbox"));
  const words = group.page().getByText(answer, { exact: true });
  return choices.and(group.getByLabel(answer, { exact: true })).or(group.locator("label", { has: words }).locator("input")).first();
}

async function fillControl(control, label, value) {
  assert.equal(await control.count(), 1, `no field called “${label}” on ${control.page().url()}`);
  const tag = await control.evaluate((one) => one.tagName);
  await (tag === "SELECT" ? control.selectOption({ label: value }) : control.fill(String(value)));
}

/** Presses the button with these words and waits for the page that follows. Fails with the page's own words. */
export async function send(page, words, { status = 303, within = page } = {}) {
  const button = within.getByRole("button", { name: words, exact: typeof words === "string" }).last();
  const [answer] = await Promise.all([page.waitForNavigation(), button.click()]);
  let first = answer.request();
  while (first.redirectedFrom()) first = first.redirectedFrom();
  const got = (await first.response()).status();
  if (got === status) return;
  const said = await page.locator(".error-summary, .notice, .field-error").allInnerTexts();
  assert.fail(`“${words}” gave ${got} instead of ${status} on ${page.url()}: ${said.join(" / ")}`);
}

/** Waits until these words are to be seen. */
export async function sees(scope, words) {
  await scope.getByText(words).filter({ visible: true }).first().waitFor().catch((error) => {
    throw new Error(`no “${words}” on ${(scope.page?.() ?? scope).url()}: ${error.message.split("\n")[0]}`);
  });
}

/** Opens a part that is folded. */
export async function unfold(scope, words) {
  await scope.locator("summary", { hasText: words }).first().click();
}

/** Answers a questionnaire that shows all questions: one number a question, counted from 0. */
export async function answer(page, values) {
  for (const [index, value] of values.entries()) {
    await page.locator(".item").nth(index).getByRole("radio").nth(value).check();
  }
}

/** Answers a questionnaire that shows one question at a time and sends it. */
export async function answerOneByOne(page, values) {
  for (const [index, value] of values.entries()) {
    const item = page.locator(".item.is-current");
    await item.getByRole("radio").nth(value).check();
    if (index < values.length - 1) await page.getByRole("button", { name: "Next", exact: true }).click();
  }
}

/** A day so many days from today where the demonstration's practice is, as forms take it. In UTC it may still be yesterday. */
export function day(offset = 0) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: "Africa/Kampala", year: "numeric", month: "2-digit", day: "2-digit" });
  const of = Object.fromEntries(parts.formatToParts(Date.now() + offset * 86_400_000).map(({ type, value }) => [type, value]));
  return `${of.year}-${of.month}-${of.day}`;
}
