//! Every version of one person's record: what changed, when, by whom.

use super::words;
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::changes;
use crate::ui::prelude::*;
use app::ties::TieHistory;
use domain::fields::Fields;
use jiff::tz::TimeZone;

/// The whole page.
pub fn page(signed: &Signed, history: &TieHistory, zone: &TimeZone) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &history.head, ChartTab::People, w.t("record-history-heading"));
    if let Some(newest) = history.versions.first() {
        let href = chart::path(history.head.episode, &format!("inventory/{}", newest.id));
        frame.crumbs.push(Crumb { text: newest.body.nickname.clone(), href: href.into() });
    }
    let says = |name: &str, value: &str| words::says(w, name, value);
    let label = |name: &str| words::label(w, name);
    let fields: Vec<Fields> =
        history.versions.iter().map(|version| words::comparable(w, &version.body)).collect();
    let nothing = Fields::default();
    layout(
        &frame,
        html! {
            (chart::top(w, &history.head, ChartTab::People))
            @for (n, version) in history.versions.iter().enumerate() {
                section.card {
                    (stamp(
                        &w.with("record-version", &[("version", version.version.into())]),
                        &w.short_moment(version.at, zone),
                        version.author.as_deref().unwrap_or(&w.t("author-unknown")),
                    ))
                    @if let Some(now) = fields.get(n) {
                        (changes(fields.get(n + 1).unwrap_or(&nothing), now, &label, &says))
                    }
                }
            }
        },
    )
}
