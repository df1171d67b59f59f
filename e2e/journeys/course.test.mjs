// A whole course of twelve sessions, driven on screen: from a new client to the finished summary.

import assert from "node:assert/strict";
import { axe, noSidewaysScroll } from "../lib/checks.mjs";
import { answerOneByOne, day, fill, sees, send, unfold } from "../lib/forms.mjs";
import { journey } from "../lib/journey.mjs";
import { gad7, phq9, register, therapist } from "../lib/therapist.mjs";

const FIRST_WORDS = "I lost my shop and with it my town. I want my town back.";
const SIGN = "Waking at four with a heavy chest";
/** The course began eleven weeks ago, so that its twelfth session is today. */
const heldOn = (session) => day(7 * (session - 12));
const PHQ = [19, 18, 17, 16, 14, 13, 11, 10, 8, 7, 5, 4];
const GAD = [14, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];

journey("course", ({ story }) => {
  let chart;

  story("a new client, a course, and the question whether it fits", { as: "therapist" }, async ({ page, open }) => {
    const rosa = { "Name": "Rosalind Okello", "Likes to be called": "Rosa", "Date of birth": "1971-05-03", "Phone": "+256 700 000 000" };
    chart = await register(page, rosa, heldOn(1));
    await open(`${chart}/plans`);
    await axe(page);
  });

  story("the first phase: scores, diagnosis, medicine, rest, timeline, people", { as: "therapist" }, async ({ page }) => {
    const at = therapist(page, chart, heldOn);
    await at.openSession(1);
    await at.score(1, PHQ[0], GAD[0]);
    await at.sheet("diagnosis", {
      "Named by": "ICD-11", "Code": "6A70.1", "Name, or the symptom to treat": "Single episode depressive disorder, moderate",
      "How certain": "Confirmed", "Assessed by": "Psychologist", "Scale that will show change": "PHQ-9", "Told to the client on": heldOn(1),
    });
    await at.sheet("medication_decision", { "What the client would like": "To try without at first", "Decided": "No medicine for now", "Reason": "Her own wish; looked at again at half time" });
    await at.sheet("sick_role", {
      "Duties to put down or make smaller for now 1": { "Duty": "The choir's accounts" },
      "Duties to keep 1": { "Duty": "Sunday lunch with the children" },
      "Session in which we look at this again": "4",
      "We have talked about this. I know it is an illness, and I am willing to work on getting better.": true,
    });
    await at.signNote(1);

    await at.openSession(2);
    await at.score(2, PHQ[1], GAD[1]);
    await at.go("timeline");
    await fill(page, { "The symptoms began": { "Year": day(-200).slice(0, 4), "Month or season": month(-200) } });
    await send(page, "Save the onset");
    const event = page.locator("form", { has: page.getByRole("button", { name: "Add an event" }) });
    await fill(event, { "What happened": "The shop was closed", "Kind": "work", "When": { "Year": day(-215).slice(0, 4), "Month or season": month(-215) } });
    await send(page, "Add an event");
    await sees(page, "The shop was closed");
    await axe(page);

    await at.go("inventory");
    await fill(page, { "Names, one on each line": "Anna\nBen" });
    await send(page, "Add");
    for (const [name, ring] of [["Anna", "Inner ring"], ["Ben", "Middle ring"]]) {
      await page.getByRole("link", { name, exact: true }).click();
      await fill(page, {
        "Is to the client": "child", "Still there?": "alive", "Closeness now": ring,
        "What the client expects of them": `That ${name} rings on Sundays`, "What they expect of the client": "To be as she was",
        "Since the symptoms began": "worse",
      });
      await send(page, "Save");
      await at.go("inventory");
    }
    await axe(page);
    await at.homework("Ring Anna on Sunday and say how the week was");
    await at.signNote(2);
  });

  story("one focus, a shared account, an agreement, and the first gate", { as: "therapist" }, async ({ page }) => {
    const at = therapist(page, chart, heldOn);
    await at.openSession(3);
    await at.score(3, PHQ[2], GAD[2]);
    await at.review("done");
    await at.go("focus");
    await fill(page, { "Worked on": "Role transitions", "Who agrees": "client and therapist", "Why this one": "The shop was her place in town" });
    await send(page, "Save the choice");
    await at.sheet("formulation", {
      "The illness, in short": "No sleep, no joy, since the autumn", "What was going on with people when it began": "The shop closed; the days have no shape",
      "Problem area": "Transition: life has changed from one role to another", "How the area and the illness feed each other": "Without the shop nobody calls, so she stays in, so nobody calls",
      "What keeps it going": "Turns invitations down, then feels forgotten", "Strengths and people who support": "A daughter nearby; thirty years of knowing everybody",
      "What the work is for": "A week with people in it", "How you would tell it to a friend": FIRST_WORDS,
      "Yes, this fits. I want to work on it.": true, "Agreed on": heldOn(3),
    });
    await at.sheet("contract", {
      "How often": "Every week", "Length of a session in minutes": "50", "How we meet": ["In the same room"], "The crisis to solve": "Days without anybody",
      "What will be better in life": "People in the week", "What will be better in how you feel": "Sleep and some joy",
      "Goals 1": { "Goal": "See somebody three days a week", "How we will see it": "Days counted in the calendar", "Now": "one" },
      "What your therapist does": "Keeps the thread and the time", "What you do": "Comes, and tries things", "We agree on something to try between sessions": "Yes",
      "What stays between us, and when it cannot": "Everything but danger", "The client is under age": "No", "If one of us cannot come": "Ring the day before",
      "If it gets too much between sessions": "Ring Anna, then the practice", "I agree (client)": true, "On [1]": heldOn(3), "I agree (therapist)": true, "On [2]": heldOn(3),
    });
    await at.homework("Ask Ben for one walk");
    await at.signNote(3);
    await at.pass("G1");
    // The page before the session says what the next gate waits for.
    await page.getByRole("link", { name: "Rosa", exact: true }).first().click();
    await sees(page, "the ending has been talked about at least once");
  });

  story("the middle: mood and event, a technique, a step, every week", { as: "therapist" }, async ({ page }) => {
    const at = therapist(page, chart, heldOn);
    for (const session of [4, 5, 6, 7, 8, 9]) {
      await at.openSession(session);
      await at.score(session, PHQ[session - 1], GAD[session - 1]);
      await at.review("done in part");
      if (session === 4) await at.strategy();
      if (session === 6) await at.sheet("mid_review", {
        "Taken together": "Somewhat better", "What helps": "Trying the talk here first", "What gets in the way": "Nights", "How well we work together": "8",
        "The problem area we chose": "Still fits", "We decide to": "Go on as before", "Why": "The mood moves with the visits",
      });
      if (session === 4 || session === 8) await at.sheet("progress_check", { "On the whole": "On track" });
      await at.homework(`Walk with Ben, week ${session}`);
      await at.signNote(session, { ending: session === 9 });
    }
    await at.pass("G2");
  });

  story("the ending: feelings, then and now, skills, a plan for bad days", { as: "therapist" }, async ({ page, stage }) => {
    const at = therapist(page, chart, heldOn);
    for (const session of [10, 11]) {
      await at.openSession(session);
      await at.score(session, PHQ[session - 1], GAD[session - 1]);
      await at.review("done");
      if (session === 10) await at.sheet("ending_talk", { "What it is like that this comes to an end": "Sad and a little proud", "Words that fit": ["Sad", "Proud"], "How to tell sadness at parting from the illness": "It comes and goes with the thought of it" });
      await at.homework(`Ask somebody new for coffee, week ${session}`);
      await at.signNote(session, { ending: true });
    }
    await at.openSession(12);
    await answerByLink(at, stage);
    await at.review("done");
    await at.sheet("progress_review", {
      "Compared with the start": "Well again", "How far that has come [1]": "8", "How it stands now": "Somebody most days", "How far that has come [2]": "8",
      "Goals then and now 1": { "Now": "four", "How far reached": "9" },
    });
    await at.sheet("skills", { "Skills and what they changed 1": { "What I do now": "Ring first", "What got better": "Fewer empty days" } });
    await at.sheet("relapse_plan", {
      "Early warning signs 1": { "Sign": SIGN }, "Steps, from the first sign to a bad day 1": { "When": "First signs", "What I do": "Tell Anna the same day" },
      "People to call 1": { "Or somebody else": "The practice", "Number": "+256 700 111 111" },
      "When to make an appointment again, and how": "After one week of such mornings", "What I do at once": "Ring the emergency number",
    });
    await at.sheet("disposition", { "What this treatment did": "Well again", "Decided": "Finish here", "Why": "The aim is reached", "We ask how you are on": day(60), "How to come back": "One call" });
    await at.signNote(12, { ending: true });
    await at.pass("G3");
  });

  story("the course ends, and its summary says what it was", { as: "therapist" }, async ({ page, open }) => {
    await open(`${chart}/end`);
    await unfold(page, "End the course as completed");
    await send(page, "End the course now");
    await open(`${chart}/summary`);
    const text = await page.locator("main").innerText();
    for (const said of [/\b19\b/, /\b4\b/, FIRST_WORDS, SIGN, "See somebody three days a week", "12 held of 12 planned"]) {
      assert.ok(said instanceof RegExp ? said.test(text) : text.includes(said), `the summary says ${said}`);
    }
    await axe(page);
    await page.emulateMedia({ media: "print" });
    const printed = (await page.pdf({ format: "A4" })).toString("latin1");
    assert.match(printed, /^%PDF/);
    assert.ok((printed.match(/\/Type\s*\/Page\b/g) ?? []).length >= 1, "the summary prints on paper");
  });
});

function month(offset) {
  return new Date(day(offset)).toLocaleString("en", { month: "short", timeZone: "UTC" });
}

/** The client answers the closing measures on a phone, through a link that opens nothing else. */
async function answerByLink(at, stage) {
  const { page, go } = at;
  await go("measures");
  await unfold(page, "Let the client answer by a link");
  await fill(page, { "Which questions": ["PHQ-9", "GAD-7"] });
  await send(page, "Make a link", { status: 200 });
  const address = await page.getByLabel("Link", { exact: true }).inputValue();
  const context = await stage.context({ viewport: { width: 360, height: 740 }, hasTouch: true });
  try {
    const phone = await context.newPage();
    await phone.goto(address);
    await noSidewaysScroll(phone);
    await axe(phone);
    await answerOneByOne(phone, phq9(PHQ[11]));
    await send(phone, "Send", { status: 200 });
    await sees(phone, "4 out of 27 points.");
    await phone.getByRole("link", { name: "Go on to the next list" }).click();
    await answerOneByOne(phone, gad7(GAD[11]));
    await send(phone, "Send", { status: 200 });
    await axe(phone);
    await phone.goto(address);
    await sees(phone, "Already sent");
  } finally {
    await context.close();
  }
}
