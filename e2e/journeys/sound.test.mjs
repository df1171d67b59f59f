// Every page that somebody can reach, on every screen: what must hold everywhere.

import assert from "node:assert/strict";
import { axe, noSidewaysScroll, settle } from "../lib/checks.mjs";
import { journey } from "../lib/journey.mjs";

const WIDTHS = [320, 360, 1440, 1920];
/** Widths and schemes for axe: each width once, each scheme on a narrow and a wide one. */
const SCREENS = [[320, "dark"], [360, "light"], [1440, "dark"], [1920, "light"]];
/** Pages that no link leads to at every hour. */
const MORE = {
  visitor: ["/", "/help", "/sign-in", "/weather", "/nothing-here"],
  administrator: ["/people/new", "/practice", "/audit"],
  therapist: ["/clients/new"],
  supervisor: [],
  client: ["/today/progress", "/today/shared", "/today/measures/phq-9", "/today/measures/gad-7"],
};
/** Of one kind of page this many are looked at: the first thoroughly, the others at a glance. */
const OF_A_KIND = { "/clients/:id": 8, "/episodes/:id/plans/:kind": 6 };
const OF_A_KIND_ELSE = 2;

journey("sound", ({ story }) => {
  // Several roles see the same page; one thorough look is enough.
  const thorough = new Set();
  for (const role of Object.keys(MORE)) {
    const as = role === "visitor" ? {} : { as: role };
    story(`every page of the ${role}`, as, async ({ page, engine, watched }) => {
      watched.allow(/404/);
      const found = await crawl(page, ["/home", ...MORE[role]], engine === "sqlite" ? thorough : undefined);
      assert.ok(found.seen >= 4, `only ${found.seen} pages were found`);
      assert.deepEqual(found.faults, [], `faults on ${found.seen} pages`);
    });
  }
});

/** The pages are the same on both engines, so that the slow checks run on one: without `thorough` all is at a glance. */
async function crawl(page, start, thorough) {
  const waiting = [...start];
  const known = new Set(waiting);
  const kinds = new Map();
  const faults = [];
  let seen = 0;
  while (waiting.length > 0) {
    const path = waiting.shift();
    const kind = kindOf(path);
    const count = (kinds.get(kind) ?? 0) + 1;
    if (count > (OF_A_KIND[kind] ?? OF_A_KIND_ELSE)) continue;
    kinds.set(kind, count);
    seen += 1;
    const answer = await page.goto(path);
    const fault = (error) => faults.push(`${kind}: ${error.message.replaceAll(/\u001b\[\d+m/g, "").slice(0, 700)}`);
    if (answer.status() >= 400 && path !== "/nothing-here") fault(new Error(`${path} answers ${answer.status()}`));
    const first = thorough !== undefined && !thorough.has(kind);
    thorough?.add(kind);
    const checks = first ? [reads, fitsEverywhere, passesAxe, showsFocus, prints] : [reads, noSidewaysScroll];
    for (const check of checks) await check(page).catch(fault);
    for (const next of await linksOf(page)) {
      if (!known.has(next)) waiting.push(next);
      known.add(next);
    }
  }
  return { seen, faults };
}

/** "/episodes/019…/sessions/3" is of the kind "/episodes/:id/sessions/:n". */
function kindOf(path) {
  const plain = path.replace(/[?#].*/, "").replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replaceAll(/\/\d+/g, "/:n");
  return plain.replace(/\/plans\/\w+/, "/plans/:kind").replace(/\/tasks\/\w+/, "/tasks/:task").replace(/\/gates\/\w+/, "/gates/:gate");
}

async function linksOf(page) {
  const links = await page.locator("a[href]").evaluateAll((all) => all.map((one) => one.href));
  const ours = links.map((href) => new URL(href)).filter((url) => url.origin === new URL(page.url()).origin);
  return ours.map((url) => url.pathname + url.search);
}

/** One heading, a title that names no person, and no text that is missing in the language files. */
async function reads(page) {
  assert.notEqual(await page.title(), "", `${page.url()} has no title`);
  assert.equal(await page.locator("h1").count(), 1, `${page.url()} has one h1`);
  const text = await page.evaluate(() => document.documentElement.innerText);
  const [missing] = /\[[a-z][a-z0-9]*(-[a-z0-9]+)+\]|\{\s*\$\w+\s*\}/.exec(text) ?? [];
  assert.equal(missing, undefined, `${page.url()} shows a text key`);
}

async function fitsEverywhere(page) {
  const before = page.viewportSize();
  try {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await noSidewaysScroll(page).catch((error) => assert.fail(`at ${width} px: ${error.message}`));
    }
  } finally {
    await page.setViewportSize(before);
  }
}

async function passesAxe(page) {
  const before = page.viewportSize();
  try {
    for (const [width, colorScheme] of SCREENS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await settle(page);
      await axe(page).catch((error) => assert.fail(`at ${width} px, ${colorScheme}: ${error.message}`));
    }
  } finally {
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(before);
  }
}

/** Whatever takes focus by Tab shows it, on itself or on what stands for it. */
async function showsFocus(page) {
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press("Tab");
    const bare = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const places = [one, one.parentElement, one.nextElementSibling, one.closest("label")].filter(Boolean);
      const shown = places.some((place) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(place);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      });
      return shown ? null : one.outerHTML.slice(0, 160);
    });
    assert.equal(bare, null, `${page.url()}: focus is not to be seen on ${bare}`);
  }
}

/** On paper there is the heading and no part of the frame that only a screen needs. */
async function prints(page) {
  await page.emulateMedia({ media: "print" });
  try {
    assert.ok(await page.locator("h1").isVisible(), `${page.url()} prints without its heading`);
    assert.equal(await page.locator("nav:visible, .no-print:visible").count(), 0, `${page.url()} prints parts of the frame`);
    assert.ok((await page.pdf({ format: "A4" })).length > 1000);
  } finally {
    await page.emulateMedia({ media: null });
  }
}
