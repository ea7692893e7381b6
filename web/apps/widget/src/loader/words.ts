// The few sentences of the button, in Dutch and English. Everything else that the visitor reads is inside the iframe.

export const WORDS = {
  nl: {
    button: "Chat met ons",
    frame: "Chat",
    unread: (n: number) => (n === 1 ? "1 nieuw bericht" : `${n} nieuwe berichten`),
  },
  en: {
    button: "Chat with us",
    frame: "Chat",
    unread: (n: number) => (n === 1 ? "1 new message" : `${n} new messages`),
  },
};
