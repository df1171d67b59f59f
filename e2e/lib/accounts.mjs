// Accounts: the first person of a practice, passwords, codes of the authenticator.

import { createHmac } from "node:crypto";
import { fill, send } from "./forms.mjs";

export const PASSWORD = "four quiet herons by the lake";
const STEP_MS = 30_000;

/** The six digits that an authenticator shows for this secret (RFC 6238: SHA-1, 30 s), `later` steps from now. */
export function code(secret, later = 0) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + later));
  const digest = createHmac("sha1", base32(secret)).update(message).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function base32(text) {
  const bits = [...text.replaceAll(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  return Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The first start: a practice, its first person with both factors. Ends signed in, with the codes on record. */
export async function setUp(page, link, person = {}) {
  await page.goto(link);
  await fill(page, {
    "Name of the practice": "House by the lake",
    "Time zone": "Africa/Kampala",
    "Your name": "Grace Auma",
    "Email address": "grace@example.org",
    "New password": PASSWORD,
    "What do you do here?": "I run the practice and treat clients",
    ...person,
  });
  await send(page, "Go on");
  return addSecondStep(page);
}

/** On the page of the second step: reads the secret, gives the first code, keeps the recovery codes. */
export async function addSecondStep(page) {
  const secret = await page.locator("code.secret").innerText();
  await fill(page, { "Code": code(secret) });
  await send(page, "Go on", { status: 200 });
  const recovery = await page.locator(".codes li").allInnerTexts();
  return { secret, recovery };
}
