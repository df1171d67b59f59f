// The system's Chromium, driven by playwright-core.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Without the background flags Chromium calls its maker's hosts at every start. */
export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser named by CHROMIUM, else the system's. */
export function executable() {
  const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = process.env.CHROMIUM || usual.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium found; name one in CHROMIUM");
  return executablePath;
}

/** Launches it. */
export function launch() {
  return chromium.launch({ executablePath: executable(), args: FLAGS });
}

/**
 * Opens a role's one-time link and goes through the one button there. With script the page may send itself.
 */
export async function openLink(page, link) {
  await page.goto(link);
  const { pathname } = new URL(link);
  const gone = page.waitForURL((url) => url.pathname !== pathname);
  if (new URL(page.url()).pathname === pathname) {
    const button = page.locator("main form [type=submit], main form button:not([type])").first();
    // The page may leave under the click; then `gone` has the word.
    await Promise.race([gone, button.click().then(() => gone)]);
  }
  await gone;
}
