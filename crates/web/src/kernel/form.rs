//! Forms as they arrive: bounded, in order, nothing thrown away.

use super::error::WebError;
use super::state::Web;
use crate::pages::verify;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

/// What the fields of the page that asks for the second factor begin with.
pub const VERIFY_PREFIX: &str = "verify.";
/// Most fields a form may carry.
const FIELDS_MAX: usize = 1_000;

/// A form's fields in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Name and value.
    pub pairs: Vec<(String, String)>,
}

impl Form {
    /// The first value of a field; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field was sent with anything in it (a ticked box, a pressed button).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A field read as some type, when it is one.
    #[must_use]
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).trim().parse().ok()
    }

    /// The fields as a form type of the application (all text fields, missing ones empty).
    ///
    /// # Errors
    /// [`WebError::MALFORMED`] when they do not fit.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, WebError> {
        let text = serde_urlencoded::to_string(&self.pairs).map_err(|_| WebError::MALFORMED)?;
        serde_urlencoded::from_str(&text).map_err(|_| WebError::MALFORMED)
    }

    /// Whether a request says that it carries a form.
    pub(super) fn is_in(headers: &HeaderMap) -> bool {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }

    /// Without the fields of the page that asked for the second factor on the way (see [`crate::pages::verify`]).
    fn own_fields(mut self) -> Form {
        self.pairs.retain(|(name, _)| !name.starts_with(VERIFY_PREFIX));
        self
    }

    pub(super) fn parse_body(body: &[u8]) -> Result<Form, WebError> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(body).map_err(|_| WebError::MALFORMED)?;
        if pairs.len() > FIELDS_MAX {
            return Err(WebError::TOO_LARGE);
        }
        // No browser sends one; a page that shows the form again must not hold one either.
        if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(WebError::MALFORMED);
        }
        Ok(Form { pairs })
    }
}

impl FromRequest<Web> for Form {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &Web) -> Result<Form, WebError> {
        if !Form::is_in(request.headers()) {
            return Err(WebError::MALFORMED);
        }
        // The page that asks for the second factor sees its own fields and what it carries; nobody else does.
        let asks = request.uri().path() == verify::PATH;
        let body = Bytes::from_request(request, state).await.map_err(|_| WebError::TOO_LARGE)?;
        let form = Form::parse_body(&body)?;
        Ok(if asks { form } else { form.own_fields() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn fields_keep_their_order_and_their_repetitions() {
        let form = Form::parse_body(b"a=1&b=x+y&a=2&c=%E2%9C%93").unwrap();
        assert_eq!(form.text("a"), "1");
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.text("b"), "x y");
        assert_eq!(form.text("c"), "✓");
        assert_eq!(form.text("none"), "");
        assert_eq!(form.parse::<u16>("a"), Some(1));
    }

    #[test]
    fn i3_a_form_with_a_nul_in_it_is_refused() {
        assert_eq!(Form::parse_body(b"name=a%00b"), Err(WebError::MALFORMED));
        assert_eq!(Form::parse_body(b"na%00me=a"), Err(WebError::MALFORMED));
    }

    #[test]
    fn i2_a_form_of_too_many_fields_is_refused() {
        assert_eq!(Form::parse_body("a=1&".repeat(1_001).as_bytes()), Err(WebError::TOO_LARGE));
    }
}
