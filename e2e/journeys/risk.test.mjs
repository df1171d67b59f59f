// A risk item above zero, from the client's phone to the signed note.

import assert from "node:assert/strict";
import { axe, noSidewaysScroll } from "../lib/checks.mjs";
import { answerOneByOne, day, fill, sees, send, unfold } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";
import { phq9, register, therapist } from "../lib/therapist.mjs";

journey("risk", ({ story }) => {
  let chart;
  let address;

  story("an open session, and a link for the client's phone", { as: "therapist" }, async ({ page }) => {
    chart = await register(page, { "Name": "Ines Duarte" });
    const at = therapist(page, chart);
    await at.openSession(1);
    await at.go("measures");
    await unfold(page, "Let the client answer by a link");
    await fill(page, { "PHQ-9": true, "GAD-7": false });
    await send(page, "Make a link", { status: 200 });
    address = await page.getByLabel("Link", { exact: true }).inputValue();
  });

  story("on the phone: help first, calm, and no verdict", { viewport: { width: 360, height: 740 }, hasTouch: true }, async ({ page }) => {
    await page.goto(address);
    await answerOneByOne(page, phq9(16, 1));
    await send(page, "Send", { status: 200 });
    await sees(page, "Thank you for telling us");
    const text = await page.locator("main").innerText();
    assert.ok(text.indexOf("Help now") < text.indexOf("out of 27 points"), "help stands before the sum");
    assert.match(text, /call your local emergency number/);
    assert.match(text, /Nobody reads these pages round the clock/);
    await noSidewaysScroll(page);
    await axe(page);
  });

  story("the therapist sees it first thing, and cannot sign past it", { as: "therapist" }, async ({ page, open, watched }) => {
    await open("/clients");
    const today = page.locator("section", { has: page.getByRole("heading", { name: /^Act today/ }) });
    await sees(today, "Ines Duarte");
    await sees(today, /A risk question was answered above zero/);
    await axe(page);

    await open(`${chart}/sessions/1`);
    await sees(page, "A risk answer waits for you");
    await fill(page, { "Level today": "Low", "Role play": true });
    await fill(page.locator("[data-rows=links] .row").first(), { "Mood, 0 to 10": "3", "What happened": "A quarrel at breakfast" });
    await send(page, "Save and sign …");
    await sees(page, "The note can be signed once you have written down what you found.");
    assert.equal(await page.getByRole("button", { name: "Sign and lock" }).count(), 0, "there is nothing to press");
    // Nobody gets past it by knowing the address either.
    watched.allow(/409|422/);
    const version = await versionOf(page, chart);
    const answer = await page.request.post(`${chart}/sessions/1/sign`, {
      form: { version, reason: "no_time" },
      headers: { Origin: new URL(page.url()).origin, "Sec-Fetch-Site": "same-origin" },
    });
    assert.ok([409, 422].includes(answer.status()), `signing past an open risk gives ${answer.status()}`);
    assert.match(await answer.text(), /risk answer waits/);
  });

  story("what was found is written down; then the note is signed", { as: "therapist" }, async ({ page, open, watched }) => {
    watched.allow(/422/);
    await open(`${chart}/risks`);
    await sees(page, "Waits for somebody to look");
    await axe(page);
    await send(page, "Keep and close", { status: 422 });
    await fill(page, {
      "Level, as you judge it today": "Low",
      "What was found": "Passing thoughts, no method, no plan",
      "What was done": "Talked it through; she keeps the practice's number at hand",
      "Look again on": day(7),
    });
    await send(page, "Keep and close");
    await open(`${chart}/risks`);
    await sees(page, "Passing thoughts, no method, no plan");
    await open(`${chart}/sessions/1/sign`);
    const why = page.getByRole("group", { name: "Why" });
    if (await why.count()) await fill(page, { "Why": "It did not fit this session" });
    await send(page, "Sign and lock");
    await open("/clients");
    const today = page.locator("section", { has: page.getByRole("heading", { name: /^Act today/ }) });
    assert.equal(await today.getByText("Ines Duarte").count(), 0, "nothing of hers waits any more");
  });
});

async function versionOf(page, chart) {
  const text = await (await page.request.get(`${chart}/sessions/1`)).text();
  return /name="version" value="(\d+)"/.exec(text)?.[1] ?? /value="(\d+)" name="version"/.exec(text)?.[1];
}
