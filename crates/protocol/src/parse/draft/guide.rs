//! Problem areas, steps, fidelity.

use super::super::lint::Lint;
use super::F;
use super::condition::criteria;
use crate::model::{Area, AreaConfidence, FidelityItem, Looks, Phase, Stage, Step};

pub(super) fn area(f: &mut F<'_, '_, '_>) -> Option<Area> {
    let area = f.word("area");
    let (title, explanation) = (f.text("title"), f.text("explanation"));
    let confidence = f.optional_word("confidence").unwrap_or(AreaConfidence::Usual);
    let (indicators, opens_when) = (f.texts("indicators"), criteria(f, "opens_when"));
    let (goals, progress, pitfalls) = (f.texts("goals"), f.texts("progress"), f.texts("pitfalls"));
    let homework = f.texts("homework");
    let stages = f.tables("stages", |f| Stage {
        id: f.text("id"),
        title: f.text("title"),
        explanation: f.text("explanation"),
    });
    let steps = f.tables("steps", strategy_step);
    if steps.is_empty() {
        f.wrong("steps", Lint::MissingText, "a problem area needs the steps of its strategy");
    }
    Some(Area {
        area: area?,
        title,
        explanation,
        confidence,
        indicators,
        opens_when,
        goals,
        progress,
        pitfalls,
        homework,
        stages,
        steps,
    })
}

fn strategy_step(f: &mut F<'_, '_, '_>) -> Step {
    Step {
        id: f.text("id").into(),
        title: f.text("title"),
        sample: f.text("sample"),
        why: f.text("why"),
        phase: Phase::Middle,
        from: 0,
        to: u16::MAX,
        areas: Vec::new(),
    }
}

pub(super) fn step(f: &mut F<'_, '_, '_>) -> Option<Step> {
    let phase = f.word("phase");
    // Left out, the window is the whole phase: wide bounds stand for it.
    let from = f.optional_number("from", 1).unwrap_or(0);
    let to = f.optional_number("to", 1).unwrap_or(u16::MAX);
    let areas = f.words_of("areas");
    let (id, title, sample, why) = (f.text("id"), f.text("title"), f.text("sample"), f.text("why"));
    Some(Step { id: id.into(), title, sample, why, phase: phase?, from, to, areas })
}

pub(super) fn fidelity(f: &mut F<'_, '_, '_>) -> Option<FidelityItem> {
    let (id, item) = (f.text("id"), f.text("item"));
    let phase = f.optional_word("phase");
    let looks = f.optional_word("looks").unwrap_or(Looks::Present);
    Some(FidelityItem { id, phase, item, looks })
}
