// How long a record is kept, a legal hold, and the page that erases only when both let it.

import assert from "node:assert/strict";
import { soundOnEveryScreen } from "../lib/checks.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

journey("erasure", ({ story }) => {
  let record;

  story("the administrator sets how long a record is kept", { as: "administrator" }, async ({ page, open }) => {
    await open("/practice");
    await fill(page, { "Years after the last contact": "10" });
    await send(page, "Save");
    await open("/practice");
    assert.equal(await page.getByLabel("Years after the last contact").inputValue(), "10");
  });

  story("a record that is young stays, and a hold keeps it", { as: "privacy_officer" }, async ({ page, open, watched }) => {
    watched.allow(/422/);
    await open("/erasures");
    await sees(page, "No record is on hold.");
    await soundOnEveryScreen(page);
    await open("/trail");
    await page.locator("main a[href^='/erasures/']").first().click();
    record = new URL(page.url()).pathname;
    await sees(page, /This record may be erased from .* on/);
    await sees(page, "10 years");
    await soundOnEveryScreen(page);
    await fill(page, { "Why it is to be kept": "Court of Kampala, 12/2026" });
    await send(page, "Set the hold");
    await sees(page, "Court of Kampala, 12/2026");
    await soundOnEveryScreen(page);
  });

  story("nobody reaches the last page before the time", { as: "privacy_officer" }, async ({ page }) => {
    await page.goto(`${record}/erase`);
    assert.equal(new URL(page.url()).pathname, record);
    assert.equal(await page.getByRole("link", { name: /Erase this record/ }).count(), 0);
    await page.locator("summary", { hasText: "Lift the hold" }).click();
    await send(page, "Lift the hold");
    assert.equal(await page.getByText("Court of Kampala").count(), 0);
  });

  story("a therapist has no such page", { as: "therapist" }, async ({ page, watched }) => {
    watched.allow(/403|404/);
    const answer = await page.goto(record);
    assert.ok([403, 404].includes(answer.status()), String(answer.status()));
  });
});
