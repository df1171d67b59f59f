//! What holds for every route: headers, cross-site requests, reading that changes nothing, limits.

use crate::access::filled;
use crate::support::{Browser, House, Page, sqlite};
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use store::{Sql, StoreError};
use web::table;

const FORM: &str = "application/x-www-form-urlencoded";

/// Every table's rows as text, but for what each access writes by design: the audit trail, when a session was used, and
/// who opened the drawer of psychotherapy notes and, the first time, its key.
async fn state(house: &House) -> BTreeMap<String, String> {
    const BY_DESIGN: [&str; 5] = ["audit", "web_session", "client_key", "psychotherapy_opening", "sqlite_"];
    const TABLES: Sql = Sql::new("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let db = house.world.app.db().clone();
    let db = db.across_practices(store::Across::Operator);
    let read = db.read(|tx| -> Result<_, StoreError> {
        let mut state = BTreeMap::new();
        for table in tx.all(TABLES, &[], |row| row.get::<String>(0))? {
            if BY_DESIGN.iter().any(|start| table.starts_with(start)) {
                continue;
            }
            let names = format!("SELECT name FROM pragma_table_info('{table}')");
            let names = tx.all(Sql::new(names.leak()), &[], |row| row.get::<String>(0))?;
            let cells: Vec<String> = names.iter().map(|name| format!("quote(\"{name}\")")).collect();
            let rows = format!("SELECT {} FROM \"{table}\" ORDER BY 1", cells.join(" || ',' || "));
            let rows = tx.all(Sql::new(rows.leak()), &[], |row| row.get::<String>(0))?;
            state.insert(table, rows.join("\n"));
        }
        Ok(state)
    });
    read.await.unwrap()
}

/// A therapist with a client, a course, somebody in the inventory and a note.
async fn practised(house: &House) -> Browser<'_> {
    let browser = house.browser(house.world.therapist).await;
    let client = browser.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    let course = [("protocol", "ipt16_adult"), ("starts_on", "2026-11-02")];
    assert_eq!(browser.post(&format!("{client}/course"), &course).await.status, StatusCode::SEE_OTHER);
    let page = browser.get(&client).await.body;
    let episode = page.split("href=\"/episodes/").nth(1).unwrap().split(['/', '"']).next().unwrap();
    let base = format!("/episodes/{episode}");
    browser.post(&format!("{base}/inventory"), &[("names", "Amina")]).await;
    browser.post(&format!("{base}/sessions"), &[("held_on", "2026-11-02")]).await;
    browser
}

fn safe_headers(what: &str, page: &Page) {
    let value = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let policy = value("content-security-policy");
    for part in [
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'),
        "{what}: {policy}"
    );
    assert_eq!(value("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(value("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(value("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(value("cross-origin-resource-policy"), "same-origin", "{what}");
    assert_eq!(value("x-frame-options"), "DENY", "{what}");
    assert!(!value("cache-control").is_empty(), "{what}");
}

#[tokio::test]
async fn w1_the_headers_are_on_every_answer_and_on_every_error() {
    let house = House::new(sqlite()).await;
    let browsers = [
        house.visitor(),
        house.browser(house.world.therapist).await,
        house.browser(house.world.administrator).await,
    ];
    let mut statuses = BTreeSet::new();
    for browser in &browsers {
        for (method, pattern, _) in table() {
            let path = filled(pattern);
            let page =
                if method == Method::GET { browser.get(&path).await } else { browser.post(&path, &[]).await };
            statuses.insert(page.status.as_u16());
            safe_headers(&format!("{method} {pattern}"), &page);
        }
    }
    let visitor = house.visitor();
    let ask = |method: &str, path: &str| {
        Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1")
    };
    for (what, request, body) in [
        ("no such page", ask("GET", "/nothing"), Body::empty()),
        ("no such method", ask("DELETE", "/sign-in"), Body::empty()),
        ("no such asset", ask("GET", "/assets/0/none.css"), Body::empty()),
        ("another site", ask("POST", "/sign-in").header("sec-fetch-site", "cross-site"), Body::empty()),
        ("no form", ask("POST", "/sign-in").header(header::CONTENT_TYPE, "text/plain"), Body::from("x")),
        (
            "too long",
            ask("POST", "/sign-in").header(header::CONTENT_TYPE, FORM),
            Body::from(vec![b'a'; 2 << 20]),
        ),
    ] {
        let page = visitor.raw(request, body).await;
        assert!(page.status.is_client_error(), "{what}: {}", page.status);
        statuses.insert(page.status.as_u16());
        safe_headers(what, &page);
    }
    for status in [200, 303, 400, 401, 403, 404, 405, 413] {
        assert!(statuses.contains(&status), "{status} was not met: {statuses:?}");
    }
}

/// Whether a request that says this of itself may act: the rule in words, apart from the program's own.
fn may_act(site: Option<&str>, origin: Option<&str>, cookie: bool) -> bool {
    match (site, origin) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == "http://127.0.0.1",
        (None, None) => !cookie,
    }
}

fn from_elsewhere(
    method: &Method,
    pattern: &str,
    site: Option<&str>,
    origin: Option<&str>,
) -> axum::http::request::Builder {
    let mut request = Request::builder().method(method.clone()).uri(filled(pattern));
    request = request.header(header::HOST, "127.0.0.1").header(header::CONTENT_TYPE, FORM);
    for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request
}

#[tokio::test]
async fn w3_no_other_site_can_act_at_any_route() {
    let house = House::new(sqlite()).await;
    let therapist = practised(&house).await;
    let visitor = house.visitor();
    let before = state(&house).await;
    let sites = [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none"), Some("?")];
    let origins = [
        None,
        Some("http://127.0.0.1"),
        Some("https://evil.example"),
        Some("null"),
        Some("http://127.0.0.1.evil.example"),
    ];
    let mut refused = 0;
    for (method, pattern, _) in table().into_iter().filter(|(method, ..)| method != Method::GET) {
        for (site, origin) in sites.iter().flat_map(|site| origins.map(|origin| (*site, origin))) {
            for (browser, cookie) in [(&visitor, false), (&therapist, true)] {
                if may_act(site, origin, cookie) {
                    continue;
                }
                let request = from_elsewhere(&method, pattern, site, origin);
                let page = browser.raw(request, Body::from("name=Mallory")).await;
                assert_eq!(
                    page.status,
                    StatusCode::FORBIDDEN,
                    "{method} {pattern} {site:?} {origin:?} {cookie}"
                );
                refused += 1;
            }
        }
    }
    assert_eq!(state(&house).await, before, "a refused request changes nothing");
    // What our own pages send is let through.
    let own = therapist.post("/clients/new", &[("name", "Own")]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
    assert!(state(&house).await != before && refused > 1_000, "{refused} were refused");
}

#[tokio::test]
async fn w3_w9_reading_changes_nothing_and_a_link_acts_only_when_its_button_is_pressed() {
    let house = House::new(sqlite()).await;
    let therapist = practised(&house).await;
    let administrator = house.browser(house.world.administrator).await;
    let new = [
        ("name", "New Person"),
        ("email", "new@example.org"),
        ("zone", "Africa/Kampala"),
        ("role", "therapist"),
        ("roles", "therapist"),
    ];
    let invited = administrator.post("/people/new", &new).await;
    let link = invited.body.split("/l/").nth(1).expect("a link").split(['"', '<']).next().unwrap();
    let link = format!("/l/{link}");
    let before = state(&house).await;

    let visitor = house.visitor();
    for _ in 0..3 {
        let page = visitor.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("method=\"post\"") && page.session().is_none(), "{}", page.body);
    }
    let mut seen = 0;
    for browser in [&therapist, &administrator, &visitor] {
        let mut waiting: VecDeque<String> = table()
            .into_iter()
            .filter(|(method, ..)| method == Method::GET)
            .map(|(_, pattern, _)| filled(pattern))
            .collect();
        let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
        while let Some(path) = waiting.pop_front() {
            let page = browser.get(&path).await;
            assert!(!page.status.is_server_error(), "{path}");
            seen += 1;
            for href in page.body.split(" href=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
                let path = format!("/{}", href.replace("&amp;", "&"));
                if known.insert(path.clone()) {
                    waiting.push_back(path);
                }
            }
        }
    }
    assert!(seen > 150, "{seen} pages");
    let after = state(&house).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table} changed by reading");
    }
    // Pressed, it acts, and then it is over.
    let joined = visitor
        .post(&link, &[("password", "a long and plain sentence"), ("again", "a long and plain sentence")])
        .await;
    assert!(state(&house).await != after, "{} {}", joined.status, joined.body);
}

#[tokio::test]
async fn w10_the_way_out_is_on_every_page_and_needs_no_script() {
    let house = House::new(sqlite()).await;
    let therapist = practised(&house).await;
    let ctx = house.world.ctx(house.world.therapist).await;
    let client = house.world.app.caseload(&ctx).await.unwrap()[0].row.client;
    let own = house.browser(house.world.client_account(client).await).await;
    let mut pages = 0;
    for browser in [&therapist, &own, &house.visitor()] {
        for (_, pattern, _) in table().into_iter().filter(|(method, ..)| method == Method::GET) {
            let page = browser.get(&filled(pattern)).await;
            if pattern != "/weather" && page.body.starts_with("<!DOCTYPE") {
                assert!(
                    page.body.contains(" href=\"/weather\" rel=\"noreferrer noopener\" data-quick-exit"),
                    "{pattern}"
                );
                pages += 1;
            }
        }
    }
    assert!(pages > 100, "{pages} pages");
    let weather = house.visitor().get("/weather").await;
    assert_eq!(weather.status, StatusCode::OK);
}

#[tokio::test]
async fn i2_too_much_is_refused() {
    let house = House::new(sqlite()).await;
    let visitor = house.visitor();
    let post = |kind: &str| {
        Request::builder()
            .method("POST")
            .uri("/sign-in")
            .header(header::HOST, "127.0.0.1")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, kind.to_owned())
    };
    let long = |bytes: usize| Body::from(format!("email={}", "a".repeat(bytes)));
    assert_ne!(visitor.raw(post(FORM), long((1 << 20) - 100)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(visitor.raw(post(FORM), long(1 << 20)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let many = Body::from("a=1&".repeat(1_001));
    assert_eq!(visitor.raw(post(FORM), many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // A body that unpacks is refused before anybody looks at it.
    for packing in ["gzip", "deflate", "br", "identity, gzip"] {
        let packed =
            visitor.raw(post(FORM).header(header::CONTENT_ENCODING, packing), Body::from("email=a")).await;
        assert_eq!(packed.status, StatusCode::BAD_REQUEST, "{packing}");
    }
}

#[tokio::test(start_paused = true)]
async fn i2_a_request_that_never_ends_is_ended_after_fifteen_seconds() {
    let house = House::new(sqlite()).await;
    let (_open, body) = endless();
    let request = Request::builder().method("POST").uri("/sign-in").header(header::CONTENT_TYPE, FORM);
    let began = tokio::time::Instant::now();
    let page = house.visitor().raw(request.header("sec-fetch-site", "same-origin"), body).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(began.elapsed().as_secs(), 15);
    safe_headers("a request that takes too long", &page);
}

/// A body that sends nothing and does not end.
fn endless() -> (tokio::sync::mpsc::Sender<Bytes>, Body) {
    let (open, mut rest) = tokio::sync::mpsc::channel::<Bytes>(1);
    let stream = futures_stream(move |cx| rest.poll_recv(cx).map(|piece| piece.map(Ok)));
    (open, Body::new(stream))
}

type Piece = Option<Result<Bytes, std::convert::Infallible>>;

struct Poll<F>(F);

fn futures_stream<F>(poll: F) -> Poll<F>
where
    F: FnMut(&mut std::task::Context<'_>) -> std::task::Poll<Piece>,
{
    Poll(poll)
}

impl<F> hyper::body::Body for Poll<F>
where
    F: FnMut(&mut std::task::Context<'_>) -> std::task::Poll<Piece> + Unpin,
{
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        (self.0)(cx).map(|piece| piece.map(|piece| piece.map(hyper::body::Frame::data)))
    }
}
