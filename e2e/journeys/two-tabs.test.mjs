// Nothing typed is lost: two tabs on one record, no connection, a killed server.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { day, fill, sees, send } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";
import { freshDatabase } from "../lib/engines.mjs";
import { serve } from "../lib/server.mjs";
import { register, therapist } from "../lib/therapist.mjs";
import { setUp } from "../lib/accounts.mjs";

journey("two tabs", ({ story }) => {
  let chart;

  story("a chart to work in", { as: "therapist" }, async ({ page }) => {
    chart = await register(page, { "Name": "Tomas Lind" });
    const at = therapist(page, chart);
    await at.openSession(1);
    await at.go("inventory");
    await fill(page, { "Names, one on each line": "Olga" });
    await send(page, "Add");
  });

  story("one person of the inventory", { as: "therapist" }, async ({ page, context, watched }) => {
    watched.allow(/409/);
    const second = await context.newPage();
    await page.goto(`${chart}/inventory`);
    const person = await page.getByRole("link", { name: "Olga", exact: true }).getAttribute("href");
    await page.goto(person);
    await second.goto(person);
    await fill(page, { "What the client expects of them": "A call now and then" });
    await send(page, "Save");
    await fill(second, { "What the client expects of them": "To be asked how it was", "What is good": "She laughs easily" });
    await send(second, "Save", { status: 409 });
    await sees(second, "A call now and then");
    assert.equal(await second.getByLabel("What the client expects of them").inputValue(), "To be asked how it was");
    await fill(second, { "What the client expects of them": "A call now and then, and to be asked how it was" });
    await send(second, "Save");
    await page.goto(person);
    assert.equal(await page.getByLabel("What the client expects of them").inputValue(), "A call now and then, and to be asked how it was");
    assert.equal(await page.getByLabel("What is good").inputValue(), "She laughs easily");
  });

  story("one worksheet: what does not collide is put together, what does is shown side by side", { as: "therapist" }, async ({ page, context, watched }) => {
    watched.allow(/409/);
    const sheet = `${chart}/plans/medication_decision`;
    await page.goto(sheet);
    await fill(page, { "What the client would like": "To wait", "Decided": "No medicine for now", "Reason": "Her wish" });
    await send(page, "Save");
    const second = await context.newPage();
    await page.goto(`${sheet}/edit`);
    await second.goto(`${sheet}/edit`);
    await fill(page, { "Reason": "Her wish; sleep is better" });
    await send(page, "Save");
    await fill(second, { "Reason": "Her wish; her doctor agrees", "What the client would like": "To wait two weeks" });
    await send(second, "Save", { status: 409 });
    await sees(second, "Her wish; sleep is better");
    assert.equal(await second.getByLabel("Reason", { exact: true }).inputValue(), "Her wish; her doctor agrees");
    await fill(second, { "Reason": "Her wish; sleep is better; her doctor agrees" });
    await send(second, "Save");
    await page.goto(sheet);
    await sees(page, "Her wish; sleep is better; her doctor agrees");
    await sees(page, "To wait two weeks");
  });

  story("one note", { as: "therapist" }, async ({ page, context, watched }) => {
    watched.allow(/409/);
    const note = `${chart}/sessions/1`;
    const second = await context.newPage();
    await page.goto(note);
    await second.goto(note);
    await fill(page, { "Agenda": "Sleep first" });
    await send(page, "Save");
    await fill(second, { "Agenda": "The sister first" });
    await send(second, "Save", { status: 409 });
    await sees(second, "Sleep first");
    assert.equal(await second.getByLabel("Agenda").inputValue(), "The sister first");
    await fill(second, { "Agenda": "Sleep first, then the sister" });
    await send(second, "Save");
    await page.goto(note);
    assert.equal(await page.getByLabel("Agenda").inputValue(), "Sleep first, then the sister");
  });

  story("Back after saving shows what was saved and sends nothing twice", { as: "therapist" }, async ({ page }) => {
    await page.goto(`${chart}/homework`);
    await fill(page, { "Step": "One walk", "By": day(3) });
    await send(page, "Agree");
    await page.goBack();
    await page.goForward();
    await page.goto(`${chart}/homework`);
    assert.equal(await page.locator("main").getByRole("link", { name: "One walk" }).count(), 1);
  });

  story("typed without a connection: kept here, sent when it is back", { as: "therapist" }, async ({ page, context, watched }) => {
    watched.allow(/ERR_INTERNET_DISCONNECTED/);
    const note = `${chart}/sessions/1`;
    await page.goto(note);
    await context.setOffline(true);
    await fill(page, { "What else matters": "Typed in the train tunnel" });
    await sees(page, "No connection: safe on this device, will send");
    await context.setOffline(false);
    await sees(page, /^Sent /);
    const other = await context.newPage();
    await other.goto(note);
    assert.equal(await other.getByLabel("What else matters").inputValue(), "Typed in the train tunnel");
  });

  story("a tab that dies without a connection: the draft is offered again", { as: "therapist" }, async ({ context, watched }) => {
    watched.allow(/ERR_INTERNET_DISCONNECTED/);
    const note = `${chart}/sessions/1`;
    const page = await context.newPage();
    await page.goto(note);
    await context.setOffline(true);
    await fill(page, { "What else matters": "Typed just before the battery died" });
    await sees(page, "No connection: safe on this device, will send");
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    assert.match(kept, /"attune-draft:/);
    assert.doesNotMatch(kept, /battery/, "what lies on the device is sealed");
    await page.close();
    await context.setOffline(false);
    const again = await context.newPage();
    await again.goto(note);
    await sees(again, "This device holds a newer draft");
    await again.getByRole("button", { name: "Put the draft back" }).click();
    assert.equal(await again.getByLabel("What else matters").inputValue(), "Typed just before the battery died");
    await sees(again, /^Sent /);
  });

  story("killed right after a save: the next start has everything", async ({ engine, stage }) => {
    const context = await stage.browser.newContext();
    const folder = await mkdtemp(join(tmpdir(), "attune-killed-"));
    const database = await freshDatabase(engine);
    const url = database.url ?? join(folder, "practice.db");
    let server = await serve({ database: url });
    try {
      const page = await context.newPage();
      await setUp(page, await server.setUpLink());
      await page.goto(`${server.address}/clients/new`);
      await fill(page, { "Name": "Mirela Popa" });
      await send(page, "Save");
      const client = page.url();
      await server.crash();
      server = await serve({ database: url, listen: new URL(client).host });
      await page.goto(client);
      await sees(page, "Mirela Popa");
    } finally {
      await context.close();
      await server.stop();
      await database.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
