//! Finds its way through the pages as a person would: signs in, reads addresses and forms off them.

use crate::chance::Chance;
use crate::http::{Answer, Connection, Encoding, Request};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The item of the PHQ-9 that asks about death.
const RISK_ITEM: usize = 9;

/// What one signed-in therapist can ask for.
#[derive(Clone, Default)]
pub struct Site {
    /// `name=value` of the session.
    pub cookie: String,
    /// Addresses of client overviews.
    pub overviews: Vec<String>,
    /// Forms in which a PHQ-9 can be sent in.
    pub forms: Vec<Sheet>,
}

/// A questionnaire's form as it stands on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    action: String,
    /// Hidden fields with their values.
    fixed: Vec<(String, String)>,
    /// Groups of radio buttons with the values that they offer, in the order of the page.
    choices: Vec<(String, Vec<String>)>,
}

/// Enters a demonstration by a one-time link and gives the session's cookie.
pub fn enter(address: SocketAddr, link: &str) -> Result<String, String> {
    let target = link.split_once("/l/").map_or(link, |(_, token)| token);
    let target = format!("/l/{target}");
    let mut connection = Connection::open(address, "", Encoding::Plain)?;
    let page = connection.ask(&Request::get(target.clone()))?;
    let form = forms(&page.text()).into_iter().find(|form| form.action.contains("/l/"));
    let (action, body) =
        form.map_or((target, String::new()), |form| (form.action.clone(), pairs(&form.fixed)));
    let entered = connection.ask(&Request::post(action, body))?;
    entered.cookie.ok_or_else(|| format!("the link gave no session (status {})", entered.status))
}

/// Looks round: which overviews and which PHQ-9 forms this session can open, at most `most` of each.
pub fn explore(address: SocketAddr, cookie: String, most: usize) -> Result<Site, String> {
    let mut connection = Connection::open(address, &cookie, Encoding::Plain)?;
    let caseload = ok(connection.ask(&Request::get("/clients"))?, "/clients")?;
    let mut site = Site { cookie, ..Site::default() };
    for overview in addresses(&caseload, "/clients/") {
        if site.overviews.len() >= most || overview.ends_with("/new") {
            continue;
        }
        let page = ok(connection.ask(&Request::get(overview.clone()))?, &overview)?;
        site.overviews.push(overview);
        let Some(episode) = addresses(&page, "/episodes/").first().cloned() else { continue };
        let target = format!("{episode}/measures/phq-9/new");
        let page = connection.ask(&Request::get(target.clone()))?;
        if page.status == 200 {
            let answerable = forms(&page.text()).into_iter().find(|form| form.choices.len() >= 9);
            // A form without an address is sent to its own page.
            let own =
                |form: Sheet| if form.action.is_empty() { Sheet { action: target, ..form } } else { form };
            site.forms.extend(answerable.map(own));
        }
    }
    Ok(site)
}

fn ok(answer: Answer, target: &str) -> Result<String, String> {
    match answer.status {
        200 => Ok(answer.text()),
        status => Err(format!("{target} answered {status}")),
    }
}

impl Sheet {
    /// Fills the form: any answers, but the item about death is above zero in one of twenty only.
    pub fn filled(&self, chance: &Chance) -> Request {
        let mut all = self.fixed.clone();
        let mut items = 0;
        for (name, values) in &self.choices {
            let numbers: Vec<&String> = values.iter().filter(|value| value.parse::<u8>().is_ok()).collect();
            items += usize::from(!numbers.is_empty());
            let quiet = items == RISK_ITEM && chance.below(20) > 0;
            let pick = if quiet { 0 } else { chance.below(numbers.len().max(1) as u64) };
            // What is no item (how the answers came in) keeps its first choice.
            let value = numbers.get(usize::try_from(pick).unwrap_or(0)).copied().or(values.first());
            all.extend(value.map(|value| (name.clone(), value.clone())));
        }
        Request::post(self.action.clone(), pairs(&all))
    }
}

fn pairs(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", encoded(name), encoded(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The distinct addresses `PREFIX/ID` a page links to, cut after the id.
fn addresses(page: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in page.split(&format!("\"{prefix}")).skip(1) {
        let id: String = rest.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
        let address = format!("{prefix}{id}");
        if id.len() == 36 && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// The forms of a page that are sent by POST.
fn forms(page: &str) -> Vec<Sheet> {
    let each = page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    each.filter(|form| form.contains("method=\"post\"")).map(sheet).collect()
}

fn sheet(form: &str) -> Sheet {
    let head = form.split('>').next().unwrap_or_default();
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    let mut sheet = Sheet { action: attribute(head, "action").unwrap_or_default(), ..Sheet::default() };
    for input in form.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
        let (Some(name), value) = (attribute(input, "name"), attribute(input, "value").unwrap_or_default())
        else {
            continue;
        };
        match attribute(input, "type").as_deref() {
            Some("radio") => {
                let next = sheet.choices.len();
                let at = *groups.entry(name.clone()).or_insert(next);
                if at == next {
                    sheet.choices.push((name, Vec::new()));
                }
                sheet.choices[at].1.push(value);
            }
            Some("hidden") => sheet.fixed.push((name, value)),
            _ => {}
        }
    }
    sheet
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&amp;", "&").replace("&quot;", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form method="get" action="/x"></form><a href="/episodes/018f0000-0000-7000-8000-000000000001/measures">
        <form class="sheet" method="post" action="/a?b=1&amp;c=2"><input type="hidden" name="on" value="2026-11-02">
        <input type="radio" name="item 1" value="0"><input type="radio" name="item 1" value="3"></form>"#;

    #[test]
    fn a_form_is_read_off_its_page_and_filled() {
        let found = forms(PAGE);
        assert_eq!(found.len(), 1);
        let sent = found[0].filled(&Chance::new(1));
        assert_eq!(sent.target, "/a?b=1&c=2");
        let form = sent.form.unwrap_or_default();
        assert!(form.starts_with("on=2026-11-02&item%201="), "{form}");
    }

    #[test]
    fn addresses_end_after_the_id() {
        assert_eq!(addresses(PAGE, "/episodes/"), ["/episodes/018f0000-0000-7000-8000-000000000001"]);
    }
}
