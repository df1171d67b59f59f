//! A browser without a browser: requests through the whole router, with the headers a browser sends.

use app::sessions::Token;
use app::testing::World;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::access::Assurance;
use domain::ids::AccountId;
use domain::passkey::Site;
use store::Db;
use tower::ServiceExt;
use web::Web;

/// A practice with its web face.
pub struct House {
    pub world: World,
    router: Router,
}

/// An answer, read to its end.
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl House {
    /// At https://practice.example.
    pub async fn new(db: Db) -> House {
        House::with_address(db, "https://practice.example".parse().ok()).await
    }

    /// At an address that the program was told, or at none.
    pub async fn with_address(db: Db, address: Option<Site>) -> House {
        let world = World::new(db).await;
        let router = web::router(Web { app: world.app.clone(), address });
        House { world, router }
    }

    /// A browser in which an account is signed in with all its factors.
    pub async fn browser(&self, account: AccountId) -> Browser<'_> {
        self.browser_with(account, Assurance::Full).await
    }

    /// A browser in which an account is signed in this far.
    pub async fn browser_with(&self, account: AccountId, assurance: Assurance) -> Browser<'_> {
        Browser { token: Some(self.world.session(account, assurance).await), ..self.visitor() }
    }

    /// A browser in which nobody is signed in.
    pub fn visitor(&self) -> Browser<'_> {
        Browser { house: self, token: None, cookie: None, host: "127.0.0.1" }
    }

    /// A browser that holds the session a page handed out.
    pub fn browser_of(&self, page: &Page) -> Browser<'_> {
        Browser { token: page.session(), ..self.visitor() }
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 4 << 20).await.unwrap();
        let location = parts.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, location, headers: parts.headers, body }
    }
}

impl Page {
    /// The session the page handed out, among other cookies.
    pub fn session(&self) -> Option<Token> {
        let cookies = self.headers.get_all(header::SET_COOKIE).into_iter();
        let mut sessions = cookies.filter_map(|one| one.to_str().unwrap().strip_prefix("__Host-attune="));
        let value = sessions.next()?.split(';').next()?;
        (!value.is_empty()).then(|| Token::presented(value))
    }

    /// The text between two others.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.body.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.body)).1;
        rest.split_once(after).unwrap().0
    }
}

/// Somebody's browser.
pub struct Browser<'h> {
    house: &'h House,
    token: Option<Token>,
    cookie: Option<String>,
    host: &'static str,
}

impl<'h> Browser<'h> {
    /// The same, with one more cookie.
    pub fn with_cookie(self, cookie: &str) -> Browser<'h> {
        Browser { cookie: Some(cookie.to_owned()), ..self }
    }

    /// The same, calling the site by another name.
    pub fn at_host(self, host: &'static str) -> Browser<'h> {
        Browser { host, ..self }
    }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Page {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.house.send(request).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.house.send(request).await
    }

    /// A request as it is, for what a browser would never send.
    pub async fn raw(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = match &self.token {
            Some(token) => request.header(header::COOKIE, format!("__Host-attune={}", token.reveal())),
            None => request,
        };
        self.house.send(request.body(body).unwrap()).await
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, self.host);
        let session = self.token.iter().map(|token| format!("__Host-attune={}", token.reveal()));
        session
            .chain(self.cookie.clone())
            .fold(request, |request, cookie| request.header(header::COOKIE, cookie))
    }
}

/// A fresh SQLite database that lives as long as the test program.
pub fn sqlite() -> Db {
    let folder = tempfile::tempdir().unwrap().keep();
    let url = store::DatabaseUrl::Sqlite(folder.join("test.db"));
    Db::open(&url, &store::testing::keys(), store::testing::OPTIONS).unwrap()
}
