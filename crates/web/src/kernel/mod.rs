//! What every page stands on.

pub mod door;
pub mod error;
pub mod form;
pub mod headers;
pub mod metrics;
pub mod once;
pub mod path;
pub mod proxies;
pub mod routes;
pub mod serve;
pub mod state;
pub mod tls;

/// Everything a page module needs in one line.
pub mod prelude {
    pub use super::door::Signed;
    pub use super::error::WebError;
    pub use super::form::Form;
    pub use super::path::Path;
    pub use super::routes::{Policy, Route, get, post};
    pub use super::state::{Asker, Web};
    pub use crate::ui::prelude::*;
    pub use app::entry::{Action, Refused};
    pub use axum::extract::State;
    pub use axum::http::StatusCode;
    pub use axum::response::{IntoResponse, Redirect, Response};
}
