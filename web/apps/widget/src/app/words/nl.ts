// Everything the visitor reads, in Dutch at level B1. Each refusal says what the visitor can do.

const minutes = (n: number) => (n === 1 ? "1 minuut" : `${n} minuten`);

export const nl = {
  close: "Chat verkleinen",
  back: "Terug naar onderwerpen",
  switchLanguage: "Taal",
  loading: "De chat wordt geladen…",
  tryAgain: "Probeer opnieuw",

  home: {
    hello: "Waar kunnen we u mee helpen?",
    intro: "Kies een onderwerp. Dan komt uw vraag bij de juiste medewerker.",
    topics: "Onderwerpen",
    closed: "Nu gesloten",
    allClosed:
      "Alle onderwerpen zijn nu gesloten. Kom later terug, of kijk op onze website hoe u ons nog meer kunt bereiken.",
    wait: (seconds: number) => `Wachttijd: ${duration(seconds)}`,
    privacy: "We gebruiken dit gesprek om u te helpen. Geef geen wachtwoorden of pincodes door.",
    privacyLink: "Lees hoe we met uw gegevens omgaan",
  },

  start: {
    name: "Uw naam",
    optional: "(niet verplicht)",
    nameHint: "Zo weet de medewerker hoe u wilt heten.",
    question: "Uw vraag",
    questionHint: "Vertel kort wat er is. Meer mag straks.",
    send: "Start het gesprek",
    sending: "Uw vraag wordt verstuurd…",
    waiting: "We krijgen nog geen verbinding. Uw vraag is bewaard en wordt vanzelf verstuurd.",
    cancel: "Stop met versturen",
    empty: "Schrijf eerst uw vraag op. Een paar woorden is genoeg.",
  },

  waiting: {
    title: "U staat in de wachtrij",
    soon: "We zoeken een medewerker voor u.",
    place: (place: number) =>
      place === 1 ? "U bent als eerste aan de beurt." : `Er ${before(place - 1)} voor u.`,
    wait: (seconds: number) => `De wachttijd is ${duration(seconds)}.`,
    leave: "U mag dit venster verkleinen. Uw plaats blijft bewaard.",
  },

  talk: {
    log: "Gesprek",
    you: "U",
    agent: "Medewerker",
    someone: "een medewerker",
    system: "Melding",
    with: "In gesprek met",
    ended: "Gesprek afgelopen",
    connecting: "Verbinding maken…",
    typing: (name: string | null) => `${name ?? "De medewerker"} typt…`,
    sending: "Wordt verstuurd",
    sent: "Verstuurd",
    read: "Gelezen",
    notSent: "Niet verstuurd.",
    erased: "Dit bericht is gewist.",
    down: "Naar het nieuwste bericht",
    newBelow: "Nieuw bericht",
    today: "Vandaag",
    lost: "De verbinding is weg. We maken opnieuw verbinding. Wat u schrijft, wordt daarna verstuurd.",
    backOnline: "De verbinding is er weer.",
    notLasting: "Uw browser bewaart dit gesprek niet. Houd deze pagina open tot u klaar bent.",
    again: "Verstuur opnieuw",
    asNew: "Verstuur als nieuwe vraag",
    withoutFiles: "Bestanden gaan niet mee. Voeg ze bij uw nieuwe vraag opnieuw toe.",
    discard: "Verwijder bericht",
  },

  compose: {
    label: "Uw bericht",
    placeholder: "Schrijf een bericht",
    hint: "Enter verstuurt. Met Shift en Enter begint u een nieuwe regel.",
    send: "Verstuur bericht",
    attach: "Bestand toevoegen",
    drop: "Laat los om het bestand toe te voegen",
    left: (n: number) =>
      n >= 0 ? `Nog ${n} tekens` : `${-n} tekens te veel. Maak uw bericht korter, of splits het.`,
  },

  files: {
    list: "Bestanden bij uw bericht",
    uploading: (name: string, percent: number) => `${name}: ${percent}% verstuurd`,
    ready: "Klaar om te versturen",
    remove: (name: string) => `Verwijder ${name}`,
    again: (name: string) => `Probeer ${name} opnieuw`,
    download: (name: string) => `Download ${name}`,
    open: (name: string) => `Bekijk ${name} groter`,
    wait: "Wacht tot uw bestanden klaar zijn.",
    tooLarge: (limit: string) => `Dit bestand is te groot. Een bestand mag ${limit} zijn.`,
    empty: "Dit bestand is leeg. Kies een ander bestand.",
    wrongType: (kinds: string) => `Dit soort bestand kunnen we niet ontvangen. Wel: ${kinds}.`,
    tooMany: (n: number) =>
      `U kunt ${n} bestanden per bericht versturen. Verstuur de rest in een volgend bericht.`,
    failed: "Het bestand kon niet worden opgehaald. Probeer het opnieuw.",
  },

  stillThere: {
    title: "Bent u er nog?",
    text: (time: string) =>
      `Als u niets laat weten, sluiten we het gesprek om ${time} uur. U kunt daarna gewoon weer verder.`,
    left: (clock: string) => `Nog ${clock}`,
    yes: "Ja, ik ben er nog",
  },

  end: {
    button: "Gesprek beëindigen",
    short: "Beëindig",
    title: "Wilt u het gesprek beëindigen?",
    text: "U kunt het gesprek daarna nog downloaden of naar uzelf mailen.",
    yes: "Ja, beëindig",
    no: "Nee, ga door",
    busy: "Het gesprek wordt beëindigd…",
  },

  after: {
    title: "Het gesprek is afgelopen",
    byYou: "U heeft het gesprek beëindigd. Fijn dat u contact zocht.",
    byAgent: "De medewerker heeft het gesprek afgerond.",
    silent:
      "We hoorden een tijd niets van u. Daarom hebben we het gesprek gesloten. U kunt hieronder gewoon verder vragen.",
    bySystem: "Het gesprek is gesloten.",
    download: "Download",
    mail: "Mail naar mij",
    email: "Uw e-mailadres",
    emailHint: "We gebruiken het alleen om dit gesprek te mailen.",
    emailWrong: "Vul een e-mailadres in, zoals naam@voorbeeld.nl.",
    mailSend: "Verstuur",
    mailed: (email: string) => `We mailen het gesprek naar ${email}. Dat kan een paar minuten duren.`,
    downloaded: "Het gesprek staat bij uw downloads.",
    fileName: "gesprek",
    ask: "Stel nog een vraag",
    askHint: "We zien dan ook wat u eerder vroeg.",
    askSend: "Verstuur vraag",
    cancel: "Annuleer",
    done: "Klaar, wis het gesprek hier",
    doneHint: "Het gesprek verdwijnt van dit apparaat.",
  },

  gone: {
    title: "Dit gesprek is niet meer beschikbaar",
    fresh: "Begin een nieuw gesprek",
  },

  events: {
    queued: () => "Uw vraag is binnen.",
    assigned: (name: string | null) => `${name ?? "Een medewerker"} helpt u verder.`,
    agent_left: (name: string | null) =>
      `De verbinding met ${name ?? "de medewerker"} is weg. We zoeken een collega. U houdt uw plaats.`,
    transferred: () => "We verbinden u door met een collega.",
    requeued: () => "We zoeken een andere medewerker voor u. U houdt uw plaats.",
    ended: () => "Het gesprek is afgelopen.",
    still_there: () => "We vroegen of u er nog bent.",
    closed_silent: () => "Het gesprek is gesloten omdat we niets meer hoorden.",
    customer_back: () => "U bent weer terug in het gesprek.",
  } as Record<string, (name: string | null) => string>,

  refused: {
    offline: "U heeft nu geen verbinding. Controleer uw internet; we proberen het vanzelf opnieuw.",
    unavailable: "De chat is even niet bereikbaar. We proberen het vanzelf opnieuw; u hoeft niets te doen.",
    internal: "Er is bij ons een storing. Uw tekst is bewaard. Probeer het over een minuut opnieuw.",
    too_many_requests: "Dit gaat sneller dan we aankunnen. Wacht even; daarna gaat het vanzelf verder.",
    invalid: "We kunnen dit zo niet aannemen. Kijk na wat u invulde en verstuur het opnieuw.",
    malformed: "We kunnen dit niet lezen. Haal bijzondere tekens weg en verstuur het opnieuw.",
    conflict: "Het gesprek was al afgelopen. Verstuur uw bericht als nieuwe vraag.",
    closed: "Dit onderwerp is net gesloten. Ga terug en kies een ander onderwerp, of kom later terug.",
    too_large: "Dit is te groot. Maak het kleiner of splits het in delen.",
    unsupported_type: "Dit soort bestand kunnen we niet ontvangen. Verstuur een foto of een pdf.",
    infected: "In dit bestand zit een virus. We hebben het niet aangenomen. Verstuur een ander bestand.",
    not_found: "Dit is niet (meer) te vinden. Begin een nieuw gesprek.",
    erased: "Dit gesprek is gewist. U kunt een nieuw gesprek beginnen.",
    sign_in_needed: "Het gesprek is te lang geleden. U kunt een nieuw gesprek beginnen.",
    forbidden: "Dit gesprek hoort niet bij dit apparaat. U kunt een nieuw gesprek beginnen.",
    origin_not_allowed:
      "De chat staat niet aan op deze website. Kijk op de contactpagina hoe u ons kunt bereiken.",
  } as Record<string, string>,
  widgetGone: "Deze chat bestaat niet (meer). Kijk op de contactpagina hoe u ons kunt bereiken.",
};

/** How many people stand before the visitor: a number a person can picture. */
function before(people: number): string {
  return people === 1 ? "is nog 1 persoon" : `zijn nog ${people} mensen`;
}

function duration(seconds: number): string {
  const n = Math.ceil(seconds / 60);
  if (seconds < 45) return "minder dan een minuut";
  if (n <= 10) return `ongeveer ${minutes(n)}`;
  if (n <= 60) return `ongeveer ${minutes(Math.ceil(n / 5) * 5)}`;
  return "meer dan een uur";
}
