//! A conversation written out for its visitor, as plain text or as a page. Every text that people wrote is escaped in
//! the page and indented in the text, so that nobody can write what looks like a line of somebody else.

use crate::model::{VisitorAuthor, VisitorEntry, VisitorEvent};
use crate::texts::{Texts, fill};
use base::{Language, Timestamp};
use std::fmt::Write;

const ZONE: &str = "Europe/Amsterdam";

/// What is written out.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// With whom.
    pub organisation: String,
    /// About what.
    pub topic: String,
    /// In which language.
    pub language: Language,
    /// When it began.
    pub started_at: Timestamp,
    /// What was said and what happened.
    pub entries: Vec<VisitorEntry>,
}

/// One line: when, who, what.
struct Line {
    time: String,
    who: Option<String>,
    what: String,
}

impl Transcript {
    fn texts(&self) -> &'static Texts {
        Texts::of(&self.language)
    }

    /// What stands above it.
    pub fn title(&self) -> String {
        fill(&self.texts().transcript_title, "organisation", &self.organisation)
    }

    /// The subject of the mail that carries it.
    pub fn mail_subject(&self) -> String {
        fill(&self.texts().mail_subject, "organisation", &self.organisation)
    }

    /// What the mail says first.
    pub fn mail_intro(&self) -> &'static str {
        &self.texts().mail_intro
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let texts = self.texts();
        let mut out = format!(
            "{}\n{}: {}\n{}: {}\n\n",
            self.title(),
            texts.about,
            one_line(&self.topic),
            texts.date,
            moment(self.started_at, "%d-%m-%Y")
        );
        let lines = self.lines();
        if lines.is_empty() {
            let _ = writeln!(out, "{}", texts.empty);
        }
        for Line { time, who, what } in lines {
            match who {
                Some(who) => {
                    let _ =
                        writeln!(out, "[{time}] {}:\n    {}", one_line(&who), what.replace('\n', "\n    "));
                }
                None => {
                    let _ = writeln!(out, "[{time}] * {}", one_line(&what));
                }
            }
        }
        out
    }

    /// As a page that stands alone: no script, nothing loaded.
    pub fn html(&self) -> String {
        let texts = self.texts();
        let title = escape(&self.title());
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>\n",
            self.language.interface(),
            escape(&texts.about),
            escape(&self.topic),
            escape(&texts.date),
            moment(self.started_at, "%d-%m-%Y"),
        );
        let lines = self.lines();
        if lines.is_empty() {
            let _ = write!(out, "<p>{}</p>", escape(&texts.empty));
        }
        out.push_str("<ol>\n");
        for Line { time, who, what } in lines {
            let what = escape(&what).replace('\n', "<br>");
            let _ = match who {
                Some(who) => {
                    writeln!(out, "<li><b>{}</b> <time>{time}</time><p>{what}</p></li>", escape(&who))
                }
                None => writeln!(out, "<li class=\"event\"><time>{time}</time> {what}</li>"),
            };
        }
        out.push_str("</ol></main></body></html>\n");
        out
    }

    fn lines(&self) -> Vec<Line> {
        self.entries.iter().map(|entry| self.line(entry)).collect()
    }

    fn line(&self, entry: &VisitorEntry) -> Line {
        let texts = self.texts();
        let time = moment(entry.at, "%H:%M");
        if let Some(event) = &entry.event {
            return Line { time, who: None, what: self.event(event) };
        }
        let who = match entry.author {
            VisitorAuthor::You => texts.you.clone(),
            VisitorAuthor::Agent => entry.name.clone().unwrap_or_else(|| texts.agent.clone()),
            VisitorAuthor::System => self.organisation.clone(),
        };
        let files = entry.attachments.iter().map(|file| format!("{}: {}", texts.file, one_line(&file.name)));
        let said = entry.text.clone().unwrap_or_else(|| texts.erased.clone());
        let what = std::iter::once(said).filter(|text| !text.is_empty()).chain(files).collect::<Vec<_>>();
        Line { time, who: Some(who), what: what.join("\n") }
    }

    fn event(&self, event: &VisitorEvent) -> String {
        let texts = self.texts();
        let by_visitor = event.params.get("by").is_some_and(|by| by == "customer");
        let code = if event.code == "ended" && by_visitor { "ended_by_you" } else { &event.code };
        let Some(text) = texts.events.get(code) else { return event.code.clone() };
        let name = event.params.get("name").map_or(texts.agent.as_str(), String::as_str);
        fill(text, "name", name)
    }
}

const STYLE: &str = "body{font:16px/1.5 sans-serif;color:#1b2126;background:#fff;margin:2rem auto;max-width:42rem;\
padding:0 1rem}h1{font-size:1.4rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem}dd{margin:0}\
ol{list-style:none;padding:0}li{margin:1rem 0}li p{margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere}\
time,.event{color:#56616b}";

fn moment(at: Timestamp, form: &str) -> String {
    at.in_zone(ZONE).map_or_else(|| at.to_string(), |zoned| zoned.strftime(form).to_string())
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}

/// Text as it can stand in a page, also inside an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VisitorAttachment;
    use base::AttachmentId;
    use base::id::Id;
    use proptest::prelude::*;

    fn entry(author: VisitorAuthor, text: &str) -> VisitorEntry {
        VisitorEntry {
            seq: 1,
            at: Timestamp::from_micros(1_793_606_400_000_000),
            author,
            name: matches!(author, VisitorAuthor::Agent).then(|| "Sanne".to_owned()),
            text: Some(text.to_owned()),
            event: None,
            attachments: vec![],
            reference: None,
        }
    }

    fn event(code: &str, params: &[(&str, &str)]) -> VisitorEntry {
        let params = params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let event = Some(VisitorEvent { code: code.into(), params });
        VisitorEntry { text: None, event, ..entry(VisitorAuthor::System, "") }
    }

    fn transcript(entries: Vec<VisitorEntry>) -> Transcript {
        Transcript {
            organisation: "Gemeente Lindedam".into(),
            topic: "Afval".into(),
            language: Language::dutch(),
            started_at: Timestamp::from_micros(1_793_606_400_000_000),
            entries,
        }
    }

    #[test]
    fn it_reads_like_the_conversation() {
        let file = VisitorAttachment {
            id: AttachmentId::from_raw(1),
            name: "foto.jpg".into(),
            media_type: "image/jpeg".into(),
            size: 10,
        };
        let text = transcript(vec![
            VisitorEntry { attachments: vec![file], ..entry(VisitorAuthor::You, "Mijn container\nis kapot") },
            event("assigned", &[("name", "Sanne")]),
            entry(VisitorAuthor::Agent, "Ik kijk het na."),
            event("ended", &[("by", "customer")]),
        ])
        .text();
        assert_eq!(
            text,
            "Uw gesprek met Gemeente Lindedam\nOnderwerp: Afval\nDatum: 02-11-2026\n\n[09:00] U:\n    Mijn container\n    \
             is kapot\n    Bestand: foto.jpg\n[09:00] * Sanne helpt u nu.\n[09:00] Sanne:\n    Ik kijk het na.\n\
             [09:00] * U hebt het gesprek beëindigd.\n"
        );
    }

    #[test]
    fn script_in_any_text_is_only_text() {
        let evil = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"&";
        let mut said = entry(VisitorAuthor::Agent, evil);
        said.name = Some(evil.into());
        let page = Transcript {
            topic: evil.into(),
            organisation: evil.into(),
            ..transcript(vec![said, event("assigned", &[("name", evil)])])
        };
        let html = page.html();
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert_eq!(html.matches("&lt;script&gt;").count(), 6);
    }

    #[test]
    fn an_erased_message_says_so() {
        let erased = VisitorEntry { text: None, ..entry(VisitorAuthor::You, "") };
        assert!(transcript(vec![erased]).text().contains("(dit bericht is verwijderd)"));
    }

    proptest! {
        #[test]
        fn nobody_can_write_a_line_of_somebody_else(said in "(\\PC|\n|\\[09:00\\] Sanne:){0,40}") {
            let said = crate::model::checked_text(&said).unwrap();
            let text = transcript(vec![entry(VisitorAuthor::You, &said)]).text();
            prop_assert_eq!(text.lines().filter(|line| line.starts_with('[')).count(), 1);
        }

        #[test]
        fn no_text_opens_an_element(said in "\\PC{0,60}") {
            let plain = transcript(vec![entry(VisitorAuthor::You, "")]).html();
            let html = transcript(vec![entry(VisitorAuthor::You, &said)]).html();
            prop_assert_eq!(html.matches('<').count(), plain.matches('<').count());
        }
    }
}
