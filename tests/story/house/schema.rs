//! Both engines get the same tables, and every table keeps organisations apart.

use crate::support::rooms;
use db::testing::TestDb;
use db::{Column, Engine, describe};
use std::collections::BTreeMap;

/// Tables that belong to no organisation, each with its reason.
const GLOBAL: &[(&str, &str)] = &[
    ("schema_migrations", "the installation's own"),
    ("organisations", "the table of organisations itself"),
    ("people", "a person may work for several organisations"),
    ("job_runners", "a program that does jobs, for all organisations"),
    ("sign_in_failures", "nobody is signed in yet"),
    ("sessions", "a session is a person's, and may change organisation"),
];

fn columns(engine: Engine) -> Vec<Column> {
    let (tell, told) = std::sync::mpsc::channel();
    db::testing::run(engine, &rooms(), async |db: TestDb| {
        let mut conn = db.read_global().await.unwrap();
        tell.send(describe(&mut conn).await.unwrap()).unwrap();
    });
    told.recv().unwrap()
}

#[test]
fn the_two_engines_have_the_same_tables() {
    let (sqlite, postgres) = (columns(Engine::Sqlite), columns(Engine::Postgres));
    assert!(sqlite.len() > 100, "the columns are found: {}", sqlite.len());
    assert_eq!(sqlite, postgres);
}

#[test]
fn only_portable_types_are_used() {
    for column in columns(Engine::Sqlite) {
        let portable = ["TEXT", "BIGINT", "BOOLEAN", "BYTEA", "DOUBLE PRECISION"];
        assert!(portable.contains(&column.kind.as_str()), "{column:?}");
    }
}

#[test]
fn every_table_names_its_organisation_first() {
    let mut tables = BTreeMap::<String, Vec<Column>>::new();
    for column in columns(Engine::Postgres) {
        tables.entry(column.table.clone()).or_default().push(column);
    }
    let mut nameless = Vec::new();
    for (table, columns) in tables {
        if GLOBAL.iter().any(|(global, _)| *global == table) {
            continue;
        }
        let organisation = columns.iter().find(|column| column.name == "organisation_id");
        if organisation.is_none_or(|column| column.nullable) {
            nameless.push(table);
        }
    }
    assert!(nameless.is_empty(), "without organisation_id: {nameless:?}");
}
