// The pictures in the documents. Drawn anew with UPDATE_SCREENSHOTS=1; otherwise the same pages are only visited.

import assert from "node:assert/strict";
import { screenshot } from "../lib/checks.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

const DESK = { as: "therapist", viewport: { width: 1280, height: 860 }, colorScheme: "light" };
const PHONE = { as: "client", viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, colorScheme: "light" };

journey("pictures", ({ story }) => {
  let amina;

  story("the caseload and one page before the session", DESK, async ({ page, open }) => {
    await open("/clients");
    await screenshot(page, "caseload");
    amina = await visit(page, "#going-well", "Amina Nabwire");
    await screenshot(page, "overview");
  });

  story("how it goes, the people, the timeline, the formulation", DESK, async ({ page, open }) => {
    for (const [part, name] of [["measures", "progress"], ["inventory", "inventory"], ["timeline", "timeline"], ["plans/formulation", "plan"]]) {
      const answer = await open(`${amina}/${part}`);
      assert.equal(answer.status(), 200);
      await page.setViewportSize({ width: 1280, height: name === "progress" ? 1160 : 860 });
      await screenshot(page, name);
    }
  });

  story("a session with its guide beside the note", DESK, async ({ page, open }) => {
    await open(`${amina}/sessions`);
    const next = page.getByRole("button", { name: /^Open session/ });
    if (await next.count()) await send(page, /^Open session/);
    else await page.getByRole("link", { name: /^Session/ }).first().click();
    await fill(page, { "Agenda": "The visit of Yusuf's sister, and how to ask for a morning of sleep" });
    const link = page.locator("[data-rows=links] .row").first();
    await fill(link, { "Mood, 0 to 10": "4", "What happened": "Said to Yusuf that she is tired, before he could advise", "With whom": "Yusuf" });
    await fill(page, { "Role play": true });
    await sees(page, /^Sent /);
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    await screenshot(page, "session");
  });

  story("a finished course in one summary", DESK, async ({ page, open }) => {
    await open("/clients");
    await open(`${await visit(page, "#finished", "Hannah Lindqvist")}/summary`);
    await screenshot(page, "summary");
  });

  story("what a client sees on a phone", PHONE, async ({ page, open }) => {
    await open("/today");
    await screenshot(page, "today");
  });

  story("one question at a time", { ...PHONE, viewport: { width: 360, height: 720 } }, async ({ page, open }) => {
    await open("/today/measures/phq-9");
    const item = page.locator(".item.is-current");
    for (const value of [1, 2]) {
      await item.getByRole("radio").nth(value).check();
      await page.getByRole("button", { name: "Next", exact: true }).click();
    }
    await item.getByRole("radio").nth(1).check();
    await screenshot(page, "questionnaire");
  });
});

/** Opens somebody out of a folded group of the caseload; gives the address of the chart. */
async function visit(page, group, name) {
  await page.locator(`${group} summary`).first().click();
  const link = page.locator(group).getByRole("link", { name, exact: true });
  await Promise.all([page.waitForURL(/\/clients\/./), link.click()]);
  return /^\/episodes\/[^/]+/.exec(await page.locator("a[href^='/episodes/']").first().getAttribute("href"))[0];
}
