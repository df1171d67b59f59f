// Everything that matters works with script turned off.

import assert from "node:assert/strict";
import { openLink } from "../lib/browser.mjs";
import { noSidewaysScroll } from "../lib/checks.mjs";
import { answer, fill, sees, send, unfold } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";
import { phq9, register, therapist } from "../lib/therapist.mjs";

const PHONE = { script: false, viewport: { width: 320, height: 640 } };

journey("no script", ({ story }) => {
  let chart;
  let address;
  let cookies;

  story("a one-time link signs in by its button", PHONE, async ({ page, context, demo }) => {
    await openLink(page, demo.links.therapist);
    await sees(page, "Your clients");
    await noSidewaysScroll(page);
    cookies = await context.cookies();
  });

  story("a new client, a course, and an open session", PHONE, async ({ page, context }) => {
    await context.addCookies(cookies);
    chart = await register(page, { "Name": "Noor Haddad" });
    await therapist(page, chart).openSession(1);
    await noSidewaysScroll(page);
  });

  story("a worksheet grows and shrinks by its own buttons", PHONE, async ({ page, context }) => {
    await context.addCookies(cookies);
    await page.goto(`${chart}/plans/sick_role`);
    const duties = page.locator(".sheet-rows", { hasText: "Duties to put down" });
    await fill(duties.locator(".row").nth(0), { "Duty": "The choir's accounts" });
    for (const duty of ["Cooking for six", "Driving everybody"]) {
      await send(page, /^Add/, { within: duties, status: 200 });
      await fill(duties.locator(".row").last(), { "Duty": duty });
    }
    assert.equal(await duties.locator(".row").count(), 3);
    await send(page, /^Remove/, { within: duties.locator(".row").nth(1), status: 200 });
    assert.deepEqual(await duties.getByLabel("Duty", { exact: true }).evaluateAll((all) => all.map((one) => one.value)), ["The choir's accounts", "Driving everybody"]);
    await fill(page.locator(".sheet-rows", { hasText: "Duties to keep" }).locator(".row").first(), { "Duty": "Sunday lunch" });
    await fill(page, { "Session in which we look at this again": "4" });
    await send(page, "Save");
    await sees(page, "Driving everybody");
    await noSidewaysScroll(page);
  });

  story("a link for the client", PHONE, async ({ page, context }) => {
    await context.addCookies(cookies);
    await page.goto(`${chart}/measures`);
    await unfold(page, "Let the client answer by a link");
    await fill(page, { "PHQ-9": true, "GAD-7": false });
    await send(page, "Make a link", { status: 200 });
    address = await page.getByLabel("Link", { exact: true }).inputValue();
  });

  story("the client answers on one long page, and is shown what was left out", PHONE, async ({ page, watched }) => {
    watched.allow(/422/);
    await page.goto(address);
    await answer(page, phq9(12).slice(0, 5));
    await page.locator("form.questionnaire").evaluate((form) => { form.noValidate = true; });
    await send(page, "Send", { status: 422 });
    assert.equal(await page.locator("input:checked").count(), 5, "what was answered is still there");
    await answer(page, phq9(12));
    await send(page, "Send", { status: 200 });
    await sees(page, "12 out of 27 points.");
    await noSidewaysScroll(page);
  });

  story("a note is written and signed", PHONE, async ({ page, context }) => {
    await context.addCookies(cookies);
    await therapist(page, chart).signNote(1);
    await page.goto(`${chart}/sessions/1`);
    await sees(page, /Signed .* by/);
    assert.equal(await page.getByRole("button", { name: "Save", exact: true }).count(), 0, "a signed note is locked");
  });
});
