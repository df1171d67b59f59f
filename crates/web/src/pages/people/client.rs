//! A client's own way in, made by the therapist who treats them.

use crate::kernel::once::once;
use crate::kernel::prelude::*;
use app::clients::Client;

/// What the account of a client is for, and the button that makes their link.
pub fn page(signed: &Signed, client: &Client, email: &str, error: Option<&str>) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-clients"), w.t("client-account-heading"));
    frame.width = Width::Reading;
    frame.here = "/clients";
    frame.crumbs = vec![
        Crumb { href: "/clients".into(), text: w.t("nav-clients").into_owned() },
        Crumb { href: format!("/clients/{}", client.id).into(), text: client.particulars.name.clone() },
    ];
    let (label, help) = (w.t("sign-in-email"), w.t("client-account-email-help"));
    let field = Field::new("email", &label).help(&help).error(error).required();
    layout(
        &frame,
        html! {
            p { (w.t("client-account-text")) }
            form method="post" {
                (once())
                @if client.account.is_some() { p { (w.t("client-account-has")) } }
                @else { (text_field(&field, &Input { autocomplete: Some("off"), ..Input::of(InputKind::Email, email) })) }
                (Button::submit(&w.t("people-make-link")).primary())
            }
        },
    )
}
