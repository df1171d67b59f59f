// Psychotherapy notes: the author's alone, until the author lets a supervisor read one.

import assert from "node:assert/strict";
import { soundOnEveryScreen } from "../lib/checks.mjs";
import { fill, sees, send, unfold } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

const THOUGHT = "When she fell silent I wanted to fill the room. Whose wish was that?";

journey("private notes", ({ story }) => {
  let room;
  let note;

  story("a therapist writes one, and nothing of it stays on the device", { as: "therapist" }, async ({ page }) => {
    await page.goto("/clients");
    await page.locator("a.person-name").first().click();
    await page.getByRole("link", { name: "Private notes" }).click();
    room = new URL(page.url()).pathname;
    await sees(page, "Psychotherapy note, kept apart.");
    await soundOnEveryScreen(page);
    await page.getByRole("link", { name: "Write a psychotherapy note" }).click();
    await sees(page, "Belongs in the progress note instead:");
    await fill(page, { "About session": "2" });
    const draft = page.waitForResponse((answer) => answer.url().endsWith("/new/draft"));
    await page.getByLabel("Your thoughts").fill(THOUGHT);
    assert.equal((await draft).status(), 204);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!kept.includes("fell silent"), kept);
    await page.reload();
    assert.equal(await page.getByLabel("Your thoughts").inputValue(), THOUGHT, "the draft comes back from the practice");
    await soundOnEveryScreen(page);
    await send(page, "Save the note");
    note = new URL(page.url()).pathname;
    await sees(page, "Nobody but you.");
  });

  story("two tabs both see both texts", { as: "therapist" }, async ({ page, context, watched }) => {
    watched.allow(/409/);
    const second = await context.newPage();
    await page.goto(note);
    await second.goto(note);
    await page.getByLabel("Your thoughts").fill(`${THOUGHT} Mine.`);
    await send(page, "Save the note");
    await second.getByLabel("Your thoughts").fill(`${THOUGHT} Hers too.`);
    await send(second, "Save the note", { status: 409 });
    await sees(second, `${THOUGHT} Mine.`);
    assert.equal(await second.getByLabel("Your thoughts").inputValue(), `${THOUGHT} Hers too.`);
    await send(second, "Save the note");
  });

  story("a supervisor sees none", { as: "supervisor" }, async ({ page, watched }) => {
    watched.allow(/404/);
    await page.goto(room);
    await sees(page, "Nobody has let you read one.");
    assert.equal((await page.goto(note)).status(), 404);
  });

  story("its author lets the supervisor read this one", { as: "therapist" }, async ({ page }) => {
    await page.goto(note);
    await send(page, /^Let them read this note/);
    await sees(page, "may read this note");
  });

  story("the supervisor reads it and cannot change it", { as: "supervisor" }, async ({ page }) => {
    await page.goto(room);
    await page.getByRole("link", { name: "About session 2" }).click();
    await sees(page, "who lets you read it");
    await sees(page, "Hers too.");
    assert.equal(await page.getByLabel("Your thoughts").count(), 0);
    await soundOnEveryScreen(page);
  });

  story("and no longer when the author says so; earlier versions stay the author's", { as: "therapist" }, async ({ page }) => {
    await page.goto(note);
    await send(page, /^No longer let them read it/);
    await sees(page, "Nobody but you.");
    await unfold(page, "Versions of this note");
    await page.getByRole("link", { name: /^Version 1/ }).click();
    assert.ok(!(await page.content()).includes("Hers too."));
  });
});
