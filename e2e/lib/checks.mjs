// What must hold on every page: each check throws with words that say what to mend.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import axeCore from "axe-core";

/** Widths and colour schemes every page must work at. */
export const SCREENS = [320, 768, 1920].flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme })));

const SETTLE_MS_MAX = 1500;

/** No violation that axe calls serious or critical. */
export async function axe(page, { without = [] } = {}) {
  // Evaluated by the browser's own tools, so that the page's Content-Security-Policy stays in force.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeCore.source);
  const options = { resultTypes: ["violations"], rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])) };
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const words = serious.map(({ id, impact, help, nodes }) => {
    const places = nodes.slice(0, 5).map(({ target, failureSummary }) => `    ${target.join(" ")}\n      ${failureSummary.replaceAll("\n", "\n      ")}`);
    return `  ${id} (${impact}): ${help}\n${places.join("\n")}`;
  });
  assert.ok(serious.length === 0, `axe on ${page.url()}:\n${words.join("\n")}`);
}

/** The page does not scroll sideways. */
export async function noSidewaysScroll(page) {
  const { overflow, widest } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const beyond = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1);
    const name = (one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")} to ${Math.round(one.getBoundingClientRect().right)} px`;
    return { overflow: document.documentElement.scrollWidth - width, widest: beyond.slice(0, 8).map(name) };
  });
  assert.ok(overflow <= 0, `${page.url()} scrolls sideways by ${overflow} px: ${widest.join(", ")}`);
}

/** Calls `check(screen)` at every width and colour scheme, then puts the page back. */
export async function onEveryScreen(page, check) {
  const before = page.viewportSize();
  for (const screen of SCREENS) {
    await page.setViewportSize({ width: screen.width, height: 900 });
    await page.emulateMedia({ colorScheme: screen.scheme });
    await settle(page);
    await check(screen);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}

/** What every page owes at every width and colour scheme: nothing serious from axe, no sideways scroll. */
export async function soundOnEveryScreen(page) {
  await onEveryScreen(page, async () => {
    await noSidewaysScroll(page);
    await axe(page);
  });
}

/** A transition caught half-way has colours that nobody sees: wait for it to end, but not for one that never does. */
export async function settle(page) {
  await page.evaluate((ms) => {
    const ended = Promise.allSettled(document.getAnimations().map((one) => one.finished));
    return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ms))]).then(() => {});
  }, SETTLE_MS_MAX);
}

/** A picture for the documents, written only when UPDATE_SCREENSHOTS=1. */
export async function screenshot(page, name, options = {}) {
  if (process.env.UPDATE_SCREENSHOTS !== "1") return;
  const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
  await mkdir(folder, { recursive: true });
  await settle(page);
  await page.screenshot({ path: `${folder}${name}.png`, animations: "disabled", ...options });
}

/**
 * Watches everything a context does. `verify()` throws when it asked another host for anything, or wrote an error
 * to the console; `allow(/pattern/)` lets console errors pass that the story provokes.
 */
export function watch(context, address) {
  const foreign = [];
  const errors = [];
  const allowed = [];
  context.on("request", (request) => {
    const url = request.url();
    if (/^(data|blob|about):/.test(url)) return;
    if (new URL(url).origin !== new URL(address).origin) foreign.push(url);
  });
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  return {
    allow: (pattern) => allowed.push(pattern),
    noForeignRequests: () => assert.deepEqual(foreign, [], "requests to another host"),
    noConsoleErrors: () => {
      const left = errors.filter((text) => !allowed.some((pattern) => pattern.test(text)));
      assert.deepEqual(left, [], "errors in the browser's console");
    },
    verify() {
      this.noForeignRequests();
      this.noConsoleErrors();
    },
  };
}
