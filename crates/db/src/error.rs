//! What a database error means to the rooms above.

use base::{Error, ErrorCode};

/// Translates an error of the driver. Trying again helps with whatever is about the line, the disk or a lock.
pub(crate) fn translate(error: sqlx::Error) -> Error {
    let detail = match &error {
        sqlx::Error::RowNotFound => return Error::not_found("row").with_source(error),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => {
            "The database does not answer. Nothing was stored; try again in a moment."
        }
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            return Error::conflict("This exists already.").with_source(error);
        }
        sqlx::Error::Database(cause) => match cause.code().as_deref() {
            // SQLite: FULL. PostgreSQL: disk_full.
            Some("13" | "53100") => {
                "The disk of the database is full. Nothing was stored; an administrator has to make room."
            }
            // SQLite: BUSY, LOCKED, IOERR and kin. PostgreSQL: shut-down, crash, recovery, too many connections,
            // deadlock, serialisation.
            Some("5" | "6" | "10" | "57P01" | "57P02" | "57P03" | "53300" | "40P01" | "40001") => {
                "The database is busy or restarting. Nothing was stored; try again in a moment."
            }
            Some(code)
                if code
                    .parse::<u32>()
                    .is_ok_and(|code| code > 255 && matches!(code & 255, 5 | 6 | 10 | 13)) =>
            {
                "The database cannot write now. Nothing was stored; try again in a moment."
            }
            _ => return Error::internal(error),
        },
        _ => return Error::internal(error),
    };
    Error::new(ErrorCode::Unavailable, detail).with_source(error)
}
