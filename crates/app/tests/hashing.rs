//! The hash of a password: how it is made, and that the database alone does not give it away.

use crate::accounts::{GOOD, come_in};
use app::testing::World;
use store::testing::{OPTIONS, each_database, keys};
use store::vault::{KeyKind, Keys, RootKey, RootKeys};
use store::{Across, Db, MIGRATIONS, Sql, credentials};

const STORED: Sql = Sql::new("SELECT password_hash FROM account WHERE password_hash IS NOT NULL");

fn other_keys() -> Keys {
    let key = RootKey::of(1, *b"a root key of some other place!!").unwrap();
    Keys::fixed(RootKeys::of(KeyKind::Practice, key))
}

#[tokio::test]
async fn a4_the_stored_hash_is_argon2id_and_opens_only_with_the_key_outside_the_database() {
    each_database(MIGRATIONS, async |database| {
        let db = Db::open(database.url(), &keys(), OPTIONS).unwrap();
        let world = World::new(db.clone()).await;
        let nadia = come_in(&world).await;
        let owner = (world.practice, nadia.id);
        let find = move |tx: &mut store::Tx<'_>| credentials::find(tx, owner);

        let stored: Vec<Vec<u8>> = db
            .across_practices(Across::Operator)
            .read(|tx| tx.all(STORED, &[], |row| row.get(0)))
            .await
            .unwrap();
        assert_eq!(stored.len(), 1);
        for plain in [b"argon2".as_slice(), GOOD.as_bytes()] {
            assert!(!stored[0].windows(plain.len()).any(|part| part == plain));
        }

        let hash = db.read_in(world.practice, find).await.unwrap().unwrap().password_hash.unwrap();
        let parts: Vec<&str> = hash.split('$').collect();
        assert_eq!(parts[1..3], ["argon2id", "v=19"]);
        let numbers: Vec<u32> = parts[3].split(',').map(|part| part[2..].parse().unwrap()).collect();
        assert!(numbers[0] >= 19_456 && numbers[1] >= 2 && numbers[2] == 1, "m, t, p: {numbers:?}");
        db.close().await;

        let found_with_another_key = match Db::open(database.url(), &other_keys(), OPTIONS) {
            Ok(db) => {
                let found = db.read_in(world.practice, find).await;
                db.close().await;
                found.is_ok()
            }
            Err(_) => false,
        };
        assert!(!found_with_another_key, "another root key opens nothing");
        let again = Db::open(database.url(), &keys(), OPTIONS).unwrap();
        assert!(again.read_in(world.practice, find).await.unwrap().is_some());
        again.close().await;
    })
    .await;
}
