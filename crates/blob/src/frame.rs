//! How a file stands in storage: frames of `length 4 | sealed piece`. Inside the seal each piece says of which file
//! it is, which piece, and whether it is the last; so pieces cannot be moved, left out or cut off unnoticed.

use base::id::Id;
use base::{BlobId, Error, Result};

/// The place that a piece is sealed for.
pub(crate) const CONTEXT: &str = "blob.piece";
/// How much of the file is in one piece.
pub(crate) const PIECE: usize = 64 * 1024;
const HEADER: usize = 16 + 4 + 1;
/// A length past this is damage; seal and header take less than a kilobyte.
const LONGEST: usize = PIECE + 1024;

/// The plain form of a piece.
pub(crate) fn wrap(blob: BlobId, index: u32, last: bool, content: &[u8]) -> Vec<u8> {
    let mut piece = Vec::with_capacity(HEADER + content.len());
    piece.extend(blob.raw().to_be_bytes());
    piece.extend(index.to_be_bytes());
    piece.push(u8::from(last));
    piece.extend(content);
    piece
}

/// The content of a piece that must be this one, and whether it is the last.
pub(crate) fn unwrap(blob: BlobId, index: u32, mut piece: Vec<u8>) -> Result<(Vec<u8>, bool)> {
    let last = match piece.get(HEADER - 1) {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(damaged()),
    };
    if piece[..HEADER] != wrap(blob, index, last, &[]) {
        return Err(damaged());
    }
    piece.drain(..HEADER);
    Ok((piece, last))
}

/// A sealed piece as it is stored.
pub(crate) fn frame(sealed: &[u8]) -> Result<Vec<u8>> {
    let length = u32::try_from(sealed.len()).map_err(Error::internal)?;
    let mut frame = Vec::with_capacity(4 + sealed.len());
    frame.extend(length.to_be_bytes());
    frame.extend(sealed);
    Ok(frame)
}

/// The first sealed piece of what was read, and how many bytes it took; `None` if more must be read first.
pub(crate) fn first(read: &[u8]) -> Result<Option<(&[u8], usize)>> {
    let Some((length, rest)) = read.split_first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_be_bytes(*length) as usize;
    if length > LONGEST {
        return Err(damaged());
    }
    Ok(rest.get(..length).map(|sealed| (sealed, 4 + length)))
}

pub(crate) fn damaged() -> Error {
    Error::internal("a stored file is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_piece_opens_only_as_what_it_is(bits: u128, other: u128, index: u32, last: bool, content: Vec<u8>) {
            let blob = BlobId::from_raw(bits);
            let piece = wrap(blob, index, last, &content);
            prop_assert_eq!(unwrap(blob, index, piece.clone()).unwrap(), (content, last));
            prop_assert!(unwrap(blob, index.wrapping_add(1), piece.clone()).is_err());
            prop_assert!(bits == other || unwrap(BlobId::from_raw(other), index, piece).is_err());
        }

        #[test]
        fn damaged_storage_is_an_error_and_no_panic(bytes: Vec<u8>) {
            let _ = first(&bytes);
            prop_assert!(unwrap(BlobId::from_raw(7), 0, bytes).is_err());
        }
    }
}
