//! Every statement in the house is understood by both engines.

use crate::support::{rooms, sources};
use db::testing::{TestDb, prepare};
use db::{Engine, Migrations};

/// The texts in all `sql!("…")` and `sql!(global "…")`, with where they stand.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, text) in sources() {
        for (at, _) in text.match_indices("sql!(") {
            let rest = text[at + "sql!(".len()..].trim_start();
            let rest = rest.strip_prefix("global").unwrap_or(rest).trim_start();
            let Some(body) = rest.strip_prefix('"') else { continue };
            let end = body.find('"').expect("a statement ends");
            let statement = &body[..end];
            // An example in a comment is cut short.
            if !statement.contains('…') {
                found.push((path.clone(), statement.to_owned()));
            }
        }
    }
    found
}

fn every_statement_is_understood(engine: Engine) {
    let statements = statements();
    assert!(statements.len() > 50, "the statements are found: {}", statements.len());
    db::testing::run(engine, &rooms(), async |db: TestDb| {
        let mut refused = Vec::new();
        for (path, statement) in &statements {
            if let Err(error) = prepare(&db, statement).await {
                refused.push(format!("{path}: {error:?}\n{statement}"));
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n\n"));
    });
}

#[test]
fn every_statement_is_understood_by_sqlite() {
    every_statement_is_understood(Engine::Sqlite);
}

#[test]
fn every_statement_is_understood_by_postgres() {
    every_statement_is_understood(Engine::Postgres);
}

#[test]
fn migrations_are_named_in_order_and_belong_to_their_room() {
    for Migrations { room, scripts } in rooms() {
        for (number, migration) in scripts.iter().enumerate() {
            let expected = format!("{:04}_", number + 1);
            assert!(
                migration.name.starts_with(&expected),
                "{room}: {} should be number {expected}",
                migration.name
            );
        }
    }
}
