//! Backups are made while the database is in use, and come back whole.

use store::testing::{OPTIONS, TestDatabase, each_database};
use store::{BackupError, DatabaseUrl, Db, Engine, OpenError, Overwrite, backup, integrity, restore_with};

use crate::schema::{SCHEMA, add, count};

async fn people(url: &DatabaseUrl) -> i64 {
    let db = Db::open_with(url, OPTIONS, SCHEMA).unwrap();
    let found = db.read(count).await.unwrap();
    db.close().await;
    found
}

#[tokio::test]
async fn a_backup_comes_back_whole_and_replaces_only_when_told() {
    each_database(SCHEMA, async |database| {
        let url = database.url();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("attune.backup");
        let db = Db::open_with(url, OPTIONS, SCHEMA).unwrap();
        db.write(|tx| (0..50).try_for_each(|n| add(tx, &format!("p{n}\n\\.")))).await.unwrap();

        let made = backup(url, &file, Overwrite::Refuse).unwrap();
        assert_eq!(made.bytes, file.metadata().unwrap().len());
        assert_eq!(made.tables.iter().find(|found| found.table == "person").unwrap().rows, 50);
        assert!(matches!(backup(url, &file, Overwrite::Refuse), Err(BackupError::Exists(_))));
        backup(url, &file, Overwrite::Replace).unwrap();
        assert_eq!(integrity(url).unwrap(), Vec::<String>::new());

        db.write(|tx| add(tx, "late")).await.unwrap();
        let used = restore_with(&file, url, Overwrite::Replace, SCHEMA);
        let in_use = matches!(used, Err(BackupError::InUse(_) | BackupError::Open(OpenError::InUse { .. })));
        assert!(in_use, "{used:?}");
        db.close().await;
        assert!(matches!(restore_with(&file, url, Overwrite::Refuse, SCHEMA), Err(BackupError::Exists(_))));
        let newer = restore_with(&file, url, Overwrite::Replace, &[]);
        assert!(matches!(newer, Err(BackupError::Open(OpenError::Newer { .. }))), "{newer:?}");
        assert_eq!(people(url).await, 51);

        for _ in 0..2 {
            let restored = restore_with(&file, url, Overwrite::Replace, SCHEMA).unwrap();
            assert_eq!(restored.tables, made.tables);
            assert!(restored.kept.is_some());
            assert_eq!(people(url).await, 50);
        }
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(left, ["attune.backup"], "nothing half-made is left");

        let fresh = TestDatabase::new(url.engine(), &[]).unwrap();
        if url.engine() == Engine::Sqlite {
            assert_eq!(restore_with(&file, fresh.url(), Overwrite::Refuse, SCHEMA).unwrap().kept, None);
            assert_eq!(people(fresh.url()).await, 50);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_backup_changes_nothing() {
    each_database(SCHEMA, async |database| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("letter.txt");
        std::fs::write(&file, "Dear all, ".repeat(500)).unwrap();
        let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
        db.write(|tx| add(tx, "ada")).await.unwrap();
        db.close().await;
        let refused = restore_with(&file, database.url(), Overwrite::Replace, SCHEMA);
        let told = matches!(refused, Err(BackupError::NotABackup(_) | BackupError::ToolFailed { .. }));
        assert!(told, "{refused:?}");
        let absent = restore_with(&folder.path().join("none"), database.url(), Overwrite::Replace, SCHEMA);
        assert!(matches!(absent, Err(BackupError::Missing(_))));
        assert_eq!(people(database.url()).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_database_is_never_overwritten_by_its_own_backup() {
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    let DatabaseUrl::Sqlite(path) = database.url() else { panic!("a file") };
    let onto_itself = backup(database.url(), path, Overwrite::Replace);
    assert!(matches!(onto_itself, Err(BackupError::SameFile(_))), "{onto_itself:?}");
    db.close().await;
}

#[tokio::test]
async fn damage_is_found() {
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let DatabaseUrl::Sqlite(path) = database.url() else { panic!("a file") };
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    db.write(|tx| (0..400).try_for_each(|n| add(tx, &format!("person-{n}")))).await.unwrap();
    db.close().await;
    let mut bytes = std::fs::read(path).unwrap();
    let page = bytes.len() - 4096 * 2;
    bytes[page..page + 4096].fill(0x5a);
    std::fs::write(path, bytes).unwrap();
    let faults = integrity(database.url());
    assert!(faults.as_ref().map_or(true, |lines| !lines.is_empty()), "{faults:?}");
    let file = path.with_extension("backup");
    assert!(backup(database.url(), &file, Overwrite::Refuse).is_err());
    assert!(!file.exists());
}
