//! Who may see a client's record: since when, until when; ask a colleague, keep somebody out, end it again.

use crate::kernel::once::once;
use crate::kernel::prelude::*;
use app::care::{Care, CareError, role_for};
use domain::access::Relation;
use domain::ids::{AccountId, ClientId};
use jiff::civil::Date;

pub fn routes() -> Vec<Route> {
    vec![
        get("/clients/{client}/care", Policy::Needs(Action::ManageCare), show),
        post("/clients/{client}/care", Policy::Needs(Action::ManageCare), involve),
        post("/clients/{client}/care/end", Policy::Needs(Action::ManageCare), release),
        post("/clients/{client}/care/block", Policy::Needs(Action::ManageCare), block),
    ]
}

/// The relations colleagues are asked for.
const ASKED: [Relation; 4] = [Relation::Supervises, Relation::Covers, Relation::TraineeOn, Relation::Treats];
/// The reasons to keep somebody out.
const BLOCKS: [Relation; 2] = [Relation::Conflict, Relation::Restricted];

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
) -> Result<Markup, WebError> {
    let care = web.app.care(&signed.ctx(&web), client).await?;
    Ok(page(&signed, client, &care, None))
}

async fn involve(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let until: Option<Date> = match form.text("until").trim() {
        "" => None,
        typed => Some(typed.parse().unwrap_or(Date::MIN)),
    };
    match web.app.involve(&ctx, client, asked(&form, "who")?, until).await {
        Ok(()) => Ok(back(client)),
        Err(Refused::Verb(CareError::NoEnd)) => {
            let care = web.app.care(&ctx, client).await?;
            let problem = signed.words().t("care-no-end");
            let page = page(&signed, client, &care, Some((form.text("until"), &problem)));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn release(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    let (colleague, relation) = asked(&form, "who")?;
    web.app.release(&signed.ctx(&web), client, colleague, relation).await?;
    if colleague == signed.who.person.account && relation == Relation::Treats {
        return Ok(Redirect::to("/clients").into_response());
    }
    Ok(back(client))
}

async fn block(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    web.app.keep_out(&signed.ctx(&web), client, asked(&form, "out")?).await?;
    Ok(back(client))
}

fn back(client: ClientId) -> Response {
    Redirect::to(&format!("/clients/{client}/care")).into_response()
}

/// `relation:account`, as the lists of the page send it.
fn asked(form: &Form, field: &str) -> Result<(AccountId, Relation), WebError> {
    let (relation, account) = form.text(field).split_once(':').ok_or(WebError::MALFORMED)?;
    let relation = Relation::from_code(relation).ok_or(WebError::MALFORMED)?;
    Ok((account.parse().map_err(|_| WebError::MALFORMED)?, relation))
}

/// What was typed as a last day, and what is wrong with it.
type Wrong<'a> = Option<(&'a str, &'a str)>;

fn page(signed: &Signed, client: ClientId, care: &Care, wrong: Wrong<'_>) -> Markup {
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
            div.stack {
                (Card::new(&w.t("care-now"), holders(signed, client, care)))
                (Card::new(&w.t("care-ask"), ask(w, client, care, wrong)))
                p { (Button::link(&w.t("guardian-add"), &format!("/clients/{client}/guardian"))) }
                (Card::new(&w.t("care-block"), keep_out(w, client, care)))
            }
        },
    )
}

fn holders(signed: &Signed, client: ClientId, care: &Care) -> Markup {
    let w = signed.words();
    let action = format!("/clients/{client}/care/end");
    html! {
        ul.plain-list {
            @for holder in &care.holders {
                li.row-between {
                    (person(&holder.name, &standing(signed, holder)))
                    @if may_end(care, holder) {
                        @let who = format!("{}:{}", holder.relation.code(), holder.account);
                        (post_button(&action, &[("who", &who)], &Button::submit(&w.t("care-end")).about(&holder.name)))
                    }
                }
            }
        }
        p.soft { (w.t("care-after")) }
    }
}

/// The last therapist who treats stays while the course goes on; the corridor says so too.
fn may_end(care: &Care, holder: &app::care::Holder) -> bool {
    let treating = care.holders.iter().filter(|one| one.relation == Relation::Treats).count();
    holder.relation != Relation::Treats || treating > 1 || care.over
}

fn standing(signed: &Signed, holder: &app::care::Holder) -> String {
    let w = signed.words();
    let zone = &signed.who.practice_zone;
    let day = |at: jiff::Timestamp| w.date(at.to_zoned(zone.clone()).date());
    let relation = relation_word(w, holder.relation);
    let window = match holder.ends_at {
        None => w.with("care-since", &[("since", day(holder.starts_at).into())]),
        // The end is the first instant without the relation: the last day is the one before.
        Some(end) => {
            let last = end.saturating_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(end);
            let (since, until) = (day(holder.starts_at), day(last));
            w.with("care-since-until", &[("since", since.into()), ("until", until.into())])
        }
    };
    format!("{relation}, {window}")
}

/// One list of "who as what", so that the form has one question.
fn ask(w: Words, client: ClientId, care: &Care, wrong: Wrong<'_>) -> Markup {
    let mut offers: Vec<(String, String)> = Vec::new();
    for relation in ASKED {
        let fits = |colleague: &app::care::Colleague| {
            role_for(relation).is_some_and(|role| colleague.roles.has(role))
        };
        for colleague in care.colleagues.iter().filter(|colleague| fits(colleague)) {
            let there = care.holders.iter().any(|holder| {
                holder.account == colleague.id
                    && (holder.relation == Relation::Treats
                        || holder.relation == relation
                        || holder.relation.denies())
            });
            if !there {
                let values = [
                    ("name", colleague.name.clone().into()),
                    ("relation", relation_word(w, relation).into()),
                ];
                offers.push((format!("{}:{}", relation.code(), colleague.id), w.with("care-offer", &values)));
            }
        }
    }
    let choices: Vec<Choice<'_>> = offers.iter().map(|(value, text)| Choice::of(value, text, None)).collect();
    let (who, until, help) = (w.t("care-who"), w.t("care-until"), w.t("care-until-help"));
    let optional = w.t("optional");
    let until = Field::new("until", &until).help(&help).optional(&optional).error(wrong.map(|(_, why)| why));
    html! {
        p { (w.t("care-ask-text")) }
        @if choices.is_empty() {
            p { (w.t("care-nobody")) }
        } @else {
            form method="post" action=(format!("/clients/{client}/care")) {
                (once())
                (select(&Field::new("who", &who).required(), &choices))
                (date_field(&until, wrong.map_or("", |(typed, _)| typed)))
                (Button::submit(&w.t("care-ask-button")).primary())
            }
        }
    }
}

fn keep_out(w: Words, client: ClientId, care: &Care) -> Markup {
    let mut offers: Vec<(String, String)> = Vec::new();
    for block in BLOCKS {
        let why = if block == Relation::Conflict {
            w.t("care-block-conflict")
        } else {
            w.t("care-block-restricted")
        };
        for colleague in care.colleagues.iter().filter(|colleague| Some(colleague.id) != care.oneself) {
            let blocked =
                care.holders.iter().any(|holder| holder.account == colleague.id && holder.relation == block);
            if !blocked {
                let values = [("name", colleague.name.clone().into()), ("relation", why.as_ref().into())];
                let text = w.with("care-block-offer", &values);
                offers.push((format!("{}:{}", block.code(), colleague.id), text));
            }
        }
    }
    let choices: Vec<Choice<'_>> = offers.iter().map(|(value, text)| Choice::of(value, text, None)).collect();
    html! {
        p { (w.t("care-block-text")) }
        @if choices.is_empty() {
            p { (w.t("care-nobody")) }
        } @else {
            form method="post" action=(format!("/clients/{client}/care/block")) {
                // Another name than the question above, so that no two fields of the page share an id.
                (select(&Field::new("out", &w.t("care-block-who")).required(), &choices))
                (Button::submit(&w.t("care-block-button")))
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
        Relation::TraineeOn => w.t("relation-trainee-on"),
        Relation::GuardianOf => w.t("relation-guardian-of"),
        Relation::BreakGlass => w.t("relation-break-glass"),
        Relation::Conflict => w.t("relation-conflict"),
        Relation::Restricted => w.t("relation-restricted"),
    };
    text.into_owned()
}
