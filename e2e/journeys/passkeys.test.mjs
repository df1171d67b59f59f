// Passkeys with Chromium's own authenticator in software: added, signed in with, given again, removed.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { PASSWORD, setUp } from "../lib/accounts.mjs";
import { launch } from "../lib/browser.mjs";
import { soundOnEveryScreen, watch } from "../lib/checks.mjs";
import { engines, freshDatabase } from "../lib/engines.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { serve } from "../lib/server.mjs";

/** Passkeys belong to names; of this machine that is one. */
const named = (address) => address.replace("127.0.0.1", "localhost");

for (const engine of engines()) {
  describe(`passkeys on ${engine}`, () => {
    let folder, database, server, browser, address, link;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "attune-passkeys-"));
      database = await freshDatabase(engine);
      browser = await launch();
      server = await serve({ database: database.url ?? join(folder, "practice.db") });
      address = named(server.address);
      link = named(await server.setUpLink());
    });

    after(async () => {
      await browser?.close();
      await server?.stop();
      await database?.remove();
      await rm(folder, { recursive: true, force: true });
    });

    /** One person's browser with a device that knows them, watched. */
    const story = (title, run) => test(title, async (t) => {
      const context = await browser.newContext({ baseURL: address, viewport: { width: 400, height: 800 } });
      context.setDefaultTimeout(15_000);
      const watched = watch(context, address);
      const page = await context.newPage();
      try {
        await run({ context, page, watched, device: await deviceOf(context, page) });
        watched.verify();
      } catch (error) {
        t.diagnostic(`failed at ${page.url()}: ${(await page.locator("body").innerText().catch(() => "")).slice(0, 900)}`);
        throw error;
      } finally {
        await context.close();
      }
    });

    story("added, signed in with alone, after the password, and again before what matters; then removed", async ({ page, watched, device }) => {
      watched.allow(/422/);
      await setUp(page, link);
      await page.goto("/account");
      await page.getByRole("link", { name: "Add a passkey" }).click();
      await soundOnEveryScreen(page);
      await fill(page, { "Name of the passkey": "The blue phone" });
      await press(page, "Make the passkey", "/account");
      await sees(page, "The blue phone");
      assert.equal((await device.credentials()).length, 1);
      await soundOnEveryScreen(page);

      await send(page, "Sign out");
      await page.goto("/people");
      await soundOnEveryScreen(page);
      await press(page, "Sign in with a passkey", "/notices");
      await sees(page, "A passkey was added to your account");
      await send(page, "That was me");
      assert.equal(new URL(page.url()).pathname, "/people", "she is where she wanted to go");

      await send(page, "Sign out");
      await page.goto("/sign-in");
      await fill(page, { "Email address": "grace@example.org", "Password": PASSWORD });
      await send(page, "Sign in");
      await soundOnEveryScreen(page);
      await press(page, "Use a passkey", "/clients");

      await askedAgain(page);
      await page.goto("/account/passkeys/new");
      const answer = page.waitForResponse((one) => one.request().method() === "POST" && one.url().endsWith("/verify"));
      await press(page, "Make the passkey", "/account");
      assert.equal((await answer).status(), 303, "given again");

      await send(page, /^Remove/);
      assert.equal(await page.getByText("The blue phone").count(), 0);
      await send(page, "Sign out");
      await page.goto("/sign-in");
      await press(page, "Sign in with a passkey", "/sign-in/passkey");
      await sees(page, "This passkey does not fit");
    });

    story("whoever cancels, and a browser without passkeys, are told what else they can do", async ({ context, page, device }) => {
      await device.refuses();
      await page.goto("/sign-in");
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await sees(page, "No passkey was shown. You can try again, or take another way.");
      await context.addInitScript(() => delete window.PublicKeyCredential);
      await page.reload();
      await sees(page, "This browser has no passkeys.");
      assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible(), false);
    });
  });
}

/** Chromium's authenticator in software, for one page. */
async function deviceOf(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    refuses: () => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false }),
  };
}

/** Presses a button of the script and waits for the page it leads to. */
async function press(page, words, pathname) {
  await Promise.all([
    page.waitForURL((url) => url.pathname === pathname),
    page.getByRole("button", { name: words }).click(),
  ]);
  await page.waitForLoadState();
}

/**
 * The page that makes a passkey as the server sends it, but asking for one that is there, as the page does on which a
 * factor is given again: that one comes only after five minutes.
 */
async function askedAgain(page) {
  await page.route("**/account/passkeys/new", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text())
      .replace('action="/account/passkeys/new"', 'action="/verify"')
      .replace('data-passkey="create"', 'data-passkey="get"')
      .replace('data-question="/account/passkeys/question"', 'data-question="/verify/passkey"')
      .replace('data-prefix="passkey."', 'data-prefix="verify.passkey."')
      .replace('<input type="hidden" name="passkey.attestation" value="">', "")
      .replace('<input type="hidden" name="passkey.transports" value="">', '<input type="hidden" name="verify.to" value="/account">')
      .replace('name="passkey.client"', 'name="verify.passkey.client"')
      .replace(
        '<input type="hidden" name="passkey.challenge" value="">',
        ["challenge", "id", "authenticator", "signature", "handle"].map((name) => `<input type="hidden" name="verify.passkey.${name}">`).join(""),
      );
    assert.match(body, /verify\.passkey\.signature/);
    await route.fulfill({ response: answer, body });
  });
}
