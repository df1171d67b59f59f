// A journey: one demonstration practice per engine, and stories told in it.
//
//   import { journey } from "../lib/journey.mjs";
//
//   journey("caseload", ({ story }) => {
//     story("a therapist sees who waits", { as: "therapist" }, async ({ page, open }) => {
//       await open("/caseload");
//     });
//   });
//
// Each story has a browser context of its own. When it ends, it fails if the page asked another host for anything
// or wrote an error to the console.

import { after, before, describe, test } from "node:test";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, openLink } from "./browser.mjs";
import { watch } from "./checks.mjs";
import { engines, freshDatabase } from "./engines.mjs";
import { startDemo } from "./server.mjs";

const STEP_MS_MAX = 15_000;

/** Declares a journey; `tell({ story, stage })` declares its stories. */
export function journey(name, tell) {
  for (const engine of engines()) {
    describe(`${name} on ${engine}`, () => {
      const stage = new Stage(engine);
      before(() => stage.raise());
      after(() => stage.strike());
      tell({ stage, story: (title, ...rest) => story(stage, `${name}: ${title}`, ...rest) });
    });
  }
}

/** What the stories of one journey share: the engine, the demo and the browser. */
class Stage {
  #signedIn = new Map();

  constructor(engine) {
    this.engine = engine;
  }

  async raise() {
    this.database = await freshDatabase(this.engine);
    // Each is kept as soon as it is there, so that strike() ends it even when the other never comes.
    const all = await Promise.allSettled([
      startDemo({ database: this.database.url }).then((demo) => (this.demo = demo)),
      launch().then((browser) => (this.browser = browser)),
    ]);
    const failed = all.find(({ status }) => status === "rejected");
    if (!failed) return;
    // The runner calls the stories cancelled and keeps the reason to itself.
    console.error(`no stage on ${this.engine}: ${failed.reason.message}`);
    throw failed.reason;
  }

  async strike() {
    await this.browser?.close();
    await this.demo?.stop();
    await this.database?.remove();
  }

  /**
   * A new browser context, signed in as `as` when a role is given.
   * `script: false` turns script off; anything else goes to playwright (`viewport`, `colorScheme`, `locale` …).
   */
  async context({ as, script = true, ...options } = {}) {
    const storageState = as ? await this.signIn(as) : undefined;
    const context = await this.browser.newContext({
      baseURL: this.demo.address,
      javaScriptEnabled: script,
      viewport: { width: 1280, height: 900 },
      storageState,
      ...options,
    });
    context.setDefaultTimeout(STEP_MS_MAX);
    return context;
  }

  /** The cookies of a role. A link works once, so it is opened once and its cookies are kept. */
  signIn(role) {
    if (!this.#signedIn.has(role)) this.#signedIn.set(role, this.#openLinkOf(role));
    return this.#signedIn.get(role);
  }

  async #openLinkOf(role) {
    const link = this.demo.links[role];
    if (!link) throw new Error(`the demo gives no link for \`${role}\`, only for ${Object.keys(this.demo.links).join(", ")}`);
    const context = await this.context();
    try {
      await openLink(await context.newPage(), link);
      return await context.storageState();
    } finally {
      await context.close();
    }
  }
}

function story(stage, title, ...rest) {
  const run = rest.pop();
  const { only, skip, ...options } = rest.pop() ?? {};
  test(title, { only, skip }, async (t) => {
    const context = await stage.context(options);
    const watched = watch(context, stage.demo.address);
    const page = await context.newPage();
    try {
      const open = (path) => page.goto(path);
      await run({ stage, demo: stage.demo, engine: stage.engine, context, page, open, watched });
      watched.verify();
    } catch (error) {
      t.diagnostic(`failed at ${page.url()}, picture: ${await picture(page, `${title} ${stage.engine}`)}`);
      throw error;
    } finally {
      await context.close();
    }
  });
}

/** Where to look when a story failed. */
async function picture(page, title) {
  const folder = fileURLToPath(new URL("../results/", import.meta.url));
  const path = `${folder}${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.png`;
  await mkdir(folder, { recursive: true });
  return page.screenshot({ path, timeout: 5_000 }).then(() => path, () => "none, the page is gone");
}
