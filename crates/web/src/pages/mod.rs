//! One module per page or small family of pages: `routes` (what is registered here, once), handlers, and a `view`
//! file of pure functions.

use crate::kernel::routes::Route;

mod account;
mod caseload;
mod chart;
mod clients;
mod draft;
mod emergencies;
mod ending;
mod erasures;
mod findings;
mod focus;
mod guardians;
mod homework;
mod inventory;
mod links;
mod measures;
mod member_words;
mod news;
mod paging;
mod passkeys;
mod people;
mod plans;
mod private_notes;
mod questionnaire;
mod refusal;
mod register;
mod risks;
mod sessions;
mod shared;
mod sign_in;
mod timeline;
mod today;
mod trail;
pub mod verify;
mod welcome;

/// The route table.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(welcome::routes());
    routes.extend(caseload::routes());
    routes.extend(clients::routes());
    routes.extend(links::routes());
    routes.extend(sessions::routes());
    routes.extend(sign_in::routes());
    routes.extend(account::routes());
    routes.extend(verify::routes());
    routes.extend(news::routes());
    routes.extend(passkeys::routes());
    routes.extend(findings::routes());
    routes.extend(people::routes());
    routes.extend(plans::routes());
    routes.extend(measures::routes());
    routes.extend(register::routes());
    routes.extend(risks::routes());
    routes.extend(today::routes());
    routes.extend(emergencies::routes());
    routes.extend(ending::routes());
    routes.extend(shared::routes());
    routes.extend(inventory::routes());
    routes.extend(timeline::routes());
    routes.extend(focus::routes());
    routes.extend(guardians::routes());
    routes.extend(homework::routes());
    routes.extend(trail::routes());
    routes.extend(private_notes::routes());
    routes.extend(erasures::routes());
    routes
}
