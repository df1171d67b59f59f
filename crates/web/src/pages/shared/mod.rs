//! What is shared with a client, as the client reads it, and where they say yes to it.

use crate::kernel::prelude::*;
use app::plans::{Acceptance, PlanError, SharedPage};
use domain::worksheet::{Body, FieldError};

mod view;

pub fn routes() -> Vec<Route> {
    vec![
        get("/today/shared", Policy::Needs(Action::ReadShared), list),
        get("/today/shared/{kind}", Policy::Needs(Action::ReadShared), show),
        post("/today/shared/{kind}", Policy::Needs(Action::WriteShared), accept),
    ]
}

/// What the form holds when it is not what is saved.
#[derive(Default)]
pub struct Typed {
    /// What was typed; the saved text otherwise.
    pub body: Option<Body>,
    /// What does not fit.
    pub errors: Vec<FieldError>,
    /// What is the matter.
    pub trouble: Option<Trouble>,
}

/// What is the matter with a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The text changed since the client opened it.
    Changed,
    /// The course does not allow it now.
    NotNow,
}

async fn list(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let shared = web.app.shared_plans(&ctx).await?;
    Ok(view::list(&signed, &ctx, &shared))
}

async fn show(State(web): State<Web>, signed: Signed, Path(kind): Path<String>) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.shared_plan(&ctx, &kind).await?;
    Ok(view::page(&signed, &ctx, &page, &Typed::default()))
}

async fn accept(
    State(web): State<Web>,
    signed: Signed,
    Path(kind): Path<String>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let problem = match web.app.accept_plan(&ctx, &kind, version, form.pairs.clone()).await {
        Ok(_) => return Ok(Redirect::to(&format!("/today/shared/{kind}")).into_response()),
        Err(Refused::Verb(PlanError::NoSuchPlan)) => return Err(WebError::NOT_FOUND),
        Err(Refused::Verb(problem)) => problem,
        Err(other) => return Err(other.into()),
    };
    let page = web.app.shared_plan(&ctx, &kind).await?;
    let body = page.acceptance.map(|yes| own_words(&page, &form, yes));
    let (status, typed) = match problem {
        PlanError::Errors { errors, .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, Typed { body, errors, trouble: None })
        }
        PlanError::Stale(_) => {
            (StatusCode::CONFLICT, Typed { body, trouble: Some(Trouble::Changed), ..Typed::default() })
        }
        _ => (StatusCode::CONFLICT, Typed { body, trouble: Some(Trouble::NotNow), ..Typed::default() }),
    };
    Ok((status, view::page(&signed, &ctx, &page, &typed)).into_response())
}

/// What the client typed, and nothing else: the yes is to be given anew to the text as it stands now.
fn own_words(page: &SharedPage, form: &Form, yes: Acceptance) -> Body {
    let own = form.pairs.iter().filter(|(name, _)| yes.words.contains(&name.as_str()));
    page.worksheet.read_form(&own.cloned().collect::<Vec<_>>()).body
}
