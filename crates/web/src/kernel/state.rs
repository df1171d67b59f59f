//! What handlers share, and who is asking.

use super::door::{DEVICE_COOKIE, cookie_of};
use crate::locale::Words;
use app::App;
use app::context::{Ctx, Origin};
use app::sessions::Token;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use domain::access::Actor;
use domain::passkey::Site;
use jiff::tz::TimeZone;
use std::convert::Infallible;
use std::net::SocketAddr;

/// What handlers share.
#[derive(Clone)]
pub struct Web {
    /// The application.
    pub app: App,
    /// The address people use, where whoever runs the program said so. It is then the only one.
    pub address: Option<Site>,
}

/// Marks requests that came in over our own TLS.
#[derive(Debug, Clone, Copy)]
pub struct Https;

/// What a request says about itself before anybody is signed in: language, address, device.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The texts in the language the browser prefers.
    pub words: Words,
    /// Network address, for the audit trail and for limits.
    pub address: String,
    /// What the browser calls itself.
    pub device: String,
    /// What the device holds of an earlier sign-in.
    pub known_by: Option<Token>,
    /// The address of this site, without a slash at its end: for links that are handed over. As the program was told,
    /// else as the browser called it.
    pub site: String,
    /// The site that passkeys belong to: the address that the program was told, or this machine's own name. An address
    /// that only the browser says is none.
    pub passkeys: Option<Site>,
}

impl Asker {
    /// Where the request comes from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::Web(self.address.clone())
    }

    /// The context of a visitor's request.
    #[must_use]
    pub fn visitor(&self, app: &App) -> Ctx {
        app.ctx(Actor::Visitor, TimeZone::UTC, self.origin()).on_device(self.known_by.clone())
    }

    pub(crate) fn of(parts: &Parts, web: &Web) -> Asker {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let called = site(text(header::HOST), parts.extensions.get::<Https>().is_some());
        let here = || Site::of(&called).ok().filter(|site| site.name() == "localhost");
        let passkeys = web.address.clone().or_else(here);
        Asker {
            words: Words::preferred(text(header::ACCEPT_LANGUAGE)),
            address: address.map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string()),
            device: text(header::USER_AGENT).to_owned(),
            known_by: cookie_of(&parts.headers, DEVICE_COOKIE),
            site: web.address.as_ref().map_or(called, |site| site.origin().to_owned()),
            passkeys,
        }
    }
}

/// Browsers reach the program over HTTPS, its own or a proxy's, except on the machine itself.
fn site(host: &str, encrypted: bool) -> String {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    let scheme = if here && !encrypted { "http" } else { "https" };
    format!("{scheme}://{host}")
}

impl FromRequestParts<Web> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Asker, Infallible> {
        Ok(Asker::of(parts, web))
    }
}
