// The few sentences of the button, and of the panel while the page inside cannot speak. Everything else that the visitor
// reads is inside the iframe.

export const WORDS = {
  nl: {
    button: "Chat met ons",
    frame: "Chat",
    loading: "De chat wordt geladen…",
    failed:
      "De chat is nu niet bereikbaar. Probeer het opnieuw, of kijk op deze website hoe u ons op een andere manier bereikt.",
    again: "Probeer opnieuw",
    close: "Sluit de chat",
    unread: (n: number) => (n === 1 ? "1 nieuw bericht" : `${n} nieuwe berichten`),
  },
  en: {
    button: "Chat with us",
    frame: "Chat",
    loading: "Loading the chat…",
    failed: "The chat cannot be reached now. Try again, or see on this website how else you can reach us.",
    again: "Try again",
    close: "Close the chat",
    unread: (n: number) => (n === 1 ? "1 new message" : `${n} new messages`),
  },
};
export type Words = (typeof WORDS)["nl"];
