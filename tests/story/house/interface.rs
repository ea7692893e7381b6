//! The description of the interface is fresh, and every endpoint states who may call it.

use crate::support::root;
use serde_json::Value;

async fn described() -> Value {
    serde_json::from_str(&balie::app::openapi().await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_committed_description_is_fresh() {
    let path = root().join("docs/api/openapi.json");
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert!(committed == described().await, "the description has changed; run: make generate");
}

#[tokio::test]
async fn every_endpoint_states_who_may_call_it_and_for_what() {
    let described = described().await;
    let paths = described["paths"].as_object().unwrap();
    assert!(paths.len() > 30, "the endpoints are found: {}", paths.len());
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            let permission =
                operation["x-permission"].as_str().unwrap_or_else(|| panic!("{place}: no x-permission"));
            let purpose = operation["x-purpose"].is_string();
            assert!(purpose || ["public", "own"].contains(&permission), "{place}: no x-purpose");
            assert!(operation["operationId"].is_string(), "{place}: no name");
            let said = operation["summary"].is_string() || operation["description"].is_string();
            assert!(said, "{place}: says not what it does");
        }
    }
}
