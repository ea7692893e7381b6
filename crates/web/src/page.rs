//! Paging by cursor: a page names the place after its last item, so that lists stay whole while they change.

use base::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A place in a list. Opaque to the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// Hides the key of the last item of a page.
    pub fn encode(key: &str) -> Self {
        let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
        Self(key.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
    }

    /// The key.
    pub fn decode(&self) -> Result<String> {
        let wrong = || Error::invalid("after", "use the value of 'next' of the page before, unchanged");
        if !self.0.len().is_multiple_of(2) || !self.0.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let bytes = (0..self.0.len()).step_by(2).map(|at| u8::from_str_radix(&self.0[at..at + 2], 16));
        String::from_utf8(bytes.collect::<Result<_, _>>().map_err(|_| wrong())?).map_err(|_| wrong())
    }
}

/// A page of a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page from up to `limit + 1` items: the extra one only tells that there is more.
    pub fn of(mut items: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|item| Cursor::encode(&key(item))) } else { None };
        Self { items, next }
    }
}

/// Which page to give.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items, 1 to 200; 50 if absent.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor>,
}

impl PageQuery {
    /// How many items, within bounds.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }

    /// The key after which the page begins.
    pub fn after(&self) -> Result<Option<String>> {
        self.after.as_ref().map(Cursor::decode).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_its_key_back() {
        for key in ["", "cnt_01", "1700/é"] {
            assert_eq!(Cursor::encode(key).decode().unwrap(), key);
        }
        for wrong in ["a", "zz", "ff", "+1"] {
            assert!(Cursor(wrong.into()).decode().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_extra_item_only_tells_that_there_is_more() {
        let page = Page::of(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(Cursor::encode("2"))));
        assert_eq!(Page::of(vec![1, 2], 2, ToString::to_string).next, None);
    }
}
