//! A written-out conversation, and where two people who play it have come.
//!
//! In the files a line that begins with `-` is the customer's, with `>` the colleague's, and `=` hands the contact to
//! the queue that is named. Whoever plays a side needs no memory: how much each side has said is in the conversation
//! itself, so a restarted player goes on where it was.

use base::Error;
use serde::Deserialize;

/// One message, as one side says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// How many messages of the other side come before it.
    pub(crate) after: usize,
    /// The queue to which the colleague hands the contact after saying it.
    pub(crate) then_to: Option<String>,
}

/// A whole conversation. It begins with the customer.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Talk {
    customer: Vec<Line>,
    colleague: Vec<Line>,
    /// The lines in order: true is the customer's.
    order: Vec<bool>,
}

impl TryFrom<String> for Talk {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let wrong = |line: &str| Error::internal(format!("a talk with a line that cannot be: {line}"));
        let mut talk = Self { customer: Vec::new(), colleague: Vec::new(), order: Vec::new() };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (mark, text) = line.split_once(' ').ok_or_else(|| wrong(line))?;
            let text = text.trim().to_owned();
            match mark {
                "-" => {
                    let after = talk.colleague.len();
                    talk.customer.push(Line { text, after, then_to: None });
                    talk.order.push(true);
                }
                ">" => {
                    let after = talk.customer.len();
                    talk.colleague.push(Line { text, after, then_to: None });
                    talk.order.push(false);
                }
                "=" => talk.colleague.last_mut().ok_or_else(|| wrong(line))?.then_to = Some(text),
                _ => return Err(wrong(line)),
            }
        }
        if talk.order.first() == Some(&true) && !talk.colleague.is_empty() {
            return Ok(talk);
        }
        Err(wrong("the customer begins and the colleague answers"))
    }
}

impl Talk {
    /// The customer's question.
    pub(crate) fn question(&self) -> &str {
        &self.customer[0].text
    }

    pub(crate) fn customer(&self) -> &[Line] {
        &self.customer
    }

    pub(crate) fn colleague(&self) -> &[Line] {
        &self.colleague
    }

    /// All lines in order, with who says it: true is the customer.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (bool, &Line)> {
        let (mut customer, mut colleague) = (self.customer.iter(), self.colleague.iter());
        self.order.iter().filter_map(move |&mine| {
            let line = if mine { customer.next() } else { colleague.next() };
            line.map(|line| (mine, line))
        })
    }
}

/// Texts are compared without regard to space, because what was typed and what is shown may differ in it.
pub(crate) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(text: &str) -> Talk {
        Talk::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn each_line_knows_what_was_said_before_it() {
        let talk = talk("- a\n- b\n> c\n= elsewhere\n- d\n> e\n");
        let after = |lines: &[Line]| lines.iter().map(|line| line.after).collect::<Vec<_>>();
        assert_eq!(after(talk.customer()), [0, 0, 1]);
        assert_eq!(after(talk.colleague()), [2, 3]);
        assert_eq!(talk.colleague()[0].then_to.as_deref(), Some("elsewhere"));
        let order: Vec<_> = talk.lines().map(|(_, line)| line.text.as_str()).collect();
        assert_eq!(order, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn what_nobody_says_is_refused() {
        for wrong in ["", "> hello", "- a", "- a\nb c", "= there\n- a\n> b"] {
            assert!(Talk::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
        }
    }
}
