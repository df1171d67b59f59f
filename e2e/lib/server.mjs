// Starts the built program, reads its first line, and makes sure that it ends.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS_MAX = 120_000;
const STOP_MS_MAX = 10_000;

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/** The built program: ATTUNE_BINARY, else the debug build of this repository. */
export const binary = process.env.ATTUNE_BINARY || fileURLToPath(new URL("../../target/debug/attune", import.meta.url));

let keyFolder;
process.on("exit", () => keyFolder && rmSync(keyFolder, { recursive: true, force: true }));

/** A root key for databases that stay, made by the program itself, once. */
export function rootKey() {
  const make = !keyFolder;
  keyFolder ??= mkdtempSync(join(tmpdir(), "attune-key-"));
  const key = join(keyFolder, "root.key");
  if (make) {
    const made = spawnSync(binary, ["key", "new", "--key", key], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`no root key: ${made.error ?? made.stderr}`);
  }
  return key;
}

/**
 * A demonstration practice, freshly made.
 * `address` is "http://127.0.0.1:PORT"; `links` holds one one-time sign-in link per role.
 */
export function startDemo({ database } = {}) {
  const where = database ? ["--database", database, "--key", rootKey()] : [];
  return start(["demo", "--json", "--listen", "127.0.0.1:0", ...where]);
}

/**
 * Runs the program with these arguments and waits for the one JSON line that it prints once it answers.
 * @returns an object of that line's fields, and `stop()` (asks), `crash()` (SIGKILL), `log()` (what it wrote to stderr).
 */
export function start(args, options) {
  return run(args, options, JSON.parse);
}

/**
 * Serves a database that stays, on `listen` (an address of an earlier start, or any free port).
 * `setUpLink()` gives the link that the first start prints.
 */
export function serve({ database, listen = "127.0.0.1:0" }) {
  const args = ["serve", "--listen", listen, "--database", database, "--key", rootKey()];
  return run(args, { env: { ATTUNE_DATA: dirname(rootKey()) } }, (line) => ({ address: line.replace(/^.* /, "") }));
}

async function run(args, { env = {} } = {}, read) {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  running.add(child);
  let log = "";
  child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-100_000)));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`ended with ${signal ?? code}`));
  }).then((how) => {
    running.delete(child);
    return how;
  });
  const end = (signal) => async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
    const how = await ended;
    clearTimeout(late);
    return how;
  };
  try {
    const { fields, said } = await firstLine(child, ended, read);
    const setUpLink = async () => {
      for (let tries = 0; tries < 100; tries++) {
        const link = said.find((line) => line.startsWith("http"));
        if (link) return link;
        await sleep(50);
      }
      throw new Error(`no link to set up a practice:\n${said.join("\n")}`);
    };
    return { ...fields, setUpLink, log: () => log, stop: end("SIGTERM"), crash: end("SIGKILL") };
  } catch (error) {
    await end("SIGKILL")();
    throw new Error(`${binary} ${args.join(" ")}: ${error.message}\n${log}`);
  }
}

/** The first line, read into fields, and a list that goes on to hold every line. */
async function firstLine(child, ended, read) {
  const lines = createInterface({ input: child.stdout });
  const said = [];
  // Whatever follows must be read too, or the program would block on a full pipe.
  lines.on("line", (text) => said.push(text));
  const late = AbortSignal.timeout(START_MS_MAX);
  const line = once(lines, "line", { signal: late }).then(([text]) => text);
  const early = ended.then((how) => {
    throw new Error(`${how} before it answered`);
  });
  const text = await Promise.race([line, early]).catch((error) => {
    throw late.aborted ? new Error(`did not answer within ${START_MS_MAX / 1000} s`) : error;
  });
  const fields = read(text);
  const address = fields.address.includes("://") ? fields.address : `http://${fields.address}`;
  return { fields: { ...fields, address: address.replace(/\/$/, "") }, said };
}
