//! The one table from error to status, code and public sentence.
//!
//! A page says what happened, what is safe and what to do next (`error-<code>-title`, `-text`). What lies behind a
//! failure goes to the log, never to the page.

use super::door::Signed;
use super::state::{Asker, Web};
use crate::ui::prelude::*;
use app::entry::Refused;
use app::entry::StoreError;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::Denial;

/// An answer that is not the page asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code.
    pub code: &'static str,
    /// Key of the sentence that says what happened.
    title: &'static str,
    /// Key of the sentences that say what is safe and what to do next.
    text: &'static str,
}

impl WebError {
    const fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        text: &'static str,
    ) -> WebError {
        WebError { status, code, title, text }
    }

    /// There is no such thing here, or not for this person: both look the same.
    pub const NOT_FOUND: WebError =
        WebError::new(StatusCode::NOT_FOUND, "not-found", "error-not-found-title", "error-not-found-text");
    /// The session ended before the request.
    pub const SIGNED_OUT: WebError = WebError::new(
        StatusCode::UNAUTHORIZED,
        "signed-out",
        "error-signed-out-title",
        "error-signed-out-text",
    );
    /// Only with a second factor given just now; the door asks for it and sends the form again.
    pub const NOT_FRESH: WebError =
        WebError::new(StatusCode::FORBIDDEN, "not-fresh", "error-not-fresh-title", "error-not-fresh-text");
    /// Another site started the request.
    pub const CROSS_SITE: WebError =
        WebError::new(StatusCode::FORBIDDEN, "cross-site", "error-cross-site-title", "error-cross-site-text");
    /// The address exists, the method does not.
    pub const METHOD: WebError =
        WebError::new(StatusCode::METHOD_NOT_ALLOWED, "method", "error-method-title", "error-method-text");
    /// The body is not a form we understand.
    pub const MALFORMED: WebError =
        WebError::new(StatusCode::BAD_REQUEST, "malformed", "error-malformed-title", "error-malformed-text");
    /// Fields of a form cannot be taken as they are. Pages show which; this stands where no page does.
    pub const UNFIT: WebError = WebError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unfit",
        "error-malformed-title",
        "error-malformed-text",
    );
    /// The body is larger than anything we keep.
    pub const TOO_LARGE: WebError = WebError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "error-too-large-title",
        "error-too-large-text",
    );
    /// The course does not allow it now.
    pub const NOT_NOW: WebError =
        WebError::new(StatusCode::CONFLICT, "not-now", "error-not-now-title", "error-not-now-text");
    /// Somebody else changed the same thing meanwhile.
    pub const STALE: WebError =
        WebError::new(StatusCode::CONFLICT, "stale", "error-stale-title", "error-stale-text");
    /// The same form was sent twice, and what the first one led to is not known any more.
    pub const REPEATED: WebError =
        WebError::new(StatusCode::CONFLICT, "repeated", "error-repeated-title", "error-repeated-text");
    /// Too many tries.
    pub const TOO_MANY: WebError = WebError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many",
        "error-too-many-title",
        "error-too-many-text",
    );
    /// The link was used, has expired, or never existed.
    pub const LINK_ENDED: WebError =
        WebError::new(StatusCode::GONE, "link-ended", "error-link-ended-title", "error-link-ended-text");
    /// Disk or data failed: nothing was lost, nothing is saved until they were looked at, reading goes on.
    pub const STOPPED: WebError = WebError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "stopped",
        "error-stopped-title",
        "error-stopped-text",
    );
    /// A sealed part of the record is not as it was written.
    pub const BROKEN: WebError =
        WebError::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", "error-broken-title", "error-broken-text");
    /// The record was erased. Said only to somebody who might have opened it.
    pub const ERASED: WebError =
        WebError::new(StatusCode::GONE, "erased", "error-erased-title", "error-erased-text");
    /// The store does not answer.
    pub const UNAVAILABLE: WebError = WebError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "error-unavailable-title",
        "error-unavailable-text",
    );
    /// Our fault.
    pub const INTERNAL: WebError = WebError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "error-internal-title",
        "error-internal-text",
    );
}

/// What a verb's own refusal looks like from outside, when the page does not show it in its own place.
pub trait Public {
    /// The row of the table.
    fn public(&self) -> WebError;
}

impl Public for std::convert::Infallible {
    fn public(&self) -> WebError {
        match *self {}
    }
}

impl Public for app::entry::Unreadable {
    fn public(&self) -> WebError {
        WebError::MALFORMED
    }
}

impl Public for app::links::LinkEnded {
    fn public(&self) -> WebError {
        WebError::LINK_ENDED
    }
}

impl Public for app::sign_in::SignInError {
    fn public(&self) -> WebError {
        use app::sign_in::SignInError as E;
        match self {
            E::NoMatch => WebError::UNFIT,
            E::Crowded => WebError::TOO_MANY,
        }
    }
}

impl Public for app::sign_in::CodeError {
    fn public(&self) -> WebError {
        use app::sign_in::CodeError as E;
        match self {
            E::NoMatch => WebError::UNFIT,
            E::Wait { .. } | E::Stopped => WebError::TOO_MANY,
        }
    }
}

impl Public for app::joining::JoinError {
    fn public(&self) -> WebError {
        use app::joining::JoinError as E;
        match self {
            E::LinkEnded => WebError::LINK_ENDED,
            E::Password(_) | E::Form(_) => WebError::UNFIT,
            E::Crowded => WebError::TOO_MANY,
        }
    }
}

impl Public for app::own_account::OwnAccountError {
    fn public(&self) -> WebError {
        use app::own_account::OwnAccountError as E;
        match self {
            E::Form(_) | E::WrongPassword | E::Password(_) | E::NoFactor => WebError::UNFIT,
            E::FactorNeeded | E::NoSuchPasskey => WebError::NOT_FOUND,
            E::Crowded => WebError::TOO_MANY,
        }
    }
}

impl Public for app::passkeys::PasskeyError {
    fn public(&self) -> WebError {
        use app::passkeys::PasskeyError as E;
        match self {
            E::Name(_) | E::Refused | E::AlreadyThere | E::Enough => WebError::UNFIT,
        }
    }
}

impl Public for app::step_up::VerifyError {
    fn public(&self) -> WebError {
        use app::step_up::VerifyError as E;
        match self {
            E::Code(code) => code.public(),
            E::Password => WebError::UNFIT,
            E::Crowded => WebError::TOO_MANY,
        }
    }
}

impl Public for app::people::PeopleError {
    fn public(&self) -> WebError {
        use app::people::PeopleError as E;
        match self {
            E::Form(_) | E::AddressTaken => WebError::UNFIT,
            E::NoSuchAccount | E::NoSuchClient => WebError::NOT_FOUND,
            E::OwnAccount | E::LastAdministrator | E::WrongState(_) => WebError::STALE,
        }
    }
}

impl Public for app::course::CourseError {
    fn public(&self) -> WebError {
        use app::course::CourseError as E;
        match self {
            E::NoSuchEpisode => WebError::NOT_FOUND,
            E::ProtocolMissing { .. } => WebError::INTERNAL,
            E::NotNow(_) => WebError::NOT_NOW,
        }
    }
}

impl Public for app::clients::ClientError {
    fn public(&self) -> WebError {
        use app::clients::ClientError as E;
        match self {
            E::Form(_) | E::SessionsOutOfBounds { .. } | E::NoSuchProtocol => WebError::UNFIT,
            E::Stale { .. } => WebError::STALE,
            E::NotFound => WebError::NOT_FOUND,
            E::CourseUnderWay { .. } => WebError::NOT_NOW,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::notes::NoteError {
    fn public(&self) -> WebError {
        use app::notes::NoteError as E;
        match self {
            E::Form(_) | E::Gaps(_) | E::InFuture | E::TooEarly { .. } | E::Text(_) => WebError::UNFIT,
            E::DraftTooLarge => WebError::TOO_LARGE,
            E::Stale { .. } | E::Locked => WebError::STALE,
            E::NotSigned => WebError::NOT_NOW,
            E::NotFound => WebError::NOT_FOUND,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::erasure::ErasureError {
    fn public(&self) -> WebError {
        use app::erasure::ErasureError as E;
        match self {
            E::NotYet(_) => WebError::NOT_NOW,
            E::NotConfirmed | E::Reason(_) | E::Years => WebError::UNFIT,
            E::NoHold => WebError::STALE,
            E::NoSuchClient => WebError::NOT_FOUND,
        }
    }
}

impl Public for app::private_notes::PrivateError {
    fn public(&self) -> WebError {
        use app::private_notes::PrivateError as E;
        match self {
            E::Form(_) => WebError::UNFIT,
            E::DraftTooLarge => WebError::TOO_LARGE,
            E::Stale { .. } => WebError::STALE,
            E::NotFound | E::NotASupervisor => WebError::NOT_FOUND,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::emergencies::EmergencyError {
    fn public(&self) -> WebError {
        use app::emergencies::EmergencyError as E;
        match self {
            E::NoReason | E::Words(_) => WebError::UNFIT,
            E::ReviewOverdue => WebError::NOT_NOW,
            E::NothingToReview => WebError::STALE,
        }
    }
}

impl Public for app::nightly::AnswerError {
    fn public(&self) -> WebError {
        use app::nightly::AnswerError as E;
        match self {
            E::Note(_) => WebError::UNFIT,
            E::NothingToAnswer => WebError::STALE,
        }
    }
}

impl Public for app::guardians::GuardianError {
    fn public(&self) -> WebError {
        use app::guardians::GuardianError as E;
        match self {
            E::NotFound => WebError::NOT_FOUND,
            E::AlreadySo => WebError::STALE,
            E::Form(_) | E::NoBasis | E::NotAMinor | E::ClientsOwnAddress | E::AddressTaken | E::NoEnd => {
                WebError::UNFIT
            }
        }
    }
}

impl Public for app::care::CareError {
    fn public(&self) -> WebError {
        use app::care::CareError as E;
        match self {
            E::NoSuchColleague => WebError::NOT_FOUND,
            E::AlreadySo | E::NothingToEnd => WebError::STALE,
            E::NoEnd | E::OneselfOut => WebError::UNFIT,
        }
    }
}

impl Public for app::ending::EndingError {
    fn public(&self) -> WebError {
        use app::ending::EndingError as E;
        match self {
            E::NoSuchGate => WebError::NOT_FOUND,
            E::Reason(_) | E::ImpossibleDay => WebError::UNFIT,
            E::MaintenancePlanMissing => WebError::NOT_NOW,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::plans::PlanError {
    fn public(&self) -> WebError {
        use app::plans::PlanError as E;
        match self {
            E::NoSuchPlan => WebError::NOT_FOUND,
            E::Errors { .. } => WebError::UNFIT,
            E::Stale(_) => WebError::STALE,
            E::ReplanAsked(_) => WebError::NOT_NOW,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::measures::MeasureError {
    fn public(&self) -> WebError {
        use app::measures::MeasureError as E;
        match self {
            E::NoSuchInstrument | E::NoSuchResponse | E::WrongMode => WebError::NOT_FOUND,
            E::Answers(_) | E::NothingAnswered | E::DayOutOfRange { .. } => WebError::UNFIT,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::measure_links::MeasureLinkError {
    fn public(&self) -> WebError {
        use app::measure_links::MeasureLinkError as E;
        match self {
            E::NothingChosen => WebError::UNFIT,
            E::Ended | E::AlreadySent => WebError::LINK_ENDED,
            E::Measure(measure) => measure.public(),
        }
    }
}

impl Public for app::risks::RiskError {
    fn public(&self) -> WebError {
        use app::risks::RiskError as E;
        match self {
            E::Form(_) => WebError::UNFIT,
            E::NoSuchRisk => WebError::NOT_FOUND,
            E::AlreadyAnswered => WebError::STALE,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::ties::TieError {
    fn public(&self) -> WebError {
        use app::ties::TieError as E;
        match self {
            E::Form(_) => WebError::UNFIT,
            E::Stale { .. } => WebError::STALE,
            E::NotFound => WebError::NOT_FOUND,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::timeline::TimelineError {
    fn public(&self) -> WebError {
        use app::timeline::TimelineError as E;
        match self {
            E::Form(_) => WebError::UNFIT,
            E::Stale { .. } | E::StaleOnset { .. } => WebError::STALE,
            E::NotFound => WebError::NOT_FOUND,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::focus::FocusError {
    fn public(&self) -> WebError {
        use app::focus::FocusError as E;
        match self {
            E::Form(_) => WebError::UNFIT,
            E::Stale { .. } | E::StaleStrategy { .. } => WebError::STALE,
            E::NothingChosen => WebError::NOT_NOW,
            E::Course(course) => course.public(),
        }
    }
}

impl Public for app::homework::HomeworkError {
    fn public(&self) -> WebError {
        use app::homework::HomeworkError as E;
        match self {
            E::Form(_) => WebError::UNFIT,
            E::Stale { .. } => WebError::STALE,
            E::NotFound => WebError::NOT_FOUND,
            E::Course(course) => course.public(),
        }
    }
}

impl<E: Public> From<Refused<E>> for WebError {
    fn from(refused: Refused<E>) -> WebError {
        match refused {
            Refused::Denied(
                Denial::NotSignedIn | Denial::NotConfirmed | Denial::Disabled | Denial::SecondFactorMissing,
            ) => WebError::SIGNED_OUT,
            Refused::Denied(Denial::NoRule | Denial::NoClient | Denial::Blocked(_)) => WebError::NOT_FOUND,
            Refused::Denied(Denial::NotFresh) => WebError::NOT_FRESH,
            Refused::Denied(Denial::Erased) => WebError::ERASED,
            Refused::Verb(error) => error.public(),
            Refused::Repeated => WebError::REPEATED,
            Refused::Store(failure) => failure.into(),
        }
    }
}

impl From<StoreError> for WebError {
    fn from(failure: StoreError) -> WebError {
        tracing::error!(%failure, "the store failed");
        match failure {
            StoreError::Stopped(_)
            | StoreError::Full
            | StoreError::Io(_)
            | StoreError::Corrupt(_)
            | StoreError::ReadOnly => WebError::STOPPED,
            StoreError::Busy | StoreError::Retry | StoreError::Unavailable(_) => WebError::UNAVAILABLE,
            StoreError::Conflict { .. } => WebError::STALE,
            StoreError::Broken { .. } => WebError::BROKEN,
            StoreError::NoKey { .. } => WebError::ERASED,
            _ => WebError::INTERNAL,
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a response says of a form that could not be read, if it says so; a verb that was asked and refused what the form
/// holds says [`WebError::UNFIT`] instead.
pub(super) fn unread(response: &Response) -> bool {
    let of_the_form = [WebError::MALFORMED, WebError::TOO_LARGE];
    match response.extensions().get::<WebError>() {
        Some(error) => of_the_form.contains(error),
        None => !has_page(response) && matches!(response.status().as_u16(), 400 | 413 | 415 | 422),
    }
}

/// Turns every bare error into a page in the person's language, and axum's own refusals (a path that is no id,
/// a body that is no form) into ours.
pub async fn error_pages(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts, &web);
    let response = next.run(Request::from_parts(parts, body)).await;
    let error = match response.extensions().get::<WebError>() {
        Some(error) => *error,
        None => match response.status() {
            // Ours carry a page already, marked by their content type.
            _ if has_page(&response) => return response,
            StatusCode::BAD_REQUEST
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::UNSUPPORTED_MEDIA_TYPE => WebError::MALFORMED,
            StatusCode::PAYLOAD_TOO_LARGE => WebError::TOO_LARGE,
            StatusCode::SERVICE_UNAVAILABLE => WebError::UNAVAILABLE,
            StatusCode::INTERNAL_SERVER_ERROR => WebError::INTERNAL,
            _ => return response,
        },
    };
    let signed = response.extensions().get::<Signed>();
    let mut page = (error.status, page(error, &asker, signed)).into_response();
    if matches!(error.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        page.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
    }
    for (name, value) in response.headers() {
        if name != axum::http::header::CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH {
            page.headers_mut().insert(name.clone(), value.clone());
        }
    }
    page
}

/// After how many seconds it is worth trying again while the store does not answer or takes no changes, or too many try
/// at once.
const RETRY_SECONDS: &str = "30";

fn has_page(response: &Response) -> bool {
    let kind = response.headers().get(axum::http::header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/"))
}

fn page(error: WebError, asker: &Asker, signed: Option<&Signed>) -> Markup {
    let w = asker.words;
    let title = w.t(error.title);
    let mut frame = Frame::new(w, title.clone(), title);
    frame.width = Width::Reading;
    let home = if signed.is_some() { "/home" } else { "/" };
    layout(
        &frame,
        html! {
            p { (w.t(error.text)) }
            p { (Button::link(&w.t("error-home"), home)) }
        },
    )
}
