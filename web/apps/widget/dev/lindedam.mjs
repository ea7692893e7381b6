// The fictional municipality of Lindedam: its chat settings, and a page of its website with the chat on it. Only for
// development, tests and screenshots.

const shared = {
  organisation: "Gemeente Lindedam",
  languages: ["nl", "en"],
  theme: { accent: "#1f6b3a", "on-accent": "#ffffff", "accent-dark": "#2f8a4e", radius: "10px" },
  limits: { text: 4000, file_bytes: 5_000_000, file_types: ["image/jpeg", "image/png", "application/pdf"] },
  privacy_url: "https://lindedam.example/privacy",
};

export const CONFIG = {
  nl: {
    ...shared,
    title: "Chat met Gemeente Lindedam",
    topics: [
      {
        id: "top_1",
        name: "Paspoort en ID-kaart",
        description: "Aanvragen, ophalen, verloren of gestolen",
        estimate_seconds: 170,
        open: true,
      },
      {
        id: "top_2",
        name: "Afval en containers",
        description: "Ophaaldagen, volle of kapotte container",
        estimate_seconds: 30,
        open: true,
      },
      {
        id: "top_3",
        name: "Verhuizen",
        description: "Uw nieuwe adres doorgeven",
        estimate_seconds: 480,
        open: true,
      },
      {
        id: "top_4",
        name: "Belasting en kwijtschelding",
        description: "Maandag tot en met vrijdag van 9 tot 17 uur",
        estimate_seconds: null,
        open: false,
      },
    ],
  },
  en: {
    ...shared,
    title: "Chat with the municipality of Lindedam",
    topics: [
      {
        id: "top_1",
        name: "Passport and ID card",
        description: "Applying, collecting, lost or stolen",
        estimate_seconds: 170,
        open: true,
      },
      {
        id: "top_2",
        name: "Waste and containers",
        description: "Collection days, full or broken container",
        estimate_seconds: 30,
        open: true,
      },
      {
        id: "top_3",
        name: "Moving house",
        description: "Tell us your new address",
        estimate_seconds: 480,
        open: true,
      },
      {
        id: "top_4",
        name: "Tax and remission",
        description: "Monday to Friday, 9 am to 5 pm",
        estimate_seconds: null,
        open: false,
      },
    ],
  },
};

export const page = (chat, { language = "nl", attributes = "" } = {}) => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Paspoort aanvragen – Gemeente Lindedam</title>
<style>
:root{color-scheme:light dark;--b:#fff;--t:#20262b;--m:#56616a;--g:#1f6b3a;--s:#eef4ef;--l:#d8e0da}
@media(prefers-color-scheme:dark){:root{--b:#15191c;--t:#eceff1;--m:#aab4bb;--g:#7fcf98;--s:#1e2622;--l:#34403a}}
*{box-sizing:border-box}body{margin:0;background:var(--b);color:var(--t);font:400 1.0625rem/1.6 system-ui,sans-serif}
a{color:var(--g)}.w{max-width:70rem;margin:0 auto;padding:0 1.5rem}
header .w{display:flex;flex-wrap:wrap;align-items:center;gap:1rem 2rem;padding-block:1.25rem}
.logo{display:flex;gap:.75rem;align-items:center;font-weight:700;font-size:1.25rem}
nav{border-block:1px solid var(--l);background:var(--s)}nav .w{display:flex;gap:1.75rem;padding-block:.75rem;flex-wrap:wrap}
nav a{color:inherit;text-decoration:none;font-weight:600}
main{display:grid;grid-template-columns:minmax(0,1fr) 18rem;gap:3rem;padding-block:2rem 6rem}
h1{font-size:2.25rem;line-height:1.2;margin:.5rem 0 1rem}h2{font-size:1.375rem;margin:2rem 0 .5rem}
.lead{font-size:1.25rem}.box{background:var(--s);border-radius:10px;padding:1.25rem 1.5rem}.box h2{margin-top:0}
.crumbs{color:var(--m);font-size:.9375rem}.cta{display:inline-block;background:#1f6b3a;color:#fff;padding:.75rem 1.25rem;border-radius:8px;font:inherit;font-weight:600;border:0;text-decoration:none}
table{border-collapse:collapse;width:100%}td,th{text-align:left;border-bottom:1px solid var(--l);padding:.5rem .25rem}
@media(max-width:800px){main{grid-template-columns:1fr;gap:1rem}h1{font-size:1.75rem}}
</style></head><body>
<header><div class="w"><span class="logo"><svg width="40" height="40" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="16" r="13" fill="#1f6b3a"/><rect x="18" y="20" width="4" height="18" fill="#7a5a35"/><circle cx="15" cy="13" r="4" fill="#4c9a63"/></svg>Gemeente Lindedam</span></div></header>
<nav aria-label="Hoofdmenu"><div class="w"><a href="#">Inwoners</a><a href="#">Ondernemers</a><a href="#">Bestuur</a><a href="#">Contact</a></div></nav>
<div class="w"><main><article><p class="crumbs">Home › Paspoort en ID-kaart › Paspoort aanvragen</p>
<h1>Paspoort aanvragen</h1><p class="lead">U vraagt uw paspoort aan in het gemeentehuis van Lindedam. Na vijf werkdagen kunt u het ophalen.</p>
<p><a class="cta" href="#">Maak een afspraak</a></p>
<h2>Wat neemt u mee?</h2><ul><li>Uw oude paspoort en identiteitskaart, ook als ze verlopen zijn.</li><li>Een pasfoto die niet ouder is dan 6 maanden.</li><li>Bent u jonger dan 18? Dan ook toestemming van uw ouders.</li></ul>
<h2>Kosten</h2><table><tr><th>Paspoort, 18 jaar en ouder</th><td>€ 83,87</td></tr><tr><th>Paspoort, jonger dan 18 jaar</th><td>€ 63,42</td></tr><tr><th>Met spoed</th><td>€ 57,85 extra</td></tr></table>
<h2>Bent u uw paspoort kwijt?</h2><p>Meld dat meteen. Dan kan niemand anders het gebruiken. U geeft de vermissing door aan de balie; aangifte bij de politie is niet altijd nodig.</p></article>
<aside><div class="box"><h2>Heeft u een vraag?</h2><p>Stel hem in de chat. We helpen u van 9 tot 17 uur.</p><p><button class="cta" type="button" data-balie-open="top_1">Chat over paspoorten</button></p><p>Of bel <a href="tel:140999">14 0999</a>.</p></div></aside></main></div>
<script src="${chat}/widget.js" data-key="wgt_demo" data-accent="#1f6b3a" ${attributes} async></script>
</body></html>`;
