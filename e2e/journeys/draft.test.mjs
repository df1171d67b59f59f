// R8: a draft loses at most ten seconds, whatever dies: the browser, the device with everything on it, or the server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { setUp } from "../lib/accounts.mjs";
import { executable, FLAGS } from "../lib/browser.mjs";
import { freshDatabase } from "../lib/engines.mjs";
import { fill, sees } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";
import { serve } from "../lib/server.mjs";
import { register, therapist } from "../lib/therapist.mjs";

const LOST_MS_MAX = 10_000;
const FIELD = "What else matters";

/** A browser of its own with a folder of its own, which can be killed like any program. */
async function mortal(profile) {
  const words = [...FLAGS, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  await rm(join(profile, "DevToolsActivePort"), { force: true });
  const child = spawn(executable(), words, { stdio: "ignore" });
  const ended = once(child, "exit");
  let port;
  for (let tries = 0; tries < 200 && !port; tries++) {
    port = (await readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => "")).split("\n")[0];
    if (!port) await sleep(50);
  }
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { context: browser.contexts()[0], kill };
}

/** Types numbered words without a pause until `until`; gives when each was typed. */
async function typesOn(page, until) {
  const typed = [];
  const field = page.getByLabel(FIELD);
  await page.setViewportSize({ width: 1280, height: 900 });
  await fill(page, { [FIELD]: "" });
  while (Date.now() < until) {
    await field.press("End");
    await page.keyboard.insertText(`w${typed.length} `);
    typed.push(Date.now());
    await sleep(250);
  }
  return typed;
}

/** How long before `end` the first word was typed that is not in the text. */
function lost(typed, text, end) {
  const words = new Set(text.split(/\s+/));
  const first = typed.findIndex((_, n) => !words.has(`w${n}`));
  return first < 0 ? 0 : end - typed[first];
}

journey("draft", ({ story }) => {
  /** A server with one client whose first session is open, and the cookies of their therapist. */
  async function practice(engine, stage, tell) {
    const folder = await mkdtemp(join(tmpdir(), "attune-draft-"));
    const database = await freshDatabase(engine);
    const url = database.url ?? join(folder, "practice.db");
    let server = await serve({ database: url });
    const address = server.address;
    const restart = async () => (server = await serve({ database: url, listen: new URL(address).host }));
    const context = await stage.browser.newContext({ baseURL: address });
    try {
      const page = await context.newPage();
      await setUp(page, await server.setUpLink());
      const chart = await register(page, { "Name": "Mirela Popa" });
      await therapist(page, chart).openSession(1);
      const state = await context.storageState();
      await tell({ note: `${address}${chart}/sessions/1`, state, folder, restart, crash: () => server.crash() });
    } finally {
      await context.close();
      await server.stop();
      await database.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** What stands in the note on another device. */
  async function elsewhere(stage, state, note) {
    const context = await stage.browser.newContext({ storageState: { cookies: state.cookies, origins: [] } });
    try {
      const page = await context.newPage();
      await page.goto(note);
      return await page.getByLabel(FIELD).inputValue();
    } finally {
      await context.close();
    }
  }

  story("r8: typed on and on, and the device is gone with all that was on it", async ({ engine, stage }) => {
    await practice(engine, stage, async ({ note, state, folder }) => {
      const { context, kill } = await mortal(join(folder, "profile"));
      await context.addCookies(state.cookies);
      const page = await context.newPage();
      await page.goto(note);
      // Never a pause that would be taken for the end of a sentence.
      const typed = await typesOn(page, Date.now() + 14_000);
      const end = Date.now();
      await kill();
      const text = await elsewhere(stage, state, note);
      const gone = lost(typed, text, end);
      assert.ok(gone <= LOST_MS_MAX, `${gone} ms of ${typed.length} words are lost: ${text}`);
    });
  });

  story("r8: typed while the server is down, and the browser is killed", async ({ engine, stage }) => {
    await practice(engine, stage, async ({ note, state, folder, crash, restart }) => {
      const profile = join(folder, "profile");
      const first = await mortal(profile);
      await first.context.addCookies(state.cookies);
      const page = await first.context.newPage();
      await page.goto(note);
      await page.waitForLoadState("networkidle");
      await crash();
      const typed = await typesOn(page, Date.now() + 14_000);
      const end = Date.now();
      await first.kill();
      await restart();
      assert.equal(await elsewhere(stage, state, note), "", "no word had reached the server");

      const second = await mortal(profile);
      try {
        await second.context.addCookies(state.cookies);
        const again = await second.context.newPage();
        await again.goto(note);
        await sees(again, "This device holds a newer draft");
        await again.getByRole("button", { name: "Put the draft back" }).click();
        const text = await again.getByLabel(FIELD).inputValue();
        const gone = lost(typed, text, end);
        assert.ok(gone <= LOST_MS_MAX, `${gone} ms of ${typed.length} words are lost: ${text}`);
        await sees(again, /^Sent /);
        assert.equal(await elsewhere(stage, state, note), text);
      } finally {
        await second.kill();
      }
    });
  });

  story("r8: the server is killed while somebody types, and comes back", async ({ engine, stage }) => {
    await practice(engine, stage, async ({ note, state, folder, crash, restart }) => {
      const { context, kill } = await mortal(join(folder, "profile"));
      try {
        await context.addCookies(state.cookies);
        const page = await context.newPage();
        await page.goto(note);
        const typed = await typesOn(page, Date.now() + 8_000);
        const end = Date.now();
        await crash();
        await restart();
        const kept = await elsewhere(stage, state, note);
        const gone = lost(typed, kept, end);
        assert.ok(gone <= LOST_MS_MAX, `${gone} ms of ${typed.length} words are lost: ${kept}`);
        // The page is still there, and sends the rest by itself.
        await page.getByLabel(FIELD).press("End");
        await page.keyboard.insertText("and on");
        await sees(page, /^Sent /);
        const whole = await elsewhere(stage, state, note);
        assert.equal(lost(typed, whole, Date.now()), 0, whole);
        assert.match(whole, /and on$/);
      } finally {
        await kill();
      }
    });
  });
});
