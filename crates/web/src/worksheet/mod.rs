//! Worksheets on the screen: one drawing for every form defined as data, for staff and clients alike.
//!
//! [`form`] draws the fields, [`read`] what they say, [`words`] what is wrong or different in words. None of it knows
//! a particular worksheet.

pub mod form;
pub mod read;
pub mod words;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{form, read};
    use crate::locale::Words;
    use domain::worksheet::{FieldKind, Labels, ReferenceKind};

    /// Every worksheet with every one of its cases: what was typed is in the form again, under its own name.
    #[test]
    fn every_worksheet_is_drawn_with_all_that_was_typed() {
        let content = app::content::Content::embedded().unwrap();
        let mut labels = Labels::default();
        labels.add(ReferenceKind::Tie, "0190a5f2", "Rosa");
        for worksheet in content.worksheets() {
            for case in &worksheet.cases {
                let reading = worksheet.read_form(&case.form);
                let sheet = form::Sheet {
                    w: Words::english(),
                    worksheet,
                    body: &reading.body,
                    labels: &labels,
                    errors: &reading.errors,
                    conflicts: &[],
                    action: "/here",
                };
                let drawn = form::fields(&sheet).into_string();
                for (path, value) in worksheet.to_form(&reading.body) {
                    let measure =
                        worksheet.field(&path).is_some_and(|field| field.kind == FieldKind::Measure);
                    let shown = maud::html! { (value) }.into_string();
                    let named = drawn.contains(&format!("name=\"{path}\""));
                    assert!((measure || named) && drawn.contains(&shown), "{}: {path}", worksheet.id);
                }
                let errors = drawn.matches("-error\"").count();
                assert!(reading.errors.is_empty() || errors > 0, "{}: no mistake is shown", worksheet.id);
                let read = read::sheet(Words::english(), worksheet, &reading.body, &labels).into_string();
                assert!(read.contains("<dl"), "{}", worksheet.id);
            }
        }
    }
}
