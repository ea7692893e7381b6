//! Files: in, sent with a message, and out.

use crate::house::House;
use base::ContactId;
use db::testing::TestDb;
use db::{args, db_test, sql};
use identity::testing::{Answered, SignedInMember};
use serde_json::json;
use std::time::Duration;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

impl House {
    /// Uploads a file as a browser does.
    pub(crate) async fn upload(
        &self,
        who: &SignedInMember,
        contact: ContactId,
        name: &str,
        bytes: &[u8],
    ) -> Answered {
        let mut form = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"contact_id\"\r\n\r\n{contact}\r\n\
             --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/html\r\n\r\n"
        )
        .into_bytes();
        form.extend_from_slice(bytes);
        form.extend_from_slice(b"\r\n--xyz--\r\n");
        self.upload_form(who, form).await
    }

    /// The ids of all files that are known, sent or not.
    async fn stored_files(&self) -> Vec<String> {
        let all = sql!("SELECT id FROM attachments WHERE organisation_id = $1");
        let mut conn = self.db.read(self.organisation).await.unwrap();
        let rows = conn.all(all, args![self.organisation]).await.unwrap();
        rows.iter().map(|row| row.get("id").unwrap()).collect()
    }

    pub(crate) async fn upload_form(&self, who: &SignedInMember, form: Vec<u8>) -> Answered {
        let path = "/api/v1/attachments";
        let mut request = identity::testing::request("POST".parse().unwrap(), path, Some(&who.cookie), None);
        request.headers_mut().insert("content-type", "multipart/form-data; boundary=xyz".parse().unwrap());
        *request.body_mut() = form.into();
        identity::testing::send(&self.routes, request).await
    }
}

#[db_test]
async fn a_picture_is_sent_and_shown(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let file = house.upload(&house.anna, contact, "../gevel.PNG", PNG).await;
    assert_eq!(file.status, 201, "{}", file.body);
    assert_eq!((&file.body["name"], &file.body["media_type"]), (&json!("gevel.PNG"), &json!("image/png")));
    let message = json!({"text": "", "client_ref": "m1", "attachments": [file.body["id"]]});
    let sent =
        house.ok(&house.anna, "POST", &format!("/contacts/{contact}/messages"), Some(message.clone())).await;
    assert_eq!(sent["attachments"], json!([file.body]));
    let again = house.ok(&house.anna, "POST", &format!("/contacts/{contact}/messages"), Some(message)).await;
    assert_eq!(again, sent, "sent again, it is the same message");
    jobs::testing::assert_no_job_left(&house.db).await;

    let path = format!("/attachments/{}", file.body["id"].as_str().unwrap());
    let got = house.call(&house.bram, "GET", &path, None).await;
    assert_eq!(got.status, 200);
    assert_eq!(got.headers["content-type"], "image/png");
    assert_eq!(got.headers["content-length"], PNG.len().to_string().as_str());
    assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("inline"));
}

#[db_test]
async fn a_file_is_what_its_bytes_are_and_may_be_refused(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let page = house.upload(&house.anna, contact, "foto.png", b"<html><script>alert(1)</script>").await;
    assert_eq!(page.code(), "unsupported_type");
    let program =
        house.upload(&house.anna, contact, "foto.png", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff").await;
    assert_eq!(program.code(), "unsupported_type");
    let empty = house.upload(&house.anna, contact, "a.txt", b"").await;
    assert_eq!(empty.code(), "invalid");
    let large = house.upload(&house.anna, contact, "a.txt", &vec![b'a'; 20_000_001]).await;
    assert_eq!(large.code(), "too_large");
    let after = house.upload(&house.anna, contact, "a.txt", b"platte tekst").await;
    assert_eq!((after.status.as_u16(), &after.body["media_type"]), (201, &json!("text/plain")));
}

#[db_test]
async fn a_form_that_is_not_right_says_what_is_missing(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let field = |name: &str, value: &str| {
        format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
    };
    let end = b"--xyz--\r\n".to_vec();
    let cases = [
        ([field("file", "x"), end.clone()].concat(), "contact_id"),
        ([field("contact_id", "cnt_nonsense"), end.clone()].concat(), "contact_id"),
        ([field("contact_id", &"x".repeat(1000)), end.clone()].concat(), "contact_id"),
        ([field("contact_id", &contact.to_string()), end].concat(), "file"),
    ];
    for (form, missing) in cases {
        let answered = house.upload_form(&house.anna, form).await;
        assert_eq!(answered.body["fields"][0]["field"], json!(missing), "{}", answered.body);
    }
    let cut = house.upload_form(&house.anna, field("contact_id", "x")[..20].to_vec()).await;
    assert_eq!(cut.code(), "malformed");
    let no_form = house.call(&house.anna, "POST", "/attachments", Some(json!({}))).await;
    assert_eq!(no_form.code(), "malformed");
}

#[db_test]
async fn a_file_is_sent_once_by_its_uploader_to_its_contact(db: TestDb) {
    let house = House::new(db).await;
    let (contact, other) = (house.received_by(&house.anna).await, house.received_by(&house.anna).await);
    let file = house.upload(&house.anna, contact, "a.txt", b"hallo").await.body["id"].clone();
    let send = |reference: &str| json!({"text": "", "client_ref": reference, "attachments": [file]});
    let elsewhere =
        house.call(&house.anna, "POST", &format!("/contacts/{other}/messages"), Some(send("a"))).await;
    assert_eq!(elsewhere.body["fields"][0]["field"], json!("attachments"));
    house.ok(&house.anna, "POST", &format!("/contacts/{contact}/messages"), Some(send("a"))).await;
    let twice =
        house.call(&house.anna, "POST", &format!("/contacts/{contact}/messages"), Some(send("b"))).await;
    assert_eq!(twice.code(), "invalid");
    let not_hers = house.upload(&house.bram, contact, "a.txt", b"hallo").await;
    assert_eq!(not_hers.code(), "conflict", "Bram does not have this contact");
}

#[db_test]
async fn a_file_that_was_never_sent_is_forgotten_and_one_that_was_is_not(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let id = |file: Answered| file.body["id"].as_str().unwrap().to_owned();
    let sent = id(house.upload(&house.anna, contact, "sent.txt", b"hallo").await);
    house.upload(&house.anna, contact, "unsent.txt", b"hallo").await;
    let message = json!({"text": "", "client_ref": "m1", "attachments": [sent]});
    house.ok(&house.anna, "POST", &format!("/contacts/{contact}/messages"), Some(message)).await;
    let forget = async |organisation| house.contacts.forget_unsent_files(organisation).await.unwrap();
    house.db.clock.advance(Duration::from_hours(47));
    forget(house.organisation).await;
    house.db.clock.advance(Duration::from_hours(2));
    forget(house.db.env().new_id()).await;
    assert_eq!(house.stored_files().await.len(), 2, "too early, and another organisation's");
    forget(house.organisation).await;
    assert_eq!(house.stored_files().await, [sent]);
}
