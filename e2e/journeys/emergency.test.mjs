// A record opened in an emergency: for an hour, read only, told to who treats the client, looked over afterwards.

import assert from "node:assert/strict";
import { soundOnEveryScreen } from "../lib/checks.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

const NAME = "Peter Novák";
const WHY = "He stood at my door and asked for help.";

journey("emergency", ({ story }) => {
  let record;

  story("a therapist opens the record of a colleague's client, reads it and cannot write in it", { as: "therapist" }, async ({ page, open, watched }) => {
    watched.allow(/404|422/);
    await open("/emergency");
    await sees(page, "You can read the record for an hour and change nothing.");
    await soundOnEveryScreen(page);
    await fill(page, { "Whose record": "Nobody Atall", "Why": "The client is with me and asks for it", "In your own words": WHY });
    await send(page, "Open the record for an hour", { status: 422 });
    await sees(page, "There is no one record of exactly this name or number.");
    assert.equal(await page.getByLabel("In your own words").inputValue(), WHY, "what was typed is still there");
    await fill(page, { "Whose record": NAME });
    await send(page, "Open the record for an hour");
    record = new URL(page.url()).pathname;
    await sees(page, "Open in an emergency");
    await sees(page, /\d+ minutes left/);
    await soundOnEveryScreen(page);
    assert.equal((await page.goto(`${record}/edit`)).status(), 404, "nothing of it can be changed");
  });

  story("whoever treats the client is told at once", { as: "second_therapist" }, async ({ page, open }) => {
    await open("/home");
    await sees(page, "A record was opened in an emergency");
    await sees(page, new RegExp(`Ruth Okello opened the record of ${NAME}`));
    await send(page, "I have read this");
    await open("/home");
    assert.equal(await page.getByText("A record was opened in an emergency").count(), 0);
  });

  story("the record is closed before its hour is over", { as: "therapist" }, async ({ page, watched }) => {
    watched.allow(/404/);
    await page.goto(record);
    await send(page, "Close the record now");
    assert.equal((await page.goto(record)).status(), 404);
  });

  story("the privacy officer looks over it", { as: "privacy_officer" }, async ({ page, open }) => {
    await open("/emergencies");
    await sees(page, `Ruth Okello opened the record of ${NAME}`);
    await sees(page, WHY);
    await sees(page, "waits for your review");
    await soundOnEveryScreen(page);
    await send(page, /^It was right/);
    await sees(page, /Looked over by Samuel Ade/);
  });
});
