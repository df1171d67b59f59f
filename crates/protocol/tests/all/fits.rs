//! Which treatment fits whom, and why.

use std::collections::BTreeSet;

use protocol::{
    Against, Evidence, Family, Grade, Inclusion, Indication, Intake, Mode, Protocol, Severity, Verdict,
    Weight, criteria, fit, ranked,
};

use crate::story::ipt16;

fn protocol(id: &str, grade: Grade) -> Protocol {
    let mut protocol = ipt16().clone();
    protocol.id = id.into();
    protocol.eligibility.age_from = Some(18);
    let evidence = |indication, grade| Evidence {
        indication,
        grade,
        says: "found so".to_owned(),
        sources: vec!["Somebody (2000)".to_owned()],
    };
    protocol.evidence =
        vec![evidence(Indication::Depression, grade), evidence(Indication::Anxiety, Grade::C)];
    protocol
}

/// A grown-up with depression of whom everything asked is known to speak for the treatment.
fn client(protocol: &Protocol) -> Intake {
    Intake {
        age: Some(34),
        indications: BTreeSet::from([Indication::Depression]),
        present: protocol.eligibility.inclusions.iter().map(|one| one.id.clone()).collect(),
        absent: protocol.eligibility.exclusions.iter().map(|one| one.id.clone()).collect(),
        mode: Some(Mode::Video),
        ..Intake::default()
    }
}

#[test]
fn what_nothing_speaks_against_fits_with_its_evidence() {
    let protocol = protocol("a", Grade::A);
    let client = client(&protocol);
    let found = fit(&protocol, &client);
    assert_eq!((found.verdict, found.against.len(), found.unanswered.len()), (Verdict::Fits, 0, 0));
    assert_eq!(found.studied.iter().map(|one| one.grade).collect::<Vec<_>>(), [Grade::A]);
    let asked = protocol.eligibility.exclusions.len() + protocol.eligibility.inclusions.len();
    assert_eq!(found.answered.len(), asked);
}

#[test]
fn what_nobody_asked_is_asked_first() {
    let protocol = protocol("a", Grade::A);
    let mut client = client(&protocol);
    client.absent.remove("psychosis");
    let found = fit(&protocol, &client);
    assert_eq!((found.verdict, found.unanswered), (Verdict::Ask, vec!["psychosis"]));
    client.age = None;
    client.absent.insert("psychosis".to_owned());
    let found = fit(&protocol, &client);
    assert_eq!((found.verdict, found.against), (Verdict::Ask, vec![Against::AgeUnknown]));
}

#[test]
fn the_weight_of_an_exclusion_decides_and_the_weightiest_stands_first() {
    let mut protocol = protocol("a", Grade::A);
    let weights =
        [("psychosis", Weight::ReferFirst), ("dementia", Weight::Exclude), ("bodily_cause", Weight::Adapt)];
    for one in &mut protocol.eligibility.exclusions {
        one.weight =
            weights.iter().find(|(id, _)| *id == one.id).map_or(Weight::Exclude, |(_, weight)| *weight);
    }
    let verdict_with = |ids: &[&str]| {
        let mut client = client(&protocol);
        for id in ids {
            client.absent.remove(*id);
            client.present.insert((*id).to_owned());
        }
        fit(&protocol, &client).verdict
    };
    assert_eq!(verdict_with(&["bodily_cause"]), Verdict::Fits, "adapted, not refused");
    assert_eq!(verdict_with(&["psychosis", "bodily_cause"]), Verdict::ReferFirst);
    assert_eq!(verdict_with(&["psychosis", "dementia"]), Verdict::NotThis);
    let mut client = client(&protocol);
    client.present.extend(["psychosis".to_owned(), "dementia".to_owned()]);
    let found = fit(&protocol, &client);
    let said: Vec<&str> = found
        .against
        .iter()
        .filter_map(|one| match one {
            Against::Excluded(exclusion) => Some(exclusion.id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(said, ["dementia", "psychosis"]);
}

#[test]
fn age_severity_inclusion_mode_family_and_evidence_each_say_why() {
    let mut protocol = protocol("a", Grade::N);
    protocol.eligibility.severity = vec![Severity {
        instrument: "phq-9".to_owned(),
        from: Some(10),
        to: Some(19),
        says: "studied in moderate depression".to_owned(),
        source: "a trial".to_owned(),
    }];
    protocol.eligibility.inclusions = vec![Inclusion {
        id: "medication".to_owned(),
        criterion: "Takes a mood stabiliser".to_owned(),
        source: "manual".to_owned(),
    }];
    protocol.delivery.modes = vec![Mode::InPerson];
    let mut client = client(&protocol);
    client.scores.insert("phq-9".to_owned(), 22.0);
    let found = fit(&protocol, &client);
    assert_eq!(found.verdict, Verdict::Fits, "these are told and left to the clinician");
    assert!(matches!(
        found.against[..],
        [Against::NotHelpful(_), Against::Severity { .. }, Against::Mode(Mode::Video)]
    ));

    client.present.clear();
    client.absent.insert("medication".to_owned());
    client.age = Some(17);
    client.indications = BTreeSet::from([Indication::Bulimia]);
    let found = fit(&protocol, &client);
    assert_eq!(found.verdict, Verdict::NotThis);
    let hard = found.against.iter().filter(|one| one.verdict() == Verdict::NotThis).count();
    assert_eq!(hard, 3, "{:?}", found.against);

    protocol.family = Family::Related;
    assert!(fit(&protocol, &client).against.contains(&Against::NotIpt));
}

#[test]
fn treatments_are_ranked_by_fit_then_evidence_then_name_and_nothing_else() {
    let (a, b, c) = (protocol("z", Grade::A), protocol("b", Grade::B), protocol("c", Grade::B));
    let mut other = protocol("a", Grade::A);
    other.eligibility.age_to = Some(20);
    let mut unstudied = protocol("0", Grade::A);
    unstudied.evidence.clear();
    let all = [&c, &other, &b, &unstudied, &a];
    let ids = |order: &[&Protocol]| -> Vec<String> {
        let fits = ranked(order.iter().copied(), &client(&a));
        fits.iter().map(|one| one.protocol.id.to_string()).collect()
    };
    assert_eq!(ids(&all), ["z", "b", "c", "0", "a"]);
    let mut turned = all;
    turned.reverse();
    assert_eq!(ids(&turned), ids(&all), "the order they come in does not count");
}

#[test]
fn one_list_of_questions_serves_all_protocols() {
    let (one, mut other) = (protocol("a", Grade::A), protocol("b", Grade::A));
    let source = "manual".to_owned();
    let inclusion =
        |id: &str| Inclusion { id: id.to_owned(), criterion: format!("{id} is so"), source: source.clone() };
    other.eligibility.inclusions = vec![inclusion("medication"), inclusion("dementia")];
    let asked: Vec<(&str, bool)> =
        criteria([&other, &one]).iter().map(|question| (question.id, question.speaks_against)).collect();
    let mut exclusions: Vec<&str> = one.eligibility.exclusions.iter().map(|one| one.id.as_str()).collect();
    exclusions.sort_unstable();
    let mut included: Vec<&str> = one.eligibility.inclusions.iter().map(|one| one.id.as_str()).collect();
    included.push("medication");
    included.sort_unstable();
    let for_it = included.into_iter().map(|id| (id, false));
    let expected: Vec<(&str, bool)> = exclusions.into_iter().map(|id| (id, true)).chain(for_it).collect();
    assert_eq!(asked, expected);
    assert_eq!(criteria([&one, &other]).len(), asked.len());
}
