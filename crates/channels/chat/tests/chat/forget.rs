//! What goes when nobody comes back for it.

use crate::house::House;
use axum::http::Method;
use db::db_test;
use db::testing::TestDb;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

impl House {
    /// Whether a token still opens its conversation.
    async fn opens(&self, token: &str) -> bool {
        let got = self.visitor(Method::GET, "/api/v1/chat/transcript?format=text", Some(token), None).await;
        got.status == 200
    }
}

#[db_test]
async fn a_token_opens_its_conversation_for_a_quarter_after_the_visitor_was_last_there(db: TestDb) {
    let house = House::new(db).await;
    let reference = "0123456789abcdef0123456789abcdef";
    let token = |begun: &identity::testing::Answered| begun.body["token"].as_str().unwrap().to_owned();
    let first = token(&house.begin_with("Hallo", reference).await);
    let second = token(&house.begin_with("Hallo", reference).await);
    let stayed = house.begin("Hallo");
    let stayed = stayed.await.token;
    house.db.clock.advance(60 * DAY);
    house.tab(&stayed, 0).await.until("welcome").await;
    house.db.clock.advance(31 * DAY);

    house.chat.forget_tokens(house.db.env().new_id()).await.unwrap();
    assert!(house.opens(&first).await, "another organisation forgets its own");
    house.chat.forget_tokens(house.organisation).await.unwrap();
    assert!(!house.opens(&first).await && !house.opens(&second).await);
    assert!(house.opens(&stayed).await);
}
