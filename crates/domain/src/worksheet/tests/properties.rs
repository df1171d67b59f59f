//! What holds for any form, from any browser or any attacker.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::*;
use super::files::worksheets;
use super::visit;

static WORKSHEETS: LazyLock<Vec<Worksheet>> = LazyLock::new(|| {
    let mut all = worksheets();
    all.push(visit());
    all
});

/// Names the worksheet knows, with row numbers near and far, and names it does not.
fn name(worksheet: &Worksheet) -> BoxedStrategy<String> {
    let mut known: Vec<String> = Vec::new();
    for field in &worksheet.fields {
        known.push(field.id.clone());
        for column in field.columns() {
            known.extend(
                ["0", "1", "2", "77", "999999", "x", ""]
                    .map(|row| format!("{}.{row}.{}", field.id, column.id)),
            );
        }
    }
    prop_oneof![8 => proptest::sample::select(known), 1 => Just("edit".to_owned()), 1 => ".{0,12}"].boxed()
}

fn value(worksheet: &Worksheet) -> BoxedStrategy<String> {
    let mut usual: Vec<String> = [
        "",
        " ",
        "yes",
        "no",
        "on",
        "7",
        "-1",
        "0.5",
        "2026-03-02",
        "2026-02-30",
        "0190a5f2-1",
        "a\r\nb\rc\n",
    ]
    .map(str::to_owned)
    .to_vec();
    for field in &worksheet.fields {
        usual.extend([format!("add:{}", field.id), format!("remove:{}.0", field.id)]);
        let columns = field.columns().iter().flat_map(Field::options);
        usual.extend(field.options().iter().chain(columns).map(|option| option.value.clone()));
    }
    prop_oneof![3 => proptest::sample::select(usual), 1 => any::<String>()].boxed()
}

fn sent() -> impl Strategy<Value = (&'static Worksheet, Vec<(String, String)>)> {
    (0..WORKSHEETS.len()).prop_flat_map(|index| {
        let worksheet = &WORKSHEETS[index];
        (Just(worksheet), proptest::collection::vec((name(worksheet), value(worksheet)), 0..40))
    })
}

fn without_buttons(pairs: &[(String, String)]) -> Vec<(String, String)> {
    pairs.iter().filter(|(name, _)| name != "edit").cloned().collect()
}

/// Forms of the small worksheet whose texts tell where they come from.
fn small(tag: &'static str) -> impl Strategy<Value = Body> {
    let text = prop_oneof![Just("same".to_owned()), (0..3_u8).prop_map(move |n| format!("{tag}{n}"))];
    let names = vec!["note", "secret", "gifts.0.gift", "gifts.1.gift", "gifts.2.gift"];
    let pairs = (proptest::sample::select(names), text).prop_map(|(name, text)| (name.to_owned(), text));
    proptest::collection::vec(pairs, 0..6).prop_map(|pairs| visit().read_form(&pairs).body)
}

fn said(body: &Body) -> Vec<String> {
    visit().to_form(body).into_iter().map(|(_, text)| text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_form_can_be_read_checked_shown_and_counted((worksheet, pairs) in sent()) {
        let reading = worksheet.read_form(&pairs);
        let labels = Labels::default();
        worksheet.completeness(&reading.body);
        worksheet.facts(&reading.body);
        worksheet.display(&reading.body, &labels);
        prop_assert_eq!(worksheet.compare(&reading.body, &reading.body, &labels), vec![]);
        for (_, text) in worksheet.to_form(&reading.body) {
            prop_assert!(!text.chars().any(|char| char.is_control() && char != '\n'));
        }
    }

    #[test]
    fn a_body_survives_the_form_and_the_store((worksheet, pairs) in sent()) {
        let body = worksheet.read_form(&without_buttons(&pairs)).body;
        let again = worksheet.read_form(&worksheet.to_form(&body)).body;
        prop_assert_eq!(&again, &body);
        let stored: Body = serde_json::from_str(&serde_json::to_string(&body).unwrap()).unwrap();
        prop_assert_eq!(stored, body);
    }

    #[test]
    fn a_complete_form_has_no_mistakes((worksheet, pairs) in sent()) {
        let reading = worksheet.read_form(&without_buttons(&pairs));
        if worksheet.completeness(&reading.body).is_empty() {
            prop_assert_eq!(worksheet.check(&reading.body), vec![]);
        }
    }

    #[test]
    fn nobody_else_changed_anything((worksheet, old) in sent(), new in proptest::collection::vec(".{0,3}", 0..4)) {
        let base = worksheet.read_form(&without_buttons(&old)).body;
        let fields = worksheet.fields.iter().map(|field| field.id.clone());
        let mut pairs = worksheet.to_form(&base);
        pairs.extend(fields.zip(new));
        let mine = worksheet.read_form(&pairs).body;
        let merged = worksheet.merge(&base, &mine, &base, &Labels::default());
        prop_assert_eq!(merged, Merged { body: mine, conflicts: vec![] });
    }

    #[test]
    fn two_tabs_never_lose_a_text(base in small("base"), mine in small("mine"), theirs in small("theirs")) {
        let merged = visit().merge(&base, &mine, &theirs, &Labels::default());
        let kept = said(&merged.body);
        let asked = format!("{:?}", merged.conflicts);
        for text in said(&mine) {
            prop_assert!(kept.contains(&text) || said(&base).contains(&text), "mine {text} is gone");
        }
        for text in said(&theirs) {
            let safe = kept.contains(&text) || asked.contains(&text) || said(&base).contains(&text);
            prop_assert!(safe, "theirs {text} is gone");
        }
    }

    #[test]
    fn any_file_is_read_or_refused(source in "(id = |\\[\\[field\\]\\]\n|kind = \"rows\"\n|[a-z\"=\\[\\]{}.,0-9\n ]|\\PC){0,60}") {
        if let Err(errors) = Worksheet::parse(&source) {
            prop_assert!(errors.iter().all(|error| error.line >= 1 && error.column >= 1));
        }
    }
}
