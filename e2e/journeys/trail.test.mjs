// Who opened what: the privacy officer searches and sorts, a client sees who opened their record.

import assert from "node:assert/strict";
import { soundOnEveryScreen } from "../lib/checks.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

journey("trail", ({ story }) => {
  story("the privacy officer searches, narrows and sorts", { as: "privacy_officer" }, async ({ page, open }) => {
    await open("/trail");
    await sees(page, "Every look at a record and every change leaves a line here.");
    const rows = page.locator("table.trail tbody tr");
    assert.ok(await rows.count() > 10, "the months of the demonstration left lines");
    await soundOnEveryScreen(page);

    await fill(page, { "What was done": "read the record of the therapy" });
    await send(page, "Show", { status: 200 });
    const deeds = await rows.locator("td:nth-child(3)").allInnerTexts();
    assert.ok(deeds.every((deed) => deed === "read the record of the therapy"), String(deeds.slice(0, 3)));

    await open("/trail");
    await page.getByRole("columnheader", { name: "Who", exact: true }).getByRole("link").click();
    await page.waitForURL(/sort=person/);
    const heading = page.getByRole("columnheader", { name: "Who", exact: true });
    assert.equal(await heading.getAttribute("aria-sort"), "descending");
    await heading.getByRole("link").click();
    await page.waitForURL(/order=up/);
    assert.equal(await page.getByRole("columnheader", { name: "Who", exact: true }).getAttribute("aria-sort"), "ascending");

    await open("/trail?from=1990-01-01&to=1990-01-02");
    await sees(page, "No line fits");
  });

  story("a therapist looks at a record", { as: "therapist" }, async ({ page, open }) => {
    await open("/clients");
    await page.locator("main a[href*='/clients/0']").first().click();
    await page.getByRole("link", { name: "Who opened the record" }).click();
    await sees(page, "The client sees the same.");
    await soundOnEveryScreen(page);
  });

  story("a client sees who opened their record", { as: "client" }, async ({ page, open }) => {
    await open("/today");
    await page.getByRole("link", { name: "See who opened it" }).click();
    await page.waitForURL(/\/history/);
    await sees(page, "Nobody can switch that off");
    await sees(page, "Samuel Ade");
    await sees(page, /Ruth Okello, therapist|Marek Dvořák, therapist/);
    await soundOnEveryScreen(page);
  });
});
