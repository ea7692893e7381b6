// Everything the visitor reads, in plain English. The Dutch file sets which sentences there are.

import type { nl } from "./nl";

const minutes = (n: number) => (n === 1 ? "1 minute" : `${n} minutes`);

export const en: typeof nl = {
  close: "Minimise chat",
  back: "Back to topics",
  switchLanguage: "Language",
  loading: "Loading the chat…",
  tryAgain: "Try again",

  home: {
    hello: "How can we help you?",
    intro: "Choose a topic. Then your question reaches the right person.",
    topics: "Topics",
    closed: "Closed now",
    allClosed: "All topics are closed now. Come back later, or see on our website how else you can reach us.",
    wait: (seconds) => `Waiting time: ${duration(seconds)}`,
    privacy: "We use this conversation to help you. Do not share passwords or PIN codes.",
    privacyLink: "Read how we handle your data",
  },

  start: {
    name: "Your name",
    optional: "(optional)",
    nameHint: "So we know what to call you.",
    question: "Your question",
    questionHint: "Tell us briefly what it is about. You can add more later.",
    send: "Start the conversation",
    sending: "Sending your question…",
    waiting: "We cannot connect yet. Your question is kept and will be sent by itself.",
    cancel: "Stop sending",
    empty: "Write your question first. A few words are enough.",
  },

  waiting: {
    title: "You are in the queue",
    soon: "We are looking for someone to help you.",
    place: (place) => (place === 1 ? "You are next." : `There ${before(place - 1)} before you.`),
    wait: (seconds) => `The waiting time is ${duration(seconds)}.`,
    leave: "You may minimise this window. Your place is kept.",
  },

  talk: {
    log: "Conversation",
    you: "You",
    agent: "Employee",
    someone: "an employee",
    system: "Notice",
    with: "Talking to",
    ended: "Conversation ended",
    connecting: "Connecting…",
    typing: (name) => `${name ?? "The employee"} is typing…`,
    sending: "Sending",
    sent: "Sent",
    read: "Read",
    notSent: "Not sent.",
    erased: "This message was erased.",
    down: "Go to the newest message",
    newBelow: "New message",
    today: "Today",
    lost: "The connection is lost. We are reconnecting. What you write will be sent after that.",
    backOnline: "The connection is back.",
    notLasting: "Your browser does not keep this conversation. Leave this page open until you are done.",
    again: "Send again",
    asNew: "Send as a new question",
    withoutFiles: "Files do not go along. Add them to your new question again.",
    discard: "Delete message",
  },

  compose: {
    label: "Your message",
    placeholder: "Write a message",
    hint: "Enter sends. Shift and Enter starts a new line.",
    send: "Send message",
    attach: "Add a file",
    drop: "Drop the file to add it",
    left: (n) =>
      n >= 0 ? `${n} characters left` : `${-n} characters too many. Shorten or split your message.`,
  },

  files: {
    list: "Files with your message",
    uploading: (name, percent) => `${name}: ${percent}% sent`,
    ready: "Ready to send",
    remove: (name) => `Remove ${name}`,
    again: (name) => `Try ${name} again`,
    download: (name) => `Download ${name}`,
    open: (name) => `View ${name} larger`,
    wait: "Wait until your files are ready.",
    tooLarge: (limit) => `This file is too large. A file may be ${limit}.`,
    empty: "This file is empty. Choose another file.",
    wrongType: (kinds) => `We cannot receive this kind of file. We can receive: ${kinds}.`,
    tooMany: (n) => `You can send ${n} files with one message. Send the others in a next message.`,
    failed: "The file could not be fetched. Try again.",
  },

  stillThere: {
    title: "Are you still there?",
    text: (time) =>
      `If we hear nothing, we will close the conversation at ${time}. You can simply continue after that.`,
    left: (clock) => `${clock} left`,
    yes: "Yes, I am still here",
  },

  end: {
    button: "End conversation",
    short: "End",
    title: "Do you want to end the conversation?",
    text: "You can still download the conversation or mail it to yourself after that.",
    yes: "Yes, end it",
    no: "No, continue",
    busy: "Ending the conversation…",
  },

  after: {
    title: "The conversation has ended",
    byYou: "You ended the conversation. Thank you for getting in touch.",
    byAgent: "The employee has finished the conversation.",
    silent:
      "We had not heard from you for a while, so we closed the conversation. You can simply continue below.",
    bySystem: "The conversation was closed.",
    download: "Download",
    mail: "Mail it to me",
    email: "Your e-mail address",
    emailHint: "We only use it to mail this conversation.",
    emailWrong: "Enter an e-mail address, such as name@example.com.",
    mailSend: "Send",
    mailed: (email) => `We are mailing the conversation to ${email}. This can take a few minutes.`,
    downloaded: "The conversation is in your downloads.",
    fileName: "conversation",
    ask: "Ask another question",
    askHint: "We will also see what you asked before.",
    askSend: "Send question",
    cancel: "Cancel",
    done: "Done, erase it here",
    doneHint: "The conversation disappears from this device.",
  },

  gone: {
    title: "This conversation is no longer available",
    fresh: "Start a new conversation",
  },

  events: {
    queued: () => "We have your question.",
    assigned: (name) => `${name ?? "An employee"} will help you.`,
    agent_left: (name) =>
      `We lost the connection with ${name ?? "the employee"}. We are looking for a colleague. You keep your place.`,
    transferred: () => "We are passing you on to a colleague.",
    requeued: () => "We are looking for someone else to help you. You keep your place.",
    ended: () => "The conversation has ended.",
    still_there: () => "We asked whether you are still there.",
    closed_silent: () => "The conversation was closed because we did not hear from you.",
    customer_back: () => "You are back in the conversation.",
  },

  refused: {
    offline: "You have no connection now. Check your internet; we keep trying by ourselves.",
    unavailable:
      "The chat cannot be reached for a moment. We keep trying by ourselves; you need not do anything.",
    internal: "There is a fault on our side. Your text is kept. Try again in a minute.",
    too_many_requests: "This goes faster than we can handle. Wait a moment; it will continue by itself.",
    invalid: "We cannot accept this as it is. Check what you entered and send it again.",
    malformed: "We cannot read this. Remove unusual characters and send it again.",
    conflict: "The conversation had already ended. Send your message as a new question.",
    closed: "This topic has just closed. Go back and choose another topic, or come back later.",
    too_large: "This is too large. Make it smaller or split it into parts.",
    unsupported_type: "We cannot receive this kind of file. Send a photo or a pdf.",
    infected: "There is a virus in this file. We did not accept it. Send another file.",
    not_found: "This cannot be found (any more). Start a new conversation.",
    erased: "This conversation was erased. You can start a new conversation.",
    sign_in_needed: "This conversation is too long ago. You can start a new conversation.",
    forbidden: "This conversation does not belong to this device. You can start a new conversation.",
    origin_not_allowed:
      "The chat is not switched on for this website. See the contact page for how to reach us.",
  },
  widgetGone: "This chat does not exist (any more). See the contact page for how to reach us.",
};

function before(people: number): string {
  return people === 1 ? "is 1 person" : `are ${people} people`;
}

function duration(seconds: number): string {
  const n = Math.ceil(seconds / 60);
  if (seconds < 45) return "less than a minute";
  if (n <= 10) return `about ${minutes(n)}`;
  if (n <= 60) return `about ${minutes(Math.ceil(n / 5) * 5)}`;
  return "more than an hour";
}
