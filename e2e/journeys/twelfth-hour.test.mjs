// What a page says before a session ends: after idle minutes, which can be put off, and at the twelfth hour, which cannot.

import assert from "node:assert/strict";
import { soundOnEveryScreen } from "../lib/checks.mjs";
import { sees } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

/** The page as the server sends it, but with other seconds on its body. */
async function withSeconds(page, seconds) {
  await page.route("**/clients", async (route) => {
    const answer = await route.fetch();
    let body = await answer.text();
    for (const [name, value] of Object.entries(seconds)) {
      const attribute = new RegExp(`data-${name}="\\d+"`);
      assert.match(body, attribute, "the server says how long the session lasts");
      body = body.replace(attribute, `data-${name}="${value}"`);
    }
    await route.fulfill({ response: answer, body });
  });
}

journey("twelfth hour", ({ story }) => {
  story("two minutes before it the page says so and offers to sign in again", { as: "therapist" }, async ({ page }) => {
    await withSeconds(page, { "ends-in": 121 });
    await page.goto("/clients");
    assert.equal(await page.locator("[data-session-ends]").count(), 0, "not before its time");
    await sees(page, "twelve hours after you signed in");
    const box = page.locator("[data-session-ends]");
    assert.equal(await box.getByRole("link", { name: "Sign in again" }).getAttribute("href"), "/sign-in");
    assert.equal(await box.getByRole("button").count(), 0, "nothing puts it off");
    await soundOnEveryScreen(page);
  });

  story("idle minutes can be put off by one press", { as: "therapist" }, async ({ page }) => {
    await withSeconds(page, { "idle-after": 1 });
    await page.goto("/clients");
    await sees(page, "You will be signed out in about a minute");
    await soundOnEveryScreen(page);
    const stayed = page.waitForResponse((answer) => answer.url().endsWith("/session/stay"));
    await page.getByRole("button", { name: "Stay signed in" }).click();
    assert.equal((await stayed).status(), 204);
  });
});
