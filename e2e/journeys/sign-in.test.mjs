// From an empty database to a practice with two people, and the way in and out.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { PASSWORD, addSecondStep, code, setUp } from "../lib/accounts.mjs";
import { launch } from "../lib/browser.mjs";
import { axe, noSidewaysScroll, watch } from "../lib/checks.mjs";
import { engines, freshDatabase } from "../lib/engines.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { serve } from "../lib/server.mjs";

for (const engine of engines()) {
  describe(`signing in on ${engine}`, () => {
    let folder, database, server, browser, link;
    let grace, invitation;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "attune-first-start-"));
      database = await freshDatabase(engine);
      browser = await launch();
      server = await serve({ database: database.url ?? join(folder, "practice.db") });
      link = await server.setUpLink();
    });

    after(async () => {
      await browser?.close();
      await server?.stop();
      await database?.remove();
      await rm(folder, { recursive: true, force: true });
    });

    /** One person's browser, watched. */
    const story = (title, run) => test(title, async (t) => {
      const context = await browser.newContext({ baseURL: server.address, viewport: { width: 400, height: 800 } });
      context.setDefaultTimeout(15_000);
      const watched = watch(context, server.address);
      const page = await context.newPage();
      try {
        await run({ page, watched });
        watched.verify();
      } catch (error) {
        t.diagnostic(`failed at ${page.url()}: ${(await page.locator("body").innerText().catch(() => "")).slice(0, 600)}`);
        throw error;
      } finally {
        await context.close();
      }
    });

    story("the first start: practice, password, second step, recovery codes", async ({ page, watched }) => {
      watched.allow(/422/);
      await page.goto(link);
      await sound(page);
      await fill(page, { "Name of the practice": "House by the lake", "Time zone": "Africa/Kampala", "Your name": "Grace Auma", "Email address": "grace@example.org", "New password": "short" });
      await send(page, "Go on", { status: 422 });
      await sees(page, /Use at least \d+ characters/);
      assert.equal(await page.getByLabel("Your name").inputValue(), "Grace Auma", "what was typed is still there");
      grace = await setUp(page, page.url());
      assert.equal(new Set(grace.recovery).size, 10, "ten recovery codes");
      await sound(page);
      await page.getByRole("link", { name: "I have kept them, go on" }).click();
      await sees(page, "No clients yet");
      await signOut(page);
    });

    story("the set-up link has ended", async ({ page, watched }) => {
      watched.allow(/404|410/);
      const answer = await page.goto(link);
      assert.ok([404, 410].includes(answer.status()), `status ${answer.status()}`);
      await sees(page.locator("main"), /ended|used/i);
      await sound(page);
    });

    story("a wrong password and an unknown address get the same words", async ({ page, watched }) => {
      watched.allow(/422/);
      const words = [];
      for (const email of ["grace@example.org", "nobody@example.org"]) {
        await page.goto("/sign-in");
        await fill(page, { "Email address": email, "Password": "not the right one" });
        await send(page, "Sign in", { status: 422 });
        words.push(await page.getByRole("alert").last().innerText());
      }
      assert.equal(words[0], words[1]);
      assert.match(words[0], /do not go together/);
      await sound(page);
    });

    story("password and code let her in; she invites a colleague", async ({ page, watched }) => {
      watched.allow(/422/);
      await page.goto("/people");
      assert.equal(new URL(page.url()).pathname, "/sign-in", "a stranger is asked to sign in");
      await fill(page, { "Email address": "grace@example.org", "Password": PASSWORD });
      await send(page, "Sign in");
      await sound(page);
      await fill(page, { "Code": "000000" });
      await send(page, "Go on", { status: 422 });
      // Each code counts once, and the one of now was used for the set-up.
      await fill(page, { "Code": code(grace.secret, 1) });
      await send(page, "Go on");
      assert.equal(new URL(page.url()).pathname, "/people", "she is where she wanted to go");
      await sound(page);
      await page.goto("/people/new");
      await fill(page, { "Name": "Peter Ouma", "Email address": "peter@example.org", "Roles": ["therapist"] });
      await send(page, "Make the link", { status: 200 });
      invitation = await page.getByLabel("Link for Peter Ouma").inputValue();
      assert.ok(invitation.startsWith(server.address), invitation);
      await sound(page);
    });

    story("the colleague comes in by the link, which ends with it", async ({ page, watched }) => {
      watched.allow(/404|410/);
      await page.goto(invitation);
      await sees(page, "Peter Ouma, you are invited to House by the lake.");
      await sound(page);
      await fill(page, { "New password": "seven brown goats on the hill" });
      await send(page, "Go on");
      await addSecondStep(page);
      await page.getByRole("link", { name: "I have kept them, go on" }).click();
      await sees(page, "No clients yet");
      await signOut(page);
      await page.goto(invitation);
      await sees(page.locator("main"), /ended|used/i);
    });

    story("a recovery code lets her in without her phone, once", async ({ page, watched }) => {
      watched.allow(/422/);
      for (const status of [303, 422]) {
        await page.goto("/sign-in");
        await fill(page, { "Email address": "grace@example.org", "Password": PASSWORD });
        await send(page, "Sign in");
        await page.locator("summary", { hasText: "I do not have my phone" }).click();
        await fill(page, { "Recovery code": grace.recovery[0] });
        await send(page, "Go on", { status });
        if (status === 303) await signOut(page);
      }
    });
  });
}

async function sound(page) {
  await noSidewaysScroll(page);
  await axe(page);
}

async function signOut(page) {
  await send(page, "Sign out");
  assert.equal(new URL(page.url()).pathname, "/");
  await page.goBack();
  await page.reload();
  assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0, "Back shows nothing of hers");
}
