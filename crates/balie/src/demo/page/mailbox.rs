//! The mailbox: letters that the demo sent, which go nowhere else.

use super::html::Html;
use super::index::frame;
use email::mailbox::Received;
use std::fmt::Write;

struct Phrases {
    title: &'static str,
    lead: &'static str,
    empty: &'static str,
    head: [&'static str; 3],
    back: &'static str,
    to_demo: &'static str,
}

fn phrases(language: &str) -> Phrases {
    match language {
        "en" => Phrases {
            title: "Mailbox of the demo",
            lead: "All mail that the demo sends ends here. Nothing leaves this computer.",
            empty: "No mail yet. Let a chat be mailed to you and come back.",
            head: ["Subject", "From", "To"],
            back: "All mail",
            to_demo: "To the demo",
        },
        _ => Phrases {
            title: "Postvak van de demo",
            lead: "Alle mail die de demo verstuurt komt hier terecht. Er gaat niets naar buiten.",
            empty: "Nog geen mail. Laat een chat naar u toe mailen en kom dan terug.",
            head: ["Onderwerp", "Van", "Aan"],
            back: "Alle mail",
            to_demo: "Naar de demo",
        },
    }
}

/// The list, newest first.
pub(super) fn list(letters: &[Received], language: &str) -> Html {
    let phrases = phrases(language);
    let row = |letter: &Received| {
        Html::markup(format!(
            r#"<tr><th scope=row><a href="/demo/mailbox/{id}?lang={language}">{subject}</a></th><td>{from}</td><td>{to}</td></tr>"#,
            id = in_address(&letter.message_id),
            subject = Html::text(subject(letter)),
            from = Html::text(&letter.from),
            to = Html::text(&letter.to.join(", ")),
        ))
    };
    let letters = if letters.is_empty() {
        Html::markup(format!("<p class=soft>{}</p>", phrases.empty))
    } else {
        let head =
            Html::join(phrases.head.iter().map(|name| Html::markup(format!("<th scope=col>{name}</th>"))));
        let rows = Html::join(letters.iter().map(row));
        Html::markup(format!("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"))
    };
    let body = Html::markup(format!(
        r#"<h1>{}</h1><p>{}</p><p><a href="/demo/?lang={language}">{}</a></p>{letters}"#,
        phrases.title, phrases.lead, phrases.to_demo
    ));
    frame(phrases.title, language, &body)
}

/// One letter. Its own HTML is not shown, because it may hold anything; the same stands in its text.
pub(super) fn letter(letter: &Received, language: &str) -> Html {
    let phrases = phrases(language);
    let [_, from, to] = phrases.head;
    let body = Html::markup(format!(
        r#"<p><a href="/demo/mailbox?lang={language}">{back}</a></p>
<h1>{subject}</h1>
<p class=soft>{from}: {sender}<br>{to}: {receivers}</p>
<div class=letter>{text}</div>"#,
        back = phrases.back,
        subject = Html::text(subject(letter)),
        sender = Html::text(&letter.from),
        receivers = Html::text(&letter.to.join(", ")),
        text = Html::text(&letter.text),
    ));
    frame(subject(letter), language, &body)
}

fn subject(letter: &Received) -> &str {
    if letter.subject.is_empty() { "—" } else { &letter.subject }
}

/// A part of an address, whatever is in it.
fn in_address(text: &str) -> String {
    text.bytes().fold(String::new(), |mut address, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => address.push(char::from(byte)),
            // Writing to a string does not fail.
            byte => drop(write!(address, "%{byte:02X}")),
        }
        address
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received() -> Received {
        Received {
            message_id: "mai_1/x@lindedam.example".into(),
            subject: "<b>Uw gesprek</b>".into(),
            text: "Dag\n<script>".into(),
            to: vec!["a@post.example".into()],
            ..Received::default()
        }
    }

    #[test]
    fn a_letter_can_say_anything_and_do_nothing() {
        let html = list(&[received()], "nl").to_string() + &letter(&received(), "nl").to_string();
        assert!(html.contains("/demo/mailbox/mai_1%2Fx%40lindedam.example?"));
        assert!(html.contains("&lt;b&gt;Uw gesprek") && html.contains("Dag\n&lt;script&gt;"));
        assert!(!html.contains("<script") && !html.contains("<b>"));
    }

    #[test]
    fn an_empty_mailbox_says_how_to_fill_it() {
        assert!(list(&[], "nl").to_string().contains("Nog geen mail"));
        assert!(list(&[], "en").to_string().contains("No mail yet"));
    }
}
