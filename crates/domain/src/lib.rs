//! Nouns and rules of an Interpersonal Psychotherapy service: people, relations, courses, safety, access.
//!
//! Never knows: the clock, randomness, files, the network, SQL, HTTP. Time and ids come in as arguments.

pub mod access;
pub mod account;
pub mod artefact;
pub mod caseload;
pub mod client;
pub mod csv;
pub mod emergency;
pub mod episode;
pub mod erasure;
pub mod fields;
pub mod finding;
pub mod focus;
pub mod fuzzy;
pub mod guardian;
pub mod homework;
pub mod ids;
pub mod life_event;
pub mod link;
pub mod paging;
pub mod passkey;
pub mod password;
pub mod plans;
pub mod private_note;
pub mod response;
pub mod risk;
pub mod session;
pub mod text;
pub mod tie;
pub mod way_in;
pub mod worksheet;
