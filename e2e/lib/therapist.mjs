// What a therapist does again and again: registers a client, opens and signs sessions, fills in worksheets.

import { answer, day, fill, sees, send } from "./forms.mjs";

/** Answers of a PHQ-9 with this total (nine items, and the one on daily life), its risk item at zero. */
export const phq9 = (total, risk = 0) => [...spread(total - risk, 8), risk, total > 9 ? 2 : 0];
/** Answers of a GAD-7 with this total. */
export const gad7 = (total) => spread(total, 7);
const spread = (total, items) => Array.from({ length: items }, (_, i) => Math.floor((total + items - 1 - i) / items));

const NOT_FOUND = [
  "Hearing or believing things that others do not, now",
  "Bipolar disorder, or a past spell of being far too high, fast or sleepless",
  "Plan or intent to end their life or to harm somebody",
  "Severe dependence on alcohol or drugs",
  "Violence or control by a partner or at home",
  "Dementia or another condition that makes talking treatment hard to use",
  "A medical cause that has not been looked into",
  "Under the age of consent here",
];

/** A new client with a course of twelve sessions whose first day is `startsOn`; gives the address of the chart. */
export async function register(page, particulars, startsOn = day()) {
  await page.goto("/clients/new");
  await fill(page, particulars);
  await send(page, "Save");
  await page.locator("[name=protocol][value=ipt12_adult]").check();
  await fill(page, { "First day": startsOn });
  await send(page, "Start the course");
  const href = await page.locator("main a[href^='/episodes/']").first().getAttribute("href");
  const chart = /^\/episodes\/[^/]+/.exec(href)[0];
  await page.goto(`${chart}/plans/eligibility`);
  await fill(page, Object.fromEntries(NOT_FOUND.map((question) => [question, "No"])));
  await fill(page, {
    "Decision": "Start",
    "Consent text explained (name and version)": "Adult 3",
    "The client has read or heard it, had questions answered, and agrees": true,
    "Agreed on": startsOn,
    "How we meet": ["In the same room"],
    "Where the client is during sessions": "14 Mill Lane",
  });
  await send(page, "Save");
  return chart;
}

/** The therapist's hands in one client's chart; `heldOn(n)` is the day of session n. */
export function therapist(page, chart, heldOn = () => day()) {
  const go = (part) => page.goto(`${chart}/${part}`);
  return {
    page,
    go,
    async openSession(session) {
      await go("sessions");
      await fill(page, { "Day of the session": heldOn(session) });
      await send(page, `Open session ${session}`);
    },
    /** Types in both measures of a session from paper. */
    async score(session, phq, gad) {
      for (const [instrument, values] of [["phq-9", phq9(phq)], ["gad-7", gad7(gad)]]) {
        await go(`measures/${instrument}/new`);
        await fill(page, { "How it was answered": "From paper", "Day it was filled": heldOn(session) });
        await answer(page, values);
        await send(page, "Send");
      }
    },
    /** Fills in a worksheet; a label that ends in a number is that row of a list. */
    async sheet(kind, fields) {
      await go(`plans/${kind}/edit`);
      for (const [label, value] of Object.entries(fields)) {
        if (/^.* \d+$/.test(label) && typeof value === "object") await fill(row(page, label), value);
        else await fill(page, { [label]: value });
      }
      await send(page, "Save");
    },
    async homework(task) {
      await go("homework");
      await fill(page, { "Step": task, "By": day() });
      await send(page, "Agree");
      await sees(page, task);
    },
    async review(what) {
      await go("homework");
      await page.locator(".homework-list").first().getByRole("link").first().click();
      const form = page.locator("form", { has: page.getByRole("group", { name: "What became of it" }) });
      await fill(form, { "What became of it": what, "What happened": "She rang, and it was shorter than feared." });
      await send(page, "Save", { within: form });
    },
    /** Says that the first step of the strategy is under way. */
    async strategy() {
      await go("focus");
      const form = page.locator("form", { has: page.getByRole("button", { name: "Save the steps" }) });
      await form.getByLabel("How far").first().selectOption({ label: "in progress" });
      await send(page, "Save the steps");
    },
    /** Writes the note of a session and signs it. */
    async signNote(session, { ending = false } = {}) {
      await go(`sessions/${session}`);
      const link = page.locator("[data-rows=links] .row").first();
      await fill(link, { "Mood, 0 to 10": String(Math.min(9, 2 + Math.floor(session / 2))), "What happened": `Something small moved in week ${session}` });
      await fill(page, { "Role play": true, "Level today": "None", "What else matters": `Session ${session}, in a few words.` });
      if (ending) await fill(page, { "I said aloud how many sessions are left": true, "We talked about the ending": true });
      await send(page, "Save and sign …");
      const why = page.getByRole("group", { name: "Why" });
      if (await why.count()) await fill(page, { "Why": "It did not fit this session" });
      await send(page, "Sign and lock");
    },
    async pass(gate) {
      await go(`gates/${gate}`);
      await send(page, "Pass this gate");
    },
  };
}

/** Row n of a list of a worksheet. */
function row(page, label) {
  const [, words, number] = /^(.*) (\d+)$/.exec(label);
  return page.locator(".sheet-rows", { hasText: words }).locator(".row").nth(Number(number) - 1);
}
