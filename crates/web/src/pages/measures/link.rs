//! A link just made: shown once, to copy, with a message that says nothing clinical.

use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::course::Head;
use app::measure_links::NewMeasuresLink;

/// The whole page.
pub fn page(signed: &Signed, head: &Head, made: &NewMeasuresLink) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, head, ChartTab::Measures, w.t("measures-link-heading"));
    frame.width = Width::Reading;
    let back = chart::path(head.episode, "measures");
    frame.crumbs.push(Crumb { href: back.clone().into(), text: w.t("chart-measures").into_owned() });
    let address = format!("{}/l/{}", signed.asker.site, made.token.reveal());
    let until = w.moment(made.expires_at, &signed.who.practice_zone);
    let practice = signed.who.practice_name.as_str();
    let message =
        w.with("link-message", &[("practice", practice.into()), ("address", address.as_str().into())]);
    layout(
        &frame,
        html! {
            (notice(Tone::Info, &w.t("link-once-title"), html! { p { (w.t("link-once-text")) } }))
            (text_field(
                &Field::new("address", &w.t("link-address")).help(&w.with("link-until", &[("until", until.into())])),
                &Input::of(InputKind::Url, &address),
            ))
            (text_area(&Field::new("message", &w.t("link-message-label")).help(&w.t("link-message-help")), &message, 4))
            p { (Button::link(&w.t("link-done"), &back).primary()) }
        },
    )
}
