//! Files that people send: checked, sealed and kept on disk or in S3-compatible storage.
//!
//! [`Blobs::put`] takes a stream and looks at it while it passes: how large it is, what kind of content its bytes
//! are (never what its name says), and whether the virus scanner finds something. Each piece is sealed with the
//! subject's key before it leaves the process. What is refused is not kept, and with a scanner configured nothing is
//! kept that was not scanned.
//!
//! A file and the row that names it cannot be stored in one step. So before a file is written a job stands ready
//! that will delete it in a day; [`keep`], in the transaction that stores the row, takes that job away, and
//! [`release`], in the one that deletes the row, puts it back. After a refusal or an error the job stays too, and comes
//! soon. A file without a row is never left behind, and no row ever names a file that was swept.
//!
//! This room has no tables: what a file is called and whom it is about stands with the room that keeps it.

mod blobs;
mod frame;
mod kind;
mod name;
mod scanner;
mod sweep;

pub use blobs::{Blobs, Content, Limits, Store, Stored};
pub use kind::COMMON_TYPES;
pub use name::clean_name;
pub use scanner::Scanner;
pub use sweep::{DropBlob, keep, release};
