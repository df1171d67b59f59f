// The first minute: the demo comes up and greets a stranger well.

import assert from "node:assert/strict";
import { noSidewaysScroll, screenshot, soundOnEveryScreen } from "../lib/checks.mjs";
import { journey } from "../lib/journey.mjs";

journey("welcome", ({ story }) => {
  story("the health answer is given to everybody", async ({ demo }) => {
    const answer = await fetch(`${demo.address}/health`);
    assert.equal(answer.status, 200);
  });

  story("the demo gives a link to every role", async ({ demo }) => {
    const roles = ["administrator", "therapist", "supervisor", "client"];
    const missing = roles.filter((role) => !demo.links[role]?.startsWith(demo.address));
    assert.deepEqual(missing, []);
  });

  story("the start page is sound at every width, light and dark", async ({ page, open }) => {
    const answer = await open("/");
    assert.equal(answer.status(), 200);
    assert.notEqual(await page.title(), "");
    assert.equal(await page.locator("h1").count(), 1);
    await soundOnEveryScreen(page);
    await screenshot(page, "start");
  });

  story("the first Tab offers to skip to the content", async ({ page, open }) => {
    await open("/");
    await page.keyboard.press("Tab");
    const link = page.locator(":focus");
    const target = await link.getAttribute("href");
    assert.match(target ?? "", /^#.+/, "the first thing that takes focus is the skip link");
    assert.ok(await link.isVisible());
    await page.keyboard.press("Enter");
    const inside = await page.evaluate((target) => document.querySelector(target)?.closest("main") !== null, target);
    assert.ok(inside, `${target} is in the main part`);
    assert.equal(new URL(page.url()).hash, target);
  });

  story("the start page works without script", { script: false, viewport: { width: 320, height: 640 } }, async ({ page, open }) => {
    const answer = await open("/");
    assert.equal(answer.status(), 200);
    assert.ok(await page.locator("h1").isVisible());
    await noSidewaysScroll(page);
  });

  story("the policy lets nothing run that is not ours", async ({ open }) => {
    const policy = (await open("/")).headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/);
  });

  for (const role of ["administrator", "therapist", "supervisor", "client"]) {
    story(`the ${role}'s link signs in`, { as: role }, async ({ page, open }) => {
      const answer = await open("/");
      assert.equal(answer.status(), 200);
      await soundOnEveryScreen(page);
    });
  }
});
