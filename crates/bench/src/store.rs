//! The rows of messages, read from one database and written to another as they are.

use base::{OrganisationId, Result};
use db::{Conn, Row, Tx, args, sql};

/// A row of a message: an entry, and the fact about it.
pub(crate) struct Rows {
    /// The contacts they belong to, as far as their columns must hold something.
    pub(crate) contacts: Vec<Row>,
    /// The entries.
    pub(crate) entries: Vec<Row>,
    /// The facts.
    pub(crate) facts: Vec<Row>,
}

/// Reads all there is of messages that visitors sent.
pub(crate) async fn read(conn: &mut Conn) -> Result<Rows> {
    let organisation = conn.organisation();
    let contacts = conn
        .all(
            sql!(
                "SELECT id, channel, topic, language, entry_point_id, entry_point_name, key_id, state, started_at
                 FROM contacts WHERE organisation_id = $1"
            ),
            args![organisation],
        )
        .await?;
    let entries = conn
        .all(
            sql!(
                "SELECT contact_id, seq, id, at, kind, author, visibility, client_ref, text_sealed, attachments
                 FROM entries WHERE organisation_id = $1 AND kind = 'message' ORDER BY id"
            ),
            args![organisation],
        )
        .await?;
    let facts = conn
        .all(
            sql!(
                "SELECT position, at, actor, kind, subject, data FROM journal
                 WHERE organisation_id = $1 AND kind = 'contact.entry_added' ORDER BY position"
            ),
            args![organisation],
        )
        .await?;
    Ok(Rows { contacts, entries, facts })
}

/// A contact to write, as far as its columns must hold something.
#[derive(Clone, Debug)]
pub(crate) struct Contact(Vec<db::Value>);

impl Contact {
    /// Puts the values in order.
    pub(crate) fn of(organisation: OrganisationId, row: &Row) -> Result<Self> {
        let text = |name| row.get::<String>(name);
        Ok(Self(args![
            organisation,
            text("id")?,
            text("channel")?,
            text("topic")?,
            text("language")?,
            text("entry_point_id")?,
            text("entry_point_name")?,
            text("key_id")?,
            text("state")?,
            row.get::<i64>("started_at")?
        ]))
    }

    /// Writes it.
    pub(crate) async fn insert(self, tx: &mut Tx) -> Result<()> {
        tx.execute(
            sql!(
                "INSERT INTO contacts (organisation_id, id, channel, topic, language, entry_point_id,
                                       entry_point_name, key_id, state, turn, started_at, last_seq, read_by_agent,
                                       read_by_customer)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, 0, 0, 0)"
            ),
            self.0,
        )
        .await?;
        Ok(())
    }
}

/// A message as it stands in two tables.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    entry: Vec<db::Value>,
    fact: Vec<db::Value>,
}

impl Message {
    /// Puts the values in order, so that writing them is all that is measured.
    pub(crate) fn of(organisation: OrganisationId, entry: &Row, fact: &Row) -> Result<Self> {
        let text = |row: &Row, name| row.get::<String>(name);
        let entry = args![
            organisation,
            text(entry, "contact_id")?,
            entry.get::<i64>("seq")?,
            text(entry, "id")?,
            entry.get::<i64>("at")?,
            text(entry, "kind")?,
            text(entry, "author")?,
            text(entry, "visibility")?,
            entry.get::<Option<String>>("client_ref")?,
            entry.get::<Option<Vec<u8>>>("text_sealed")?,
            entry.get::<i64>("attachments")?
        ];
        let fact = args![
            organisation,
            fact.get::<i64>("position")?,
            fact.get::<i64>("at")?,
            text(fact, "actor")?,
            text(fact, "kind")?,
            text(fact, "subject")?,
            text(fact, "data")?
        ];
        Ok(Self { entry, fact })
    }

    /// Writes it.
    pub(crate) async fn insert(self, tx: &mut Tx) -> Result<()> {
        tx.execute(
            sql!(
                "INSERT INTO entries (organisation_id, contact_id, seq, id, at, kind, author, visibility, client_ref,
                                      text_sealed, attachments)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            self.entry,
        )
        .await?;
        tx.execute(
            sql!(
                "INSERT INTO journal (organisation_id, position, at, actor, kind, subject, data)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            self.fact,
        )
        .await?;
        Ok(())
    }
}
