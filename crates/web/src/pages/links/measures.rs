//! A link for measures: the questions, the thanks, and what somebody sees who presses twice.

use super::Sent;
use crate::kernel::prelude::*;
use crate::pages::questionnaire::view::{self as form, Sheet};
use crate::pages::questionnaire::{self, Gaps, Reading, thanks};
use crate::pages::today::length;
use app::measure_links::{MeasureLinkError, MeasuresLink};
use app::sessions::Token;
use measure::Instrument;

/// The page of a link that is for measures, whether it still takes answers or not.
pub async fn show(web: &Web, asker: &Asker, token: &Token) -> Result<Response, WebError> {
    match web.app.measures_link(token).await? {
        MeasuresLink::Open { practice_name, open, of } => {
            let id = open.first().ok_or(WebError::LINK_ENDED)?;
            let place = Place { practice: &practice_name, part: of - open.len() + 1, of };
            Ok(sheet(asker, token, installed(web, id)?, &place, &Reading::default()).into_response())
        }
        MeasuresLink::AlreadySent { practice_name } => {
            Ok(already_sent(asker, &practice_name).into_response())
        }
        MeasuresLink::Ended => Err(WebError::LINK_ENDED),
    }
}

/// Takes the answers of one instrument. The answer is a page, not a redirect: once the link is used up, only this
/// answer still knows what was sent.
pub async fn act(sent: &Sent<'_>, form: &Form) -> Result<Response, WebError> {
    let Sent { web, asker, ctx, token } = sent;
    let instrument = installed(web, form.text("instrument"))?;
    let reading = questionnaire::read(instrument, form, Gaps::Asked);
    if !reading.problems.is_empty() {
        return again(web, asker, token, instrument, &reading).await;
    }
    let id = instrument.id.to_string();
    let outcome = web.app.submit_by_link(ctx, token, id.clone(), reading.answers).await;
    match outcome {
        Ok(sent) => {
            let w = asker.words;
            let here = format!("/l/{}", token.reveal());
            let kept_as = kept_as(token, &id);
            let more = w.t("thanks-more");
            let content = thanks::Sent {
                instrument,
                total: sent.receipt.total,
                severity: sent.receipt.severity.as_deref(),
                scoring: &sent.receipt.scoring,
                kept_as: Some(&kept_as),
                onward: html! {
                    @if !sent.open.is_empty() { p { (Button::link(&more, &here).primary()) } }
                },
            };
            let frame = frame(asker, &sent.practice_name, thanks::heading(w, content.scoring));
            Ok(layout(&frame, thanks::content(w, &content)).into_response())
        }
        // Of a button pressed twice the second answer is the one that is seen: it carries the help too. A link with
        // a further list goes on with that.
        Err(Refused::Verb(MeasureLinkError::AlreadySent)) => show(web, asker, token).await,
        Err(other) => Err(other.into()),
    }
}

/// The form with what was chosen and what is wrong; a link that ended meanwhile says so.
async fn again(
    web: &Web,
    asker: &Asker,
    token: &Token,
    instrument: &Instrument,
    reading: &Reading,
) -> Result<Response, WebError> {
    match web.app.measures_link(token).await? {
        MeasuresLink::Open { practice_name, open, of } if open.contains(&instrument.id.to_string()) => {
            let place = Place { practice: &practice_name, part: of - open.len() + 1, of };
            let page = sheet(asker, token, instrument, &place, reading);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        _ => show(web, asker, token).await,
    }
}

fn installed<'a>(web: &'a Web, id: &str) -> Result<&'a Instrument, WebError> {
    web.app.content().instrument(id).ok_or(WebError::MALFORMED)
}

/// Which list of how many, and for whom.
struct Place<'a> {
    practice: &'a str,
    part: usize,
    of: usize,
}

fn frame<'a>(asker: &Asker, practice: &'a str, heading: impl Into<String>) -> Frame<'a> {
    let w = asker.words;
    let mut frame = Frame::new(w, w.t("sheet-tab"), heading);
    frame.width = Width::Reading;
    frame.practice = Some(practice);
    frame.help_href = Some("/help");
    frame
}

fn sheet(
    asker: &Asker,
    token: &Token,
    instrument: &Instrument,
    place: &Place<'_>,
    reading: &Reading,
) -> Markup {
    let w = asker.words;
    let mut frame = frame(asker, place.practice, w.t("sheet-heading"));
    frame.lede = Some(html! {
        @if place.of > 1 {
            (w.with("sheet-part", &[("n", place.part.into()), ("of", place.of.into())])) ". "
        }
        (length(w, instrument)) " " (w.t("sheet-how"))
    });
    let kept_as = kept_as(token, instrument.id.as_str());
    let sheet = Sheet {
        instrument,
        reading,
        gaps: Gaps::Asked,
        kept_as: Some(&kept_as),
        before: hidden("instrument", instrument.id.as_str()),
        after: html! { p.soft { (w.with("sheet-goes-to", &[("practice", place.practice.into())])) } },
    };
    layout(&frame, form::form(w, &sheet))
}

/// The name under which the device keeps a sheet: one per link, so that nobody meets another person's answers on a
/// shared device. A few letters of the token are no secret.
fn kept_as(token: &Token, instrument: &str) -> String {
    format!("{}-{instrument}", token.reveal().chars().take(8).collect::<String>())
}

fn already_sent(asker: &Asker, practice: &str) -> Markup {
    let w = asker.words;
    layout(
        &frame(asker, practice, w.t("link-sent-heading")),
        html! { div.stack.loose { p { (w.t("link-sent-text")) } (thanks::help(w)) } },
    )
}
