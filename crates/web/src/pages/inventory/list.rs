//! The list of people, by ring, with what it suggests beside it.

use super::{Sort, words};
use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::{Draft, Sheet};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::ties::{Inventory, KeptTie};
use domain::fields::Coded;
use domain::text::folded;
use domain::tie::{Indicators, Ring, SMALL_NETWORK};

/// The whole page.
pub fn page(signed: &Signed, inventory: &Inventory, sort: Sort, draft: &Draft) -> Markup {
    let w = signed.words();
    let head = &inventory.head;
    let mut frame = chart::frame(signed, head, ChartTab::People, w.t("people-heading"));
    frame.actions = Some(print_button(&w.t("print")));
    let writes = head.may_write != MayWrite::No;
    let counted: Vec<&KeptTie> = inventory.ties.iter().filter(|tie| tie.body.counts()).collect();
    layout(
        &frame,
        html! {
            (chart::top(w, head, ChartTab::People))
            div.split {
                div.stack {
                    @if writes { (tray(w, inventory, &counted)) }
                    (people(w, inventory, &counted, sort))
                    (taken_off(w, inventory, writes))
                }
                div.stack {
                    @if writes { (add_form(w, inventory, draft)) }
                    (hints(w, inventory))
                }
            }
        },
    )
}

/// The first person who has no place yet: one tap puts them into a ring.
fn tray(w: Words, inventory: &Inventory, counted: &[&KeptTie]) -> Markup {
    let waiting: Vec<&&KeptTie> = counted.iter().filter(|tie| tie.body.ring_now.is_none()).collect();
    let Some(tie) = waiting.first() else { return html! {} };
    let action = chart::path(inventory.head.episode, &format!("inventory/{}/place", tie.id));
    html! {
        section.card.place-tray aria-labelledby="place-title" {
            h2 id="place-title" { (w.t("place-how-close")) " " bdi { (tie.body.nickname) } "?" }
            p.soft { (w.with("place-left", &[("count", waiting.len().into())])) }
            form.button-row method="post" action=(action) {
                (hidden("version", &tie.version.to_string()))
                @for (code, key) in words::RINGS {
                    (Button::submit(&w.t(key)).named("ring_now", code))
                }
            }
        }
    }
}

fn people(w: Words, inventory: &Inventory, counted: &[&KeptTie], sort: Sort) -> Markup {
    if counted.is_empty() {
        return html! { (empty_state(&w.t("people-empty-title"), &w.t("people-empty-text"), None)) };
    }
    let base = chart::path(inventory.head.episode, "inventory");
    let mut sorted: Vec<&KeptTie> = counted.to_vec();
    sorted.sort_by_key(|tie| (sort == Sort::Name).then(|| folded(&tie.body.nickname)));
    let link = |wish: Sort, text: &str, query: &str| {
        html! { a href={ (base) (query) } aria-current=[(wish == sort).then_some("true")] { (text) } }
    };
    html! {
        p.sorting.no-print {
            (w.t("people-sort")) " "
            (link(Sort::Ring, &w.t("people-sort-ring"), "")) " "
            (link(Sort::Name, &w.t("people-sort-name"), "?sort=name")) " "
            (link(Sort::Added, &w.t("people-sort-added"), "?sort=added"))
        }
        @if sort == Sort::Ring {
            @for (ring, title) in [
                (Some(Ring::Inner), w.t("tie-ring-inner")),
                (Some(Ring::Middle), w.t("tie-ring-middle")),
                (Some(Ring::Outer), w.t("tie-ring-outer")),
                (None, w.t("tie-ring-none")),
            ] {
                @let group: Vec<&KeptTie> = sorted.iter().copied().filter(|tie| tie.body.ring_now == ring).collect();
                @if !group.is_empty() {
                    section.part { h2 { (w.with("group-count", &[("title", title.into()), ("count", group.len().into())])) }
                        (table(w, inventory, &group)) }
                }
            }
        } @else { (table(w, inventory, &sorted)) }
    }
}

fn table(w: Words, inventory: &Inventory, ties: &[&KeptTie]) -> Markup {
    let titles = [
        w.t("people-column-name"),
        w.t("people-column-closeness"),
        w.t("people-column-contact"),
        w.t("people-column-confide"),
        w.t("people-column-notes"),
    ];
    let columns = titles.each_ref().map(|title| Column::text(title));
    let rows: Vec<Vec<Markup>> = ties.iter().map(|tie| row(w, inventory, tie)).collect();
    data_table(Caption::Heard(&w.t("people-heading")), &columns, &rows)
}

fn row(w: Words, inventory: &Inventory, kept: &KeptTie) -> Vec<Markup> {
    let tie = &kept.body;
    let href = chart::path(inventory.head.episode, &format!("inventory/{}", kept.id));
    let ring = |ring: Option<Ring>| {
        ring.map_or_else(|| "—".to_owned(), |ring| words::says(w, "ring_now", ring.code()))
    };
    let contact = tie
        .contacts_now
        .map_or_else(|| "—".to_owned(), |times| w.with("people-a-month", &[("times", times.into())]));
    let confides =
        tie.confides.map_or_else(|| "—".to_owned(), |confides| words::says(w, "confides", confides.code()));
    vec![
        html! { a href=(href) { bdi { (tie.nickname) } } span.person-standing { (words::about(w, tie)) } },
        html! {
            (ring(tie.ring_now))
            @if tie.ring_wanted.is_some() && tie.ring_wanted != tie.ring_now {
                span.person-standing { (w.with("people-wished", &[("ring", ring(tie.ring_wanted).into())])) }
            }
        },
        html! { (contact) },
        html! { (confides) },
        marks(w, inventory, kept),
    ]
}

/// What is worth a word about a person: described or not, a distance, a silence, a namesake.
fn marks(w: Words, inventory: &Inventory, kept: &KeptTie) -> Markup {
    let gap = inventory.indicators.wide_gaps.iter().find(|(id, _)| *id == kept.id);
    html! {
        span.marks {
            @if kept.body.is_described() { (badge(Tone::Well, &w.t("people-described"))) }
            @else { (badge(Tone::Due, &w.t("people-not-described"))) }
            @if let Some((_, gap)) = gap {
                (badge(Tone::Info, &w.with("people-gap", &[("gap", (*gap).into())])))
            }
            @if inventory.indicators.covert_disputes.contains(&kept.id) {
                (badge(Tone::Info, &w.t("people-silence")))
            }
            @if inventory.namesakes.contains(&kept.id) { (badge(Tone::Neutral, &w.t("people-namesake"))) }
        }
    }
}

fn add_form(w: Words, inventory: &Inventory, draft: &Draft) -> Markup {
    let says = |_: &str, value: &str| value.to_owned();
    let sheet = Sheet { w, draft, says: &says };
    let action = chart::path(inventory.head.episode, "inventory");
    let body = html! {
        (sheet.top())
        form method="post" action=(action) data-guard {
            (once())
            (sheet.prose("names", &w.t("people-add-names"), Some(&w.t("people-add-help"))))
            (Button::submit(&w.t("people-add-button")).primary().icon(Icon::Plus))
        }
        @if !inventory.ties.iter().any(|tie| tie.body.counts()) { (nobody_form(w, inventory)) }
    };
    html! { (Card::new(&w.t("people-add"), body)) }
}

fn nobody_form(w: Words, inventory: &Inventory) -> Markup {
    let action = chart::path(inventory.head.episode, "inventory/nobody");
    if inventory.nobody {
        let text = w.t("people-nobody-back");
        let back = Button::submit(&text).plain();
        return html! { p { (badge(Tone::Info, &w.t("people-nobody-said"))) } (post_button(&action, &[], &back)) };
    }
    let text = w.t("people-nobody");
    let say = Button::submit(&text);
    html! { p.soft { (w.t("people-nobody-help")) } (post_button(&action, &[("nobody", "yes")], &say)) }
}

/// The indicators, each with its rule. Hints to talk about, never a verdict.
fn hints(w: Words, inventory: &Inventory) -> Markup {
    let found: &Indicators = &inventory.indicators;
    let names = |ids: &[domain::ids::TieId]| -> String {
        let named = inventory.ties.iter().filter(|tie| ids.contains(&tie.id));
        named.map(|tie| tie.body.nickname.as_str()).collect::<Vec<_>>().join(", ")
    };
    let gaps: Vec<_> = found.wide_gaps.iter().map(|(id, _)| *id).collect();
    let hint = |value: String, flag: Option<String>, rule: &str| {
        html! {
            strong { bdi { (value) } }
            @if let Some(flag) = flag { " " (badge(Tone::Info, &flag)) }
            p.small.soft { (rule) }
        }
    };
    let or_none = |text: String| if text.is_empty() { w.t("hint-none").into_owned() } else { text };
    let flag = |on: bool, key: &str| on.then(|| w.t(key).into_owned());
    let size = u32::try_from(found.network_size).unwrap_or(u32::MAX);
    let list = definition_list(&[
        (
            &w.t("hint-network"),
            hint(
                size.to_string(),
                flag(found.network_size <= SMALL_NETWORK, "hint-network-small"),
                &w.t("hint-network-rule"),
            ),
        ),
        (
            &w.t("hint-inner"),
            hint(
                found.inner_count.to_string(),
                flag(found.inner_count == 0, "hint-inner-none"),
                &w.t("hint-inner-rule"),
            ),
        ),
        (
            &w.t("hint-confidant"),
            hint(
                w.t(if found.confidant_present { "yes" } else { "no" }).into_owned(),
                flag(!found.confidant_present, "hint-confidant-none"),
                &w.t("hint-confidant-rule"),
            ),
        ),
        (
            &w.t("hint-losses"),
            hint(
                found.loss_count.to_string(),
                flag(found.death_count > 0, "hint-losses-death"),
                &w.t("hint-losses-rule"),
            ),
        ),
        (&w.t("hint-gaps"), hint(or_none(names(&gaps)), None, &w.t("hint-gaps-rule"))),
        (&w.t("hint-silence"), hint(or_none(names(&found.covert_disputes)), None, &w.t("hint-silence-rule"))),
    ]);
    let body = html! { p.soft { (w.t("hint-words")) } (list) };
    html! { (Card::new(&w.t("hint-title"), body).look(CardLook::Aside)) }
}

fn taken_off(w: Words, inventory: &Inventory, writes: bool) -> Markup {
    let gone: Vec<&KeptTie> = inventory.ties.iter().filter(|tie| !tie.body.counts()).collect();
    if gone.is_empty() {
        return html! {};
    }
    let title = w.with("people-taken-off", &[("count", gone.len().into())]);
    let list = html! {
        ul.plain-list {
            @for tie in gone {
                li.row-between {
                    span {
                        a href=(chart::path(inventory.head.episode, &format!("inventory/{}", tie.id))) { bdi { (tie.body.nickname) } }
                        @if let Some(ended) = &tie.body.ended { span.person-standing { (w.date(ended.on)) ": " bdi { (ended.reason) } } }
                    }
                    @if writes {
                        (post_button(
                            &chart::path(inventory.head.episode, &format!("inventory/{}/restore", tie.id)),
                            &[("version", &tie.version.to_string())],
                            &Button::submit(&w.t("people-restore")).plain().about(&tie.body.nickname),
                        ))
                    }
                }
            }
        }
    };
    disclosure(&title, list)
}
