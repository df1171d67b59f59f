// A minor's guardian: comes in by a link, sees contact details alone, and nothing once the therapist says so.

import assert from "node:assert/strict";
import { PASSWORD } from "../lib/accounts.mjs";
import { soundOnEveryScreen } from "../lib/checks.mjs";
import { fill, sees, send } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";

const NIA = { "Name": "Nia Okoth", "Date of birth": `${new Date().getFullYear() - 14}-01-15`, "Phone": "+256 700 111 222", "Email": "nia@example.org" };
const MARA = { "Name": "Mara Okoth", "Email address": "mara@example.org", "Legal basis": "parent with custody" };

journey("guardian", ({ story }) => {
  let client;
  let invitation;
  let cookies;

  story("a therapist adds one, never with the client's own address", { as: "therapist" }, async ({ page, watched }) => {
    watched.allow(/422/);
    await page.goto("/clients/new");
    await fill(page, NIA);
    await send(page, "Save");
    client = /^\/clients\/[^/]+/.exec(new URL(page.url()).pathname)[0];
    await page.goto(`${client}/care`);
    await soundOnEveryScreen(page);
    await page.getByRole("link", { name: "Add a guardian" }).click();
    await sees(page, "A guardian sees the client's name and contact details");
    await soundOnEveryScreen(page);
    await fill(page, { ...MARA, "Email address": "NIA@example.org" });
    await send(page, "Make the link", { status: 422 });
    await sees(page, "This is the client's own address.");
    assert.equal(await page.getByLabel("Name").inputValue(), MARA.Name, "what was typed is still there");
    await soundOnEveryScreen(page);
    await fill(page, { "Email address": "mara@example.org" });
    await send(page, "Make the link", { status: 200 });
    invitation = await page.getByLabel("Link for Mara Okoth").inputValue();
    await soundOnEveryScreen(page);
  });

  story("the guardian comes in by the link and sees contact details only", async ({ page, context, watched }) => {
    watched.allow(/40[34]/);
    await page.goto(invitation);
    await sees(page, "Mara Okoth, you are invited to");
    await soundOnEveryScreen(page);
    await fill(page, { "New password": PASSWORD });
    await send(page, "Go on");
    assert.equal(new URL(page.url()).pathname, "/guardian");
    await sees(page, "Nia Okoth");
    await sees(page, NIA.Phone);
    await soundOnEveryScreen(page);
    for (const path of [client, `${client}/care`, `${client}/edit`, "/clients", "/people"]) {
      const { status } = await context.request.get(path, { maxRedirects: 0 }).then((answer) => ({ status: answer.status() }));
      assert.ok([403, 404].includes(status), `${path} answers ${status}`);
    }
    cookies = await context.cookies();
  });

  story("the therapist withdraws", { as: "therapist" }, async ({ page }) => {
    await page.goto(`${client}/care`);
    await sees(page, "Mara Okoth");
    await send(page, /^End.*Mara Okoth/);
    assert.ok(!(await page.locator("main").innerText()).includes("Mara Okoth"));
  });

  story("the guardian then sees nobody, and is told so calmly", async ({ page, context }) => {
    await context.addCookies(cookies);
    await page.goto("/guardian");
    await sees(page, "There is nothing for you here now");
    assert.ok(!(await page.content()).includes("Nia"));
    await soundOnEveryScreen(page);
  });
});
