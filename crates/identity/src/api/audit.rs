//! The audit chain, for who has to account for it.

use crate::audit::{self, EntryRef, store};
use crate::hex::encode as hex;
use crate::model::Named;
use crate::{Access, Identity};
use axum::extract::State;
use base::{Actor, AuditId, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Json, Page, PageQuery, Path, ProblemBody, Query};

/// Something that was done.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Which entry.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// The member of staff who did it; null when it was the system or a customer.
    pub member: Option<Named>,
    /// Who did it: `system`, or the id of a member or of a customer's contact.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The id of what it was done to; null once erased.
    pub subject: Option<String>,
    /// Small values about it; null once erased.
    #[schema(value_type = Option<Object>)]
    pub detail: Option<serde_json::Value>,
    /// The number of its seal; null in its first second.
    pub seal: Option<i64>,
}

/// Look at what was done.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "identity", operation_id = "list_audit", params(PageQuery),
    responses((status = 200, description = "A page of entries, newest first", body = Page<AuditEntry>)),
)]
pub(crate) async fn list(
    State(identity): State<Identity>,
    access: Access,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<AuditEntry>>> {
    let before = before(&page)?;
    let mut conn = identity.db().read(access.organisation()).await?;
    let found = store::list(&mut conn, before, page.limit() + 1).await?;
    drop(conn);
    let found = Page::of(found, page.limit(), |entry| entry.id.to_string());
    let members = found.items.iter().filter_map(|entry| match entry.actor {
        Actor::Member(id) => Some(id),
        Actor::System | Actor::Customer(_) => None,
    });
    let names = identity.member_names(access.organisation(), members).await?;
    let items = found.items.into_iter().map(|entry| {
        let member = match entry.actor {
            Actor::Member(id) => names.get(&id).map(|found| Named::new(id, &found.name)),
            Actor::System | Actor::Customer(_) => None,
        };
        AuditEntry {
            id: entry.id,
            at: entry.at,
            member,
            actor: entry.actor.to_string(),
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail.and_then(|detail| serde_json::from_str(&detail).ok()),
            seal: entry.seal,
        }
    });
    Ok(Json(Page { items: items.collect(), next: found.next }))
}

/// The id after which the page begins.
pub(super) fn before<I: std::str::FromStr>(page: &PageQuery) -> Result<Option<I>> {
    let wrong = || Error::invalid("after", "use the value of 'next' of the page before, unchanged");
    page.after()?.map(|key| key.parse().map_err(|_| wrong())).transpose()
}

/// A proof that an entry stands under a seal. All hashes are SHA-256 in hexadecimal; leaves and nodes are hashed as
/// RFC 6962 says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditProof {
    /// The hash of the entry's leaf.
    pub leaf: String,
    /// Its place among the leaves of the seal.
    pub index: u64,
    /// How many leaves there are.
    pub count: u64,
    /// The hashes beside the way to the root, nearest first.
    pub path: Vec<String>,
    /// The seal.
    pub seal: AuditSeal,
}

/// A seal over a second's entries, chained to the one before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditSeal {
    /// 1, 2, 3 …
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The hash of the seal before.
    pub previous: String,
    /// The hash of this seal: it stands for everything up to here. Keep it elsewhere.
    pub hash: String,
}

/// Prove that an entry stands under its seal.
#[utoipa::path(
    get, path = "/api/v1/audit/{id}/proof", tag = "identity", operation_id = "prove_audit_entry",
    params(("id" = AuditId, Path, description = "The entry")),
    responses(
        (status = 200, description = "The proof", body = AuditProof),
        (status = 404, description = "No such entry", body = ProblemBody),
        (status = 409, description = "Not sealed yet", body = ProblemBody),
    ),
)]
pub(crate) async fn prove(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<AuditId>,
) -> Answer<Json<AuditProof>> {
    let proof = audit::prove(identity.db(), access.organisation(), EntryRef::Audit(id)).await?;
    Ok(Json(AuditProof {
        leaf: hex(&proof.leaf),
        index: proof.index as u64,
        count: proof.count as u64,
        path: proof.path.iter().map(|hash| hex(hash)).collect(),
        seal: AuditSeal {
            number: proof.number,
            at: proof.at,
            previous: hex(&proof.previous),
            hash: hex(&proof.seal),
        },
    }))
}

/// The newest seal; null before the first.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditHead {
    /// The seal.
    pub seal: Option<AuditSeal>,
}

/// The newest seal. Its hash, kept elsewhere, shows later that nothing was cut off.
#[utoipa::path(
    get, path = "/api/v1/audit/head", tag = "identity", operation_id = "get_audit_head",
    responses((status = 200, description = "The newest seal", body = AuditHead)),
)]
pub(crate) async fn head(State(identity): State<Identity>, access: Access) -> Answer<Json<AuditHead>> {
    let last = store::last_seal(&mut identity.db().read(access.organisation()).await?).await?;
    let seal = last.map(|seal| AuditSeal {
        number: seal.number,
        at: seal.at,
        previous: hex(&seal.previous),
        hash: hex(&seal.hash),
    });
    Ok(Json(AuditHead { seal }))
}
