//! A small schema for the kernel's own tests.

use store::{Migration, Sql, StoreError, Tx};

pub const TEXT: &str = "
CREATE TABLE person (
  id {TEXT} PRIMARY KEY,
  email {TEXT} NOT NULL,
  nick {TEXT} UNIQUE,
  age {INT} CONSTRAINT person_age CHECK (age >= 0),
  active {BOOL} NOT NULL DEFAULT {TRUE}
){STRICT};
CREATE UNIQUE INDEX person_email ON person (email);
CREATE TABLE tag (word {TEXT} NOT NULL){STRICT};
CREATE UNIQUE INDEX tag_word_folded ON tag (lower(word));
CREATE TABLE visit (
  id {NUMBERED_PK},
  person_id {TEXT} NOT NULL CONSTRAINT visit_person REFERENCES person (id),
  points {BIGINT} NOT NULL
){STRICT};
CREATE TABLE cell (
  id {TEXT} PRIMARY KEY, number {BIGINT}, small {INT}, flag {BOOL}, share {REAL},
  words {TEXT}, bytes {BYTES}, instant {BIGINT}, day {TEXT}, tree {TEXT}
){WITHOUT_ROWID};
";

pub const SCHEMA: &[Migration] = &[Migration { number: 1, name: "people", text: TEXT }];

pub const ADD: Sql = Sql::new("INSERT INTO person (id, email, nick, age) VALUES ($1, $2, $3, $4)");
pub const COUNT: Sql = Sql::new("SELECT count(*) FROM person");
pub const TAG: Sql = Sql::new("INSERT INTO tag (word) VALUES ($1)");
pub const VISIT: Sql = Sql::new("INSERT INTO visit (person_id, points) VALUES ($1, $2)");

/// Adds a person with this id and an email made from it.
pub fn add(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    let email = format!("{id}@example.org");
    tx.exec(ADD, &[&id, &email, &None::<&str>, &30_i64]).map(drop)
}

pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(tx.one(COUNT, &[], |row| row.get(0))?.unwrap_or_default())
}
