//! Measures, rules, areas, steps, and what the file says about itself.

use std::collections::{BTreeSet, HashSet};

use super::Check;
use super::work::bounds;
use crate::model::{Phase, Shows};
use crate::parse::lint::Lint;
use crate::parse::reader::hint;

impl Check<'_, '_, '_> {
    pub(super) fn measures(&mut self) {
        let mut seen = HashSet::new();
        for (index, measure) in self.protocol.measures.iter().enumerate() {
            if !seen.insert(measure.instrument.as_str()) {
                let message = format!("the measure `{}` is named twice", measure.instrument);
                self.wrong(&format!("measures[{index}]"), Lint::DuplicateId, message);
            }
        }
        let deciding = self.protocol.outcome.instrument.as_str();
        self.measured("outcome.instrument", deciding);
        if self.protocol.outcome.response_drop_percent > 100 {
            let message = "a score cannot drop by more than 100 percent";
            self.wrong("outcome.response_drop_percent", Lint::BadFigure, message);
        }
    }

    fn measured(&mut self, field: &str, instrument: &str) {
        let known = self.protocol.measures.iter().map(|measure| measure.instrument.as_str());
        if !known.clone().any(|one| one == instrument) {
            let message = format!("`{instrument}` is not among the measures{}", hint(instrument, known));
            self.wrong(field, Lint::UnknownInstrument, message);
        }
    }

    pub(super) fn rules(&mut self) {
        for (index, rule) in self.protocol.rules.iter().enumerate() {
            let field = self.once("rules", index, &rule.id, "rules");
            self.criteria(&format!("{field}.when"), &rule.when);
            if rule.before_week.is_some_and(|before| before <= rule.from_week) {
                let message = "the rule stops counting before it begins";
                self.wrong(&format!("{field}.before_week"), Lint::NeverMet, message);
            }
            let Some(score) = &rule.score else { continue };
            self.measured(&format!("{field}.instrument"), &score.instrument);
            if let Shows::Drop { at_least: Some(least), below: Some(below), .. } = score.shows
                && below <= least
            {
                let message = format!("no drop is at least {least} and below {below}");
                self.wrong(&format!("{field}.drop_below"), Lint::NeverMet, message);
            }
        }
    }

    pub(super) fn areas(&mut self) {
        let mut seen = BTreeSet::new();
        for (index, area) in self.protocol.areas.iter().enumerate() {
            let word = area.area.as_str();
            let first = seen.insert(area.area);
            let field = if first { format!("areas.{word}") } else { format!("areas[{index}]") };
            if !first {
                let message = format!("the area `{word}` is described twice");
                self.wrong(&field, Lint::DuplicateId, message);
            }
            self.criteria(&format!("{field}.opens_when"), &area.opens_when);
            let ids = area.steps.iter().map(|step| step.id.as_str());
            self.all_once(&format!("{field}.steps"), ids, "steps");
            self.all_once(
                &format!("{field}.stages"),
                area.stages.iter().map(|stage| stage.id.as_str()),
                "stages",
            );
        }
        if seen.is_empty() {
            self.wrong("areas", Lint::MissingText, "a protocol needs at least one problem area");
        }
    }

    pub(super) fn steps(&mut self) {
        for (index, step) in self.protocol.steps.iter().enumerate() {
            let field = self.once("steps", index, step.id.as_str(), "steps");
            let (from, to, around) = bounds(self.protocol.phase(step.phase));
            if step.from < from && step.from != 0 {
                let message = format!("session {} lies outside {around}", step.from);
                self.wrong(&format!("{field}.from"), Lint::WindowBounds, message);
            }
            if step.to > to && step.to != u16::MAX {
                let message = format!("session {} lies outside {around}", step.to);
                self.wrong(&format!("{field}.to"), Lint::WindowBounds, message);
            }
        }
        for phase in Phase::ALL {
            if !self.protocol.steps.iter().any(|step| step.phase == *phase) {
                let message = format!("the {} phase has no steps", phase.as_str());
                self.wrong("steps", Lint::MissingText, message);
            }
        }
    }

    /// Whom it is for, how it is delivered, what a rater looks for.
    pub(super) fn about(&mut self) {
        let protocol = self.protocol;
        let fidelity = protocol.fidelity.iter().map(|item| item.id.as_str());
        self.all_once("fidelity", fidelity, "items");
        let exclusions = protocol.eligibility.exclusions.iter().map(|one| one.id.as_str());
        self.all_once("eligibility.exclusions", exclusions.clone(), "exclusions");
        let inclusions = protocol.eligibility.inclusions.iter().map(|one| one.id.as_str());
        self.all_once("eligibility.inclusions", inclusions.clone(), "inclusions");
        for (list, id) in
            exclusions.map(|id| ("exclusions", id)).chain(inclusions.map(|id| ("inclusions", id)))
        {
            self.snake_case(&format!("eligibility.{list}.{id}.id"), id);
        }
        let eligibility = &protocol.eligibility;
        if let (Some(from), Some(to)) = (eligibility.age_from, eligibility.age_to)
            && to < from
        {
            let message = format!("nobody is at least {from} and at most {to} years old");
            self.wrong("eligibility.age_to", Lint::BadFigure, message);
        }
        let delivery = &protocol.delivery;
        if let (Some(least), Some(most)) = (delivery.members_min, delivery.members_max)
            && most < least
        {
            let message = format!("no group has at least {least} and at most {most} members");
            self.wrong("delivery.members_max", Lint::BadFigure, message);
        }
    }

    pub(super) fn cases(&mut self) {
        for (index, case) in self.protocol.cases.iter().enumerate() {
            let field = format!("cases[{index}]");
            for (name, _) in case.facts.iter() {
                self.known_fact(&format!("{field}.facts.{name}"), name);
            }
            let expect = &case.expect;
            for (list, tasks) in
                [("due", &expect.due), ("overdue", &expect.overdue), ("not_due", &expect.not_due)]
            {
                for (place, task) in tasks.iter().enumerate() {
                    self.known_task(&format!("{field}.expect.{list}[{place}]"), task.as_str());
                }
            }
            let gates = case.gates_passed.iter().chain(expect.blocked.keys()).chain(&expect.ready);
            for gate in gates {
                if self.protocol.gate(gate.as_str()).is_none() {
                    self.wrong(&field, Lint::UnknownTask, format!("there is no gate `{gate}`"));
                }
            }
        }
    }
}
