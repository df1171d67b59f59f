// The two database engines a journey runs on, and a fresh PostgreSQL database for each run.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const KNOWN = ["sqlite", "postgres"];

/** The engines asked for in ATTUNE_E2E_ENGINES ("sqlite,postgres"); SQLite alone when it is unset. */
export function engines() {
  const asked = (process.env.ATTUNE_E2E_ENGINES || "sqlite").split(",").map((name) => name.trim());
  for (const name of asked) {
    if (!KNOWN.includes(name)) throw new Error(`ATTUNE_E2E_ENGINES: \`${name}\` is none of ${KNOWN.join(", ")}`);
  }
  return asked;
}

/**
 * A database for one server. `url` is undefined on SQLite: the demo makes its own temporary file.
 * @returns {Promise<{url: string | undefined, remove: () => Promise<void>}>}
 */
export async function freshDatabase(engine) {
  if (engine === "sqlite") return { url: undefined, remove: async () => {} };
  const name = `attune_e2e_${randomUUID().replaceAll("-", "")}`;
  // An ordinary role: row-level security does not hold a superuser.
  await sql(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
  await sql(`CREATE DATABASE ${name} OWNER ${name}`);
  return {
    url: adminUrl().replace(/^(\w+:\/\/)([^@/?]*@)?([^/?]*)(\/[^?]*)?/, `$1${name}:${name}@$3/${name}`),
    remove: async () => {
      await sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await sql(`DROP ROLE IF EXISTS ${name}`);
    },
  };
}

function adminUrl() {
  const url = process.env.ATTUNE_TEST_POSTGRES;
  if (!url) throw new Error("ATTUNE_TEST_POSTGRES is unset: run `cargo xtask test --only browser`");
  return url;
}

async function sql(statement) {
  const programs = process.env.ATTUNE_POSTGRES_PROGRAMS;
  const psql = programs ? join(programs, "psql") : "psql";
  await run(psql, [adminUrl(), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-c", statement]);
}
