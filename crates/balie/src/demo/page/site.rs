//! The website of an organisation: a page as a municipality, a water company or a web shop has it, with the widget's
//! one script tag. Its content is fictional and says so.

use super::html::Html;
use crate::demo::content::{Article, Organisation, Words, pick};

/// The drawing on the front page.
fn art(slug: &str) -> &'static str {
    match slug {
        "heldervoort" => include_str!("art/heldervoort.svg"),
        "pedaalrijk" => include_str!("art/pedaalrijk.svg"),
        _ => include_str!("art/lindedam.svg"),
    }
}

/// A leaf, a drop, a wheel.
fn logo(slug: &str) -> &'static str {
    match slug {
        "heldervoort" => "M20 4c9 12 13 18 13 24a13 13 0 0 1-26 0C7 22 11 16 20 4z",
        "pedaalrijk" => {
            "M20 3a17 17 0 1 0 0 34 17 17 0 0 0 0-34zm0 5a12 12 0 1 1 0 24 12 12 0 0 1 0-24zm0 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z"
        }
        _ => "M20 38v-9C10 29 4 23 4 15c0-4 2-8 5-11 2 5 6 7 11 9 5-2 9-4 11-9 3 3 5 7 5 11 0 8-6 14-16 14",
    }
}

/// What the page itself says, besides what stands in the files.
struct Phrases {
    skip: &'static str,
    notice: &'static str,
    about: &'static str,
    other: (&'static str, &'static str),
    footer: &'static str,
}

fn phrases(language: &str) -> Phrases {
    match language {
        "en" => Phrases {
            skip: "Skip to content",
            notice: "A fictional organisation, to try Balie with.",
            about: "About this demo",
            other: ("nl", "Nederlands"),
            footer: "This page sets no cookies and calls nobody. The chat begins when you open it.",
        },
        _ => Phrases {
            skip: "Naar de inhoud",
            notice: "Een verzonnen organisatie, om Balie mee te proberen.",
            about: "Over deze demo",
            other: ("en", "English"),
            footer: "Deze pagina zet geen cookies en roept niemand aan. De chat begint pas als u hem opent.",
        },
    }
}

/// The page.
pub(super) fn page(organisation: &Organisation, widget_key: &str, language: &str) -> Html {
    let (setup, site) = (&organisation.setup, &organisation.site);
    let say = |words: &Words| Html::text(pick(words, language));
    let phrases = phrases(language);
    let token = |name: &str| Html::text(setup.widget.theme.get(name).map_or("", String::as_str));
    let (slug, name, (other, other_name)) = (&setup.slug, Html::text(&setup.name), phrases.other);
    let summary = |task: &Article| {
        Html::markup(format!(
            "<details class=card><summary>{}</summary><p>{}</p></details>",
            say(&task.title),
            say(&task.text)
        ))
    };
    let article = |article: &Article| {
        Html::markup(format!(
            "<article class=card><h3>{}</h3><p>{}</p></article>",
            say(&article.title),
            say(&article.text)
        ))
    };
    let tasks = Html::join(site.tasks.iter().map(summary));
    let news = Html::join(site.news.iter().map(article));
    let contact = Html::join(site.contact.iter().map(article));
    Html::markup(format!(
        r##"<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<link rel="icon" href="data:,">
<style>:root {{ --site-accent: {accent}; --site-accent-dark: {accent_dark}; --site-radius: {radius}; --site-ground: {ground}; }}</style>
<link rel="stylesheet" href="/demo/site.css">
</head>
<body>
<a class="skip" href="#main">{skip}</a>
<aside class="notice" aria-label="Demo"><div class="wide">{notice} <a href="/demo/?lang={language}">{about}</a></div></aside>
<header><div class="wide">
<a class="brand" href="/demo/{slug}/?lang={language}"><svg viewBox="0 0 40 40" aria-hidden="true"><path fill="var(--accent)" d="{logo}"/></svg>
<span><strong>{name}</strong>{headline_small}</span></a>
<nav aria-label="{name}"><ul>
<li><a href="#tasks">{tasks_title}</a></li><li><a href="#news">{news_title}</a></li><li><a href="#contact">{contact_title}</a></li>
<li><a class="tongue" href="/demo/{slug}/?lang={other}" lang="{other}" hreflang="{other}">{other_name}</a></li>
</ul></nav>
</div></header>
<main id="main">
<div class="hero"><div class="wide"><div><h1>{headline}</h1><p>{lead}</p></div>{art}</div></div>
<section id="tasks" aria-labelledby="tasks-title"><div class="wide"><h2 id="tasks-title">{tasks_title}</h2><div class="cards">{tasks}</div></div></section>
<section id="news" class="news" aria-labelledby="news-title"><div class="wide"><h2 id="news-title">{news_title}</h2><div class="cards">{news}</div></div></section>
<section id="contact" class="contact" aria-labelledby="contact-title"><div class="wide"><h2 id="contact-title">{contact_title}</h2><div class="cards">{contact}</div></div></section>
</main>
<footer><div class="wide">{name}. {footer}</div></footer>
<script src="/widget.js" data-key="{key}" async></script>
</body>
</html>
"##,
        accent = token("accent"),
        accent_dark = token("accent-dark"),
        radius = token("radius"),
        ground = Html::text(&site.background),
        skip = phrases.skip,
        notice = phrases.notice,
        about = phrases.about,
        logo = logo(slug),
        headline_small = say(&site.tagline),
        headline = say(&site.headline),
        lead = say(&site.lead),
        art = art(slug),
        tasks_title = say(&site.tasks_title),
        news_title = say(&site.news_title),
        contact_title = say(&site.contact_title),
        footer = phrases.footer,
        key = Html::text(widget_key),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::content::World;

    #[test]
    fn a_page_carries_one_script_and_nothing_from_elsewhere() {
        for organisation in &World::load().unwrap().organisations {
            for language in ["nl", "en"] {
                let html = page(organisation, "wgt_abc", language).to_string();
                assert_eq!(html.matches("<script").count(), 1);
                assert!(html.contains(r#"<script src="/widget.js" data-key="wgt_abc" async>"#));
                assert!(html.contains(&format!(r#"<html lang="{language}">"#)));
                assert!(!html.contains("http:") && !html.contains("https:"), "{language}");
            }
        }
    }
}
