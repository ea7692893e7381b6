//! Whose data a screen was shown, so that each look is logged once and before the data leaves.

use base::{Position, Result, Subject};
use identity::{Access, Identity, Personal};
use std::collections::HashSet;
use web::live::Pushed;

/// Those whom an open screen has looked at. One look lasts as long as the socket, so that a message costs none; an
/// offer is a look of its own, told apart by its place in the journal.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<(Subject, Option<Position>)>);

impl Seen {
    /// A contact of theirs is watched, and that was logged.
    pub(super) fn watched(&mut self, whose: Subject) {
        self.0.insert((whose, None));
    }

    /// Logs a look at whom this push shows, unless it was logged before. When that fails, do not send it.
    pub(super) async fn log(&mut self, identity: &Identity, access: &Access, pushed: &Pushed) -> Result<()> {
        let offer = pushed.position.filter(|_| pushed.push.kind == "offer");
        let mut new = pushed.push.about.iter().copied().filter(|one| !self.0.contains(&(*one, offer)));
        let Some(first) = new.next() else { return Ok(()) };
        let whose = new.fold(Personal::new(first, ()), Personal::also);
        let subjects: Vec<Subject> = whose.subjects().collect();
        let route = if offer.is_some() { "live offer" } else { "live change" };
        identity.open_logged(access, route, whose).await?;
        self.0.extend(subjects.into_iter().flat_map(|one| [(one, offer), (one, None)]));
        Ok(())
    }
}
