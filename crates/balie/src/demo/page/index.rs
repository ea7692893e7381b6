//! The first page of the demo: where to be a customer, and as whom to sign in.

use super::html::Html;
use crate::demo::content::{Organisation, Person, World};
use identity::Role;

struct Phrases {
    title: &'static str,
    lead: &'static str,
    customer: &'static str,
    website: &'static str,
    colleague: &'static str,
    password: &'static str,
    head: [&'static str; 3],
    desk: &'static str,
    mailbox: &'static str,
    other: (&'static str, &'static str),
}

fn phrases(language: &str) -> Phrases {
    match language {
        "en" => Phrases {
            title: "The demo of Balie",
            lead: "Open two windows. In one you are a customer on a website, in the other you sign in at the desk and go ready. Other customers come by themselves; simulated colleagues help them.",
            customer: "As a customer:",
            website: "the website with its chat",
            colleague: "As a colleague: sign in at the desk with one of these. Nobody plays them.",
            password: "Password of all",
            head: ["Name", "E-mail address", "Role"],
            desk: "To the desk",
            mailbox: "The mail that the demo sent",
            other: ("nl", "Nederlands"),
        },
        _ => Phrases {
            title: "De demo van Balie",
            lead: "Open twee vensters. In het ene bent u klant op een website, in het andere meldt u zich aan als medewerker en gaat u op beschikbaar. Andere klanten komen vanzelf; nagebootste collega's helpen hen.",
            customer: "Als klant:",
            website: "de website met de chat",
            colleague: "Als collega: meld u aan met een van deze namen. Niemand speelt hen.",
            password: "Wachtwoord van allemaal",
            head: ["Naam", "E-mailadres", "Rol"],
            desk: "Naar de werkplek",
            mailbox: "De mail die de demo verstuurde",
            other: ("en", "English"),
        },
    }
}

/// Role names as people say them.
pub(crate) fn roles(person: &Person, language: &str) -> String {
    let name = |role: &Role| match (role, language) {
        (Role::Agent, "en") => "agent",
        (Role::Agent, _) => "medewerker",
        (Role::TeamLead, "en") => "team lead",
        (Role::TeamLead, _) => "teamleider",
        (Role::Administrator, "en") => "administrator",
        (Role::Administrator, _) => "beheerder",
    };
    person.roles.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The page.
pub(super) fn page(world: &World, language: &str) -> Html {
    let phrases = phrases(language);
    let (other, other_name) = phrases.other;
    let organisations =
        Html::join(world.organisations.iter().map(|one| organisation(one, &phrases, language)));
    let body = Html::markup(format!(
        r#"<h1>{title}</h1>
<p>{lead}</p>
<p><a href="/">{desk}</a> · <a href="/demo/mailbox?lang={language}">{mailbox}</a> · <a href="/demo/?lang={other}" lang="{other}" hreflang="{other}">{other_name}</a></p>
{organisations}"#,
        title = phrases.title,
        lead = phrases.lead,
        desk = phrases.desk,
        mailbox = phrases.mailbox,
    ));
    frame(phrases.title, language, &body)
}

fn organisation(organisation: &Organisation, phrases: &Phrases, language: &str) -> Html {
    let setup = &organisation.setup;
    let row = |person: &Person| {
        Html::markup(format!(
            "<tr><th scope=row>{}</th><td><code>{}</code></td><td>{}</td></tr>",
            Html::text(&person.name),
            Html::text(&person.email),
            Html::text(&roles(person, language)),
        ))
    };
    let rows = Html::join(organisation.people.iter().filter(|person| person.play).map(row));
    let head = Html::join(phrases.head.iter().map(|name| Html::markup(format!("<th scope=col>{name}</th>"))));
    Html::markup(format!(
        r#"<h2>{name}</h2>
<p>{customer} <a href="/demo/{slug}/?lang={language}">{website}</a></p>
<p>{colleague} {password_title}: <code>{password}</code></p>
<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"#,
        name = Html::text(&setup.name),
        slug = setup.slug,
        customer = phrases.customer,
        website = phrases.website,
        colleague = phrases.colleague,
        password_title = phrases.password,
        password = Html::text(&setup.password),
    ))
}

/// What stands around the pages of the demo itself.
pub(super) fn frame(title: &str, language: &str, body: &Html) -> Html {
    Html::markup(format!(
        r#"<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/demo/demo.css">
</head>
<body><main>
{body}
</main></body>
</html>
"#,
        title = Html::text(title),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_shows_who_can_be_played_and_nobody_else() {
        let world = World::load().unwrap();
        let html = page(&world, "nl").to_string();
        for person in world.organisations.iter().flat_map(|organisation| &organisation.people) {
            assert_eq!(html.contains(&person.email), person.play, "{}", person.name);
        }
        assert!(html.contains("lindedam-demo"));
    }
}
