//! The note's form as it arrives: fields by name, and the buttons that add or remove a row.

use crate::kernel::form::Form;
use app::notes::{LinkForm, NoteForm, StepForm, TechniqueForm};
use std::collections::BTreeMap;

/// Reads the fields. Nothing is checked here; what is not a field of the note is passed over.
pub fn note_of(form: &Form) -> NoteForm {
    let text = |name: &str| form.text(name).to_owned();
    let mut steps: Vec<StepForm> = Vec::new();
    let mut links: BTreeMap<usize, LinkForm> = BTreeMap::new();
    let mut techniques: Vec<TechniqueForm> = Vec::new();
    for (name, value) in &form.pairs {
        let mut parts = name.splitn(3, '.');
        let (Some(kind), Some(which), Some(part)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        match kind {
            "steps" => step_part(&mut steps, which, part, value),
            "links" => {
                if let Ok(index) = which.parse() {
                    link_part(links.entry(index).or_default(), part, value);
                }
            }
            "techniques" => technique_part(&mut techniques, which, part, value),
            _ => {}
        }
    }
    // A technique counts when its box is ticked; what was typed under an unticked one goes with the tick.
    techniques.retain(|one| form.has(&format!("techniques.{}.use", one.kind)));
    NoteForm {
        mode: text("mode"),
        place: text("place"),
        emergency_contact: text("emergency_contact"),
        attended: text("attended"),
        agenda: text("agenda"),
        steps,
        links: links.into_values().collect(),
        techniques,
        narrative: text("narrative"),
        risk_level: text("risk_level"),
        risk_note: text("risk_note"),
        sessions_left_said: form.has("sessions_left_said"),
        ending_discussed: form.has("ending_discussed"),
        client_wishes_to_end: form.has("client_wishes_to_end"),
    }
}

/// Adds or removes a row, as the pressed button says (`add:links`, `remove:links.2`).
pub fn edited(mut note: NoteForm, edit: &str) -> NoteForm {
    if edit == "add:links" {
        note.links.push(LinkForm::default());
    } else if let Some(index) = edit.strip_prefix("remove:links.").and_then(|index| index.parse().ok())
        && index < note.links.len()
    {
        let _: LinkForm = note.links.remove(index);
    }
    note
}

/// Everything that was typed, as one text: nothing is lost when the note was locked meanwhile.
pub fn all_text(note: &NoteForm) -> String {
    let links = note.links.iter().flat_map(|link| [&link.event, &link.feelings]);
    let techniques = note.techniques.iter().flat_map(|one| [&one.what_happened, &one.outcome]);
    let alone = [&note.agenda].into_iter();
    let last = [&note.narrative, &note.risk_note].into_iter();
    let texts = alone.chain(links).chain(techniques).chain(last).map(|text| text.trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn step_part(steps: &mut Vec<StepForm>, id: &str, part: &str, value: &str) {
    let at = steps.iter().position(|step| step.step == id).unwrap_or_else(|| {
        steps.push(StepForm { step: id.to_owned(), ..StepForm::default() });
        steps.len() - 1
    });
    let Some(step) = steps.get_mut(at) else { return };
    match part {
        "mark" => value.clone_into(&mut step.mark),
        "reason" => value.clone_into(&mut step.reason),
        _ => {}
    }
}

fn link_part(link: &mut LinkForm, part: &str, value: &str) {
    match part {
        "mood" => value.clone_into(&mut link.mood),
        "event" => value.clone_into(&mut link.event),
        "tie" => value.clone_into(&mut link.tie),
        "life_event" => value.clone_into(&mut link.life_event),
        "feelings" => value.clone_into(&mut link.feelings),
        "direction" => value.clone_into(&mut link.direction),
        _ => {}
    }
}

fn technique_part(techniques: &mut Vec<TechniqueForm>, kind: &str, part: &str, value: &str) {
    let at = techniques.iter().position(|one| one.kind == kind).unwrap_or_else(|| {
        techniques.push(TechniqueForm { kind: kind.to_owned(), ..TechniqueForm::default() });
        techniques.len() - 1
    });
    let Some(technique) = techniques.get_mut(at) else { return };
    match part {
        "tie" => value.clone_into(&mut technique.tie),
        "what_happened" => value.clone_into(&mut technique.what_happened),
        "outcome" => value.clone_into(&mut technique.outcome),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form { pairs: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    #[test]
    fn rows_come_in_their_order_and_only_ticked_techniques_count() {
        let note = note_of(&form(&[
            ("links.1.event", "second"),
            ("links.0.event", "first"),
            ("links.x.event", "nowhere"),
            ("steps.M-6-grief.mark", "done"),
            ("techniques.role_play.use", "1"),
            ("techniques.role_play.outcome", "surer"),
            ("techniques.affect.outcome", "not ticked"),
            ("ending_discussed", "1"),
        ]));
        assert_eq!(
            note.links.iter().map(|link| link.event.as_str()).collect::<Vec<_>>(),
            ["first", "second"]
        );
        assert_eq!((note.steps[0].step.as_str(), note.steps[0].mark.as_str()), ("M-6-grief", "done"));
        assert_eq!(note.techniques.len(), 1);
        assert!(note.ending_discussed && !note.sessions_left_said);
        assert_eq!(all_text(&note), "first\n\nsecond\n\nsurer");
    }

    #[test]
    fn a_button_adds_a_row_or_takes_one_away_and_nonsense_does_neither() {
        let note = note_of(&form(&[("links.0.event", "first"), ("links.1.event", "second")]));
        assert_eq!(edited(note.clone(), "add:links").links.len(), 3);
        assert_eq!(edited(note.clone(), "remove:links.0").links[0].event, "second");
        for nonsense in ["remove:links.9", "remove:links.-1", "drop:links", ""] {
            assert_eq!(edited(note.clone(), nonsense), note);
        }
    }
}
