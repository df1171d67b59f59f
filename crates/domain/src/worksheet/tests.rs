//! Stories on the public face of worksheets; the files in `content/worksheets` bring cases of their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod files;
mod properties;
mod versions;

use super::*;

/// A small worksheet that has a bit of everything.
const VISIT: &str = r#"
id = "visit"
format = 1
language = "en"
title = "A visit"
why = "To try things on."
shown_to = "client"
source = [{ author = "Somebody", year = 2020, note = "nothing" }]

[[field]]
id = "on"
kind = "date"
label = "Day"
required = true
prefill = "today"

[[field]]
id = "mood"
kind = "scale"
label = "Mood"
min_label = "low"
max_label = "high"

[[field]]
id = "weight"
kind = "number"
label = "Weight"
min = 0.5
max = 3
step = 0.1

[[field]]
id = "note"
kind = "text"
label = "Note"
chars_max = 20

[[field]]
id = "liked"
kind = "yes_no"
label = "Liked"

[[field]]
id = "secret"
kind = "line"
label = "For staff"
staff_only = true

[[field]]
id = "who"
kind = "tie"
many = true
label = "Who came"

[[field]]
id = "phq"
kind = "measure"
label = "PHQ-9"
prefill = "measure.phq-9.latest"

[[field]]
id = "gifts"
kind = "rows"
label = "Gifts"
rows_max = 3
prefill = "contract.goals"

  [[field.column]]
  id = "gift"
  kind = "line"
  label = "Gift"
  required = true
  prefill = "text"

  [[field.column]]
  id = "kept"
  kind = "yes_no"
  label = "Kept"

[[fact]]
name = "dated"
filled = ["on"]

[[fact]]
name = "secret"
text = "secret"

[[fact]]
name = "kept"
equals = { field = "liked", is = ["yes"] }

[[fact]]
name = "undecided"
count = "gifts"
with = ["gift"]
without = ["kept"]

[[case]]
name = "a day is enough"
form = [["on", "2026-03-02"]]
missing = []
facts = { dated = true }
"#;

fn visit() -> Worksheet {
    Worksheet::parse(VISIT).unwrap()
}

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn body(pairs: &[(&str, &str)]) -> Body {
    visit().read_form(&form(pairs)).body
}

fn errors(reading: &FormReading) -> String {
    reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_wrong_is_kept_as_typed_and_said() {
    let sent = form(&[
        ("on", "3 March"),
        ("mood", "11"),
        ("weight", "0.55"),
        ("note", "longer than twenty characters"),
        ("who", "a/b"),
        ("gifts.0.gift", "tea\u{0}pot"),
        ("gifts.0.kept", "maybe"),
        ("unknown", "passed over"),
    ]);
    let reading = visit().read_form(&sent);
    insta::assert_snapshot!(errors(&reading), @r"
    gifts.0.gift: held characters that cannot be shown; they were taken out
    on: is not a date such as 2026-03-02
    mood: is more than 10
    weight: is not a multiple of 0.1
    note: has 29 characters, 20 fit
    who: does not name a record
    gifts.0.kept: is not one of the options
    ");
    assert_eq!(reading.body.text("on"), Some("3 March"));
    assert_eq!(reading.body.rows("gifts")[0].text("gift"), Some("teapot"));
    assert!(reading.allows_draft(), "all of this may wait in a draft");
}

#[test]
fn numbers_and_dates_are_read_strictly() {
    let wrong = |field: &str, value: &str| errors(&visit().read_form(&form(&[(field, value)])));
    for good in ["0.5", "1.1", "2.9", "3", " 3.0 "] {
        assert_eq!(wrong("weight", good), "", "{good}");
    }
    for bad in ["1e0", "inf", "NaN", "1,5", "--1", "0x1", "1111111111111111111"] {
        assert_eq!(wrong("weight", bad), "weight: is not a number", "{bad}");
    }
    for bad in ["2026-02-30", "0026-01-01", "20260101", "2026-1-1", "2026-01-01T00:00", "-026-01-01"] {
        assert_eq!(wrong("on", bad), "on: is not a date such as 2026-03-02", "{bad}");
    }
    assert_eq!(wrong("on", "2024-02-29"), "");
    assert_eq!(wrong("mood", "5.5"), "mood: is not a whole number");
}

#[test]
fn limits_of_the_store_cannot_wait_in_a_draft() {
    let long = "x".repeat(TEXT_CHARS_MAX + 1);
    assert!(!visit().read_form(&form(&[("note", &long)])).allows_draft());
    let rows: Vec<(String, String)> =
        (0..=ROWS_MAX).map(|row| (format!("gifts.{row}.gift"), "pen".to_owned())).collect();
    let reading = visit().read_form(&rows);
    assert!(!reading.allows_draft());
    assert_eq!(reading.body.rows("gifts").len(), ROWS_MAX + 1, "even so nothing typed is thrown away");
}

#[test]
fn the_protocol_learns_what_the_file_declares() {
    let nothing = visit().facts(&Body::default());
    assert_eq!(
        nothing,
        protocol::Facts::new()
            .with("visit.dated", false)
            .with("visit.kept", false)
            .with("visit.undecided", 0)
    );
    let filled = body(&[
        ("on", "2026-03-02"),
        ("liked", "yes"),
        ("secret", "uncle"),
        ("gifts.0.gift", "pen"),
        ("gifts.1.gift", "cup"),
        ("gifts.1.kept", "no"),
        ("gifts.2.kept", "yes"),
    ]);
    let facts = visit().facts(&filled);
    assert!(facts.flag("visit.dated") && facts.flag("visit.kept"));
    assert_eq!((facts.text("visit.secret"), facts.count("visit.undecided")), (Some("uncle"), 1));
    assert!(!visit().facts(&body(&[("on", "soon")])).flag("visit.dated"), "an invalid day is no day");
}

#[test]
fn rows_come_and_go_by_button() {
    let sent =
        [("gifts.0.gift", "pen"), ("gifts.1.gift", ""), ("gifts.2.gift", "cup"), ("edit", "remove:gifts.0")];
    let reading = visit().read_form(&form(&sent));
    assert_eq!(reading.edit, Some(RowEdit::Remove { rows: "gifts".into(), index: 0 }));
    assert_eq!(reading.body, body(&[("gifts.0.gift", "cup")]));

    let reading = visit().read_form(&form(&[("gifts.0.gift", "pen"), ("edit", "add:gifts")]));
    assert_eq!(reading.edit, Some(RowEdit::Add { rows: "gifts".into() }));
    assert_eq!(reading.body.rows("gifts").len(), 2);
    assert!(reading.body.rows("gifts")[1].is_blank());
    let full =
        form(&[("gifts.0.gift", "a"), ("gifts.1.gift", "b"), ("gifts.2.gift", "c"), ("edit", "add:gifts")]);
    assert_eq!(visit().read_form(&full).body.rows("gifts").len(), 3, "a full group stays as it is");

    for nonsense in ["add:on", "remove:gifts", "remove:gifts.x", "remove:note.1", "explode:gifts", ""] {
        assert_eq!(visit().read_form(&form(&[("edit", nonsense)])).edit, None, "{nonsense}");
    }
}

#[test]
fn the_client_never_meets_what_is_for_staff() {
    let filled = body(&[("on", "2026-03-02"), ("secret", "watch the uncle")]);
    let seen = visit().for_client().unwrap();
    assert!(!format!("{:?}", seen.display(&filled, &Labels::default())).contains("uncle"));
    let sent = form(&[("secret", "overwritten")]);
    let typed = seen.read_form(&sent).body;
    assert!(typed.is_empty(), "nor can they write it");
    assert_eq!(
        visit().keep_staff_fields(typed, &filled).text("secret"),
        Some("watch the uncle"),
        "nor wipe it"
    );
    let staff = VISIT.replace("shown_to = \"client\"", "shown_to = \"staff\"");
    assert!(Worksheet::parse(&staff).unwrap().for_client().is_none());
}

#[test]
fn a_form_starts_from_what_is_known() {
    let mut prefill = Prefill::default();
    let goal = |text: &str| [("text".to_owned(), text.to_owned())].into_iter().collect();
    prefill.set_text("today", "2026-03-02").set_text("measure.phq-9.latest", "12");
    prefill.set("contract.goals", Prefilled::Rows(vec![goal("Lunch"), goal("Sleep")]));
    let blank = visit().blank(&prefill);
    assert_eq!(blank.date("on"), Some(jiff::civil::date(2026, 3, 2)));
    assert_eq!(blank.rows("gifts")[1].text("gift"), Some("Sleep"));
    assert!(visit().completeness(&blank).is_empty());

    let forged = body(&[("on", "2026-03-02"), ("phq", "0")]);
    assert_eq!(visit().refill_measures(forged.clone(), &blank, &prefill).number("phq"), Some(12.0));
    let unknown = Prefill::default();
    assert_eq!(visit().refill_measures(forged.clone(), &blank, &unknown).number("phq"), Some(12.0));
    assert_eq!(visit().refill_measures(forged, &Body::default(), &unknown).number("phq"), None);
}

#[test]
fn a_filled_form_is_shown_in_words() {
    let mut labels = Labels::default();
    labels.add(ReferenceKind::Tie, "t1", "Rosa");
    let filled = body(&[
        ("on", "2026-03-02"),
        ("mood", "7"),
        ("who", "t1"),
        ("who", "t2"),
        ("gifts.0.gift", "pen"),
        ("gifts.0.kept", "no"),
    ]);
    let shown = visit().display(&filled, &labels);
    let value = |field: &str| shown.iter().find(|one| one.field == field).unwrap().value.clone();
    assert_eq!(value("on"), ShownValue::Date(jiff::civil::date(2026, 3, 2)));
    assert_eq!(value("mood"), ShownValue::Text("7 / 10".into()));
    assert_eq!(value("note"), ShownValue::Nothing);
    assert_eq!(value("who"), ShownValue::List(vec!["Rosa".into(), "…".into()]));
    let ShownValue::Table { columns, rows } = value("gifts") else { panic!("gifts are a table") };
    assert_eq!(columns, ["Gift", "Kept"]);
    assert_eq!(rows, [[ShownValue::Text("pen".into()), ShownValue::Word(ShownWord::No)]]);
    let references = visit().references(&filled);
    assert_eq!(references[1], Reference { path: "who".into(), kind: ReferenceKind::Tie, id: "t2".into() });
}

#[test]
fn a_missing_answer_is_named_by_its_words() {
    let missing = visit().completeness(&body(&[("gifts.1.kept", "yes")]));
    let lines: Vec<_> =
        missing.iter().map(|one| format!("{}: {} {:?}", one.path, one.label, one.kind)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    on: Day Empty
    gifts.0.gift: Gifts, 1: Gift Empty
    ");
}
