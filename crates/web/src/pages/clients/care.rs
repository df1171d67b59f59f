//! Who is involved in a client's care: ask a colleague to supervise or to cover, end it again.

use crate::kernel::prelude::*;
use app::care::{Care, role_for};
use domain::access::Relation;
use domain::ids::{AccountId, ClientId};

pub fn routes() -> Vec<Route> {
    vec![
        get("/clients/{client}/care", Policy::Needs(Action::WriteIdentity), show),
        post("/clients/{client}/care", Policy::Needs(Action::WriteIdentity), involve),
        post("/clients/{client}/care/end", Policy::Needs(Action::WriteIdentity), release),
    ]
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
) -> Result<Markup, WebError> {
    let care = web.app.care(&signed.ctx(&web), client).await?;
    Ok(page(&signed, client, &care))
}

async fn involve(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Redirect, WebError> {
    let (colleague, relation) = asked(&form)?;
    web.app.involve(&signed.ctx(&web), client, colleague, relation).await?;
    Ok(Redirect::to(&format!("/clients/{client}/care")))
}

async fn release(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Redirect, WebError> {
    let (colleague, relation) = asked(&form)?;
    web.app.release(&signed.ctx(&web), client, colleague, relation).await?;
    Ok(Redirect::to(&format!("/clients/{client}/care")))
}

/// `relation:account`, as the lists of the page send it.
fn asked(form: &Form) -> Result<(AccountId, Relation), WebError> {
    let (relation, account) = form.text("who").split_once(':').ok_or(WebError::MALFORMED)?;
    let relation = Relation::from_code(relation).ok_or(WebError::MALFORMED)?;
    Ok((account.parse().map_err(|_| WebError::MALFORMED)?, relation))
}

fn page(signed: &Signed, client: ClientId, care: &Care) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("chart-tab-title"), w.t("client-staff"));
    frame.width = Width::Reading;
    frame.here = "/clients";
    frame.crumbs = vec![
        Crumb { href: "/clients".into(), text: w.t("nav-clients").into_owned() },
        Crumb { href: format!("/clients/{client}").into(), text: w.t("chart-overview").into_owned() },
    ];
    layout(
        &frame,
        html! {
            (Card::new(&w.t("care-now"), holders(w, client, care)))
            (Card::new(&w.t("care-ask"), ask(w, client, care)))
        },
    )
}

fn holders(w: Words, client: ClientId, care: &Care) -> Markup {
    let action = format!("/clients/{client}/care/end");
    html! {
        ul.plain-list {
            @for holder in &care.holders {
                li.row-between {
                    (person(&holder.name, &relation_word(w, holder.relation)))
                    @if holder.relation != Relation::Treats {
                        @let who = format!("{}:{}", holder.relation.code(), holder.account);
                        (post_button(&action, &[("who", &who)], &Button::submit(&w.t("care-end")).about(&holder.name)))
                    }
                }
            }
        }
    }
}

/// One list of "who as what", so that the form has one question.
fn ask(w: Words, client: ClientId, care: &Care) -> Markup {
    let mut offers: Vec<(String, String)> = Vec::new();
    for relation in [Relation::Supervises, Relation::Covers] {
        for colleague in care.colleagues.iter().filter(|colleague| colleague.roles.has(role_for(relation))) {
            let there = care.holders.iter().any(|holder| {
                holder.account == colleague.id
                    && matches!(holder.relation, Relation::Treats) | (holder.relation == relation)
            });
            if !there {
                let text = w.with(
                    "care-offer",
                    &[
                        ("name", colleague.name.clone().into()),
                        ("relation", relation_word(w, relation).into()),
                    ],
                );
                offers.push((format!("{}:{}", relation.code(), colleague.id), text));
            }
        }
    }
    let choices: Vec<Choice<'_>> = offers.iter().map(|(value, text)| Choice::of(value, text, None)).collect();
    html! {
        p { (w.t("care-ask-text")) }
        @if choices.is_empty() {
            p { (w.t("care-nobody")) }
        } @else {
            form method="post" action=(format!("/clients/{client}/care")) {
                (select(&Field::new("who", &w.t("care-who")).required(), &choices))
                (Button::submit(&w.t("care-ask-button")).primary())
            }
        }
    }
}

/// The word for a relation.
pub fn relation_word(w: Words, relation: Relation) -> String {
    let text = match relation {
        Relation::Treats => w.t("relation-treats"),
        Relation::Covers => w.t("relation-covers"),
        Relation::Supervises => w.t("relation-supervises"),
    };
    text.into_owned()
}
