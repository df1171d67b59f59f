//! What a one-time link shows.

use crate::kernel::door::role_word;
use crate::kernel::prelude::*;
use app::links::{LinkHolder, OpenLink};

/// One button: be this made-up person.
pub fn demonstration(asker: &Asker, link: &OpenLink, holder: &LinkHolder) -> Markup {
    let w = asker.words;
    let mut frame = Frame::new(w, w.t("link-tab"), "");
    frame.width = Width::Reading;
    frame.practice = link.practice_name.as_deref();
    frame.help_href = Some("/help");
    let role = holder.main_role().map(|role| role_word(w, role)).unwrap_or_default();
    let button =
        w.with("demo-continue", &[("name", holder.name.as_str().into()), ("role", role.as_str().into())]);
    layout(
        &frame,
        html! {
            div.quiet-page {
                h1 { (w.t("demo-heading")) }
                p { (w.t("demo-text")) }
                form method="post" data-submit-at-once { (Button::submit(&button).primary()) }
            }
        },
    )
}
