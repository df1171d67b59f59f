//! What the page says.

use crate::kernel::prelude::*;
use app::announcements::News;
use domain::way_in::Change;

/// Every notice, and the ways on. `found`: the nightly check found something that nobody answered.
pub fn page(signed: &Signed, (news, found): (&[News], bool), next: &str) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("news-tab"), w.t("news-heading"));
    frame.width = Width::Reading;
    if news.is_empty() {
        frame.tab_title = w.t("nav-findings").into_owned();
    }
    let until = news.last().map(|last| last.at.to_string()).unwrap_or_default();
    let own = news.iter().any(|one| one.who.is_none());
    let fields = [("until", until.as_str()), ("next", next)];
    layout(
        &frame,
        html! {
            div.stack {
                @if found { (damage(w, news.is_empty().then_some(next))) }
                @for one in news {
                    (notice(if one.who.is_none() { Tone::Watch } else { Tone::Info }, &title(w, one), html! {
                        p { (w.with("news-when", &[
                            ("when", w.moment(one.at, &signed.who.zone).into()),
                            ("origin", one.origin.as_str().into()),
                        ])) }
                    }))
                }
                @if own { p { (w.t("news-own-text")) } } @else if !news.is_empty() { p { (w.t("news-others-text")) } }
                @if !news.is_empty() {
                    div.button-row {
                        (post_button("/notices/read", &fields, &Button::submit(&w.t(if own { "news-was-me" } else { "news-read" })).primary()))
                        @if own {
                            (post_button("/notices/not-me", &fields, &Button::submit(&w.t("news-not-me")).danger()))
                        }
                    }
                }
            }
        },
    )
}

/// That the nightly check found something, and where to read what. Nobody is asked whether it was them.
fn damage(w: Words, onward: Option<&str>) -> Markup {
    let see = w.t("news-found-see");
    html! {
        (notice(Tone::Act, &w.t("news-found"), html! { p { (w.t("news-found-text")) } }))
        div.button-row {
            (Button::link(&see, "/findings").primary())
            @if let Some(next) = onward { (Button::link(&w.t("news-found-later"), next).plain()) }
        }
    }
}

fn title(w: Words, one: &News) -> String {
    match &one.who {
        None => {
            let text = match one.change {
                Change::PasswordReset => w.t("news-password-reset"),
                Change::PasswordChanged => w.t("news-password-changed"),
                Change::RecoveryCode => w.t("news-recovery-code"),
                Change::FactorSet => w.t("news-factor-set"),
                Change::FactorRemoved => w.t("news-factor-removed"),
                Change::CodesRenewed => w.t("news-codes-renewed"),
                Change::PasskeyAdded => w.t("news-passkey-added"),
                Change::PasskeyRemoved => w.t("news-passkey-removed"),
                Change::PasskeyCopied => w.t("news-passkey-copied"),
                Change::StartedAnew | Change::Disowned => w.t("news-started-anew"),
            };
            text.into_owned()
        }
        Some(name) => {
            let name = [("name", name.as_str().into())];
            match one.change {
                Change::PasswordReset => w.with("news-of-password-reset", &name),
                Change::PasswordChanged => w.with("news-of-password-changed", &name),
                Change::RecoveryCode => w.with("news-of-recovery-code", &name),
                Change::FactorSet => w.with("news-of-factor-set", &name),
                Change::FactorRemoved => w.with("news-of-factor-removed", &name),
                Change::CodesRenewed => w.with("news-of-codes-renewed", &name),
                Change::PasskeyAdded => w.with("news-of-passkey-added", &name),
                Change::PasskeyRemoved => w.with("news-of-passkey-removed", &name),
                Change::PasskeyCopied => w.with("news-of-passkey-copied", &name),
                Change::StartedAnew => w.with("news-of-started-anew", &name),
                Change::Disowned => w.with("news-of-disowned", &name),
            }
        }
    }
}
