// Every word that a person reads, in one place. Another language is another file of this shape.
import { office } from "./en-office";
import type { Problem } from "../api/http";

const entries = (count: number) => (count === 1 ? "1 entry" : `${count} entries`);

export const en = {
  language: "en-GB",
  direction: "ltr" as "ltr" | "rtl",

  product: "Redoubt",
  skip: "Skip to the main part",
  loading: "Loading…",
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  tryAgain: "Try again",
  problemTitle: "There is a problem",
  yes: "Yes",
  no: "No",
  copied: "Copied",
  copy: "Copy",

  marking: { top: "Marking", bottom: "Marking, repeated" },

  nav: {
    label: "Pages",
    ask: "Ask",
    administration: "Administration",
    account: (name: string) => `Signed in as ${name}`,
    help: "Keyboard and help",
    signOut: "Sign out",
    roles: { staff: "Staff", compliance: "Compliance", administrator: "Administrator" },
  },

  signIn: {
    title: "Sign in",
    lead: (site: string) => `to ${site}`,
    thisAppliance: "this appliance",
    again: "Your session has ended",
    againLead: "Sign in again to go on. What you typed is kept on this page.",
    name: "Name",
    password: "Password",
    show: "Show password",
    submit: "Sign in",
    busy: "Signing in…",
    nameMissing: "Enter your name",
    passwordMissing: "Enter your password",
    notice: "Every sign-in and every answer goes into the signed audit record of this appliance.",
    sealed: "This page, its model and its record run on this appliance alone.",
    firstUse: "New here? An administrator of this site gives you a name and a password.",
  },

  ask: {
    newTitle: "New conversation",
    emptyTitle: "What would you like to ask?",
    emptyFacts: [
      ["Stays here", "The model runs on this appliance. Nothing that you type leaves it."],
      ["Carries its origin", "Each answer is sealed with Content Credentials that you can take away with it."],
      ["Stays answerable", "Each question and answer is an entry in a signed record that anyone can verify."],
    ] as const,
    noModel: "No model is loaded",
    noModelWhatNow: "Nothing can be asked until an administrator loads a model. This page looks again by itself.",
    field: "Your question",
    placeholder: "Write your question",
    send: "Ask",
    askAgain: "Ask again",
    unanswered: "This question has no sealed answer.",
    stop: "Stop",
    stopping: "Stopping…",
    model: "Model",
    settings: {
      title: "Answer settings",
      on: (names: string) => `Answer settings: ${names}`,
      replayable: "Make a replayable answer",
      cost: "It is computed by itself, so that a later replay comes out identical; it takes longer, because nothing computed before is used again and the model makes one such answer at a time.",
    },
    replayable: "Replayable",
    modelContext: (tokens: number) => `reads ${tokens.toLocaleString("en-GB")} tokens`,
    modelNotReady: (name: string, state: string) => `${name} (${state})`,
    hint: "Enter asks, Shift and Enter starts a new line.",
    caution: "Answers are made by a model and can be wrong. Check what matters.",
    transcript: "Conversation",
    log: "Announcements",
    question: (number: number) => `Question ${number}`,
    answer: (number: number) => `Answer ${number}`,
    you: "You",
    newest: "Go to the newest",
    copyAnswer: "Copy text",
    downloads: "Download",
    notFound: "This conversation is not here",
    notFoundWhatNow: "It was erased, or it belongs to somebody else. Start a new one, or choose another from the list.",
    image: (alt: string) => (alt === "" ? "[image left out]" : `[image left out: ${alt}]`),
    code: "Code",
    table: "Table",
    empty: "The model ended its answer without saying anything.",
    finish: {
      cancelled: "You stopped this answer here.",
      length: "The answer stops here because it reached the limit of its length. Ask the model to go on.",
      failed: "This answer broke off here.",
    },
    phase: {
      sending: "Sending your question…",
      queued: (position: number, expectedMs: number) =>
        `${position <= 1 ? "You are next. Waiting for a place…" : `Waiting for a place: number ${position} in the queue`}${expectedMs < 3000 ? "" : `, about ${Math.ceil(expectedMs / 1000)} seconds`}`,
      reading: "Reading your question…",
      readingTokens: (tokens: number) => `Reading your question: ${tokens.toLocaleString("en-GB")} tokens…`,
      thinking: "Thinking before it answers…",
      answering: "Answering…",
      stopping: "Stopping, and sealing what was said…",
    },
    said: {
      asked: "Question sent.",
      queued: (position: number) => `In the queue at number ${position}.`,
      begun: "The answer has begun.",
      stopped: "Answer stopped.",
      failed: (what: string) => `The answer failed. ${what}`,
      complete: (text: string) => `Answer complete. ${text}`,
    },
  },

  conversations: {
    title: "Conversations",
    open: "Conversations",
    fresh: "New conversation",
    filter: "Find by title",
    none: "Earlier conversations will be listed here.",
    noMatch: "No title has these words.",
    today: "Today",
    yesterday: "Yesterday",
    week: "Previous 7 days",
    older: "Older",
    untitled: "Untitled conversation",
    more: (title: string) => `Rename or erase: ${title}`,
    rename: "Rename",
    renameTitle: "Rename this conversation",
    renameField: "Title",
    renameMissing: "Enter a title",
    renameSubmit: "Save title",
    erase: "Erase",
    eraseTitle: "Erase this conversation?",
    eraseWhat: (title: string) => `“${title}” and all its questions and answers will be destroyed. Nobody can bring them back.`,
    eraseRecord: "The audit record keeps that they existed, not what they said, and stays verifiable.",
    eraseSubmit: "Erase for good",
    erased: "The conversation was erased.",
    renamed: "Title saved.",
  },

  credential: {
    title: "Content Credentials",
    pin: {
      sealing: "Being sealed",
      checking: "Checking credential",
      valid: "Credential valid",
      unknown_signer: "Credential valid, signer unknown",
      invalid: "Credential invalid",
      absent: "Credential missing",
      unavailable: "Credential not checked",
      none: "No credential",
    },
    verdict: {
      valid: [
        "Valid",
        "The text is exactly what was sealed, and it was sealed by an authority that this site trusts.",
      ],
      unknown_signer: [
        "Valid, with an unknown signer",
        "The text is exactly what was sealed, but this site does not know the authority that sealed it. Ask whoever gave it to you which authority it is before you rely on who made it.",
      ],
      invalid: [
        "Invalid",
        "The text and its credential do not belong together, or one of them was changed. Nothing that this credential says can be relied on, so none of it is shown.",
      ],
      absent: ["Missing", "This answer was sealed with a credential, and now there is none with it. Nothing shows that its text is what was sealed."],
    } as const,
    invalidWhatNow: "Do not pass this answer on. Tell your compliance officer, and quote this output:",
    reason: "Reason",
    unavailableTitle: "Not checked",
    unavailableText: "Nothing is known about this credential: it may be valid or not.",
    noneTitle: "No credential",
    noneText: "This answer ended before it could be sealed. It carries no credential, and it cannot be downloaded as a sealed answer.",
    facts: "What the credential says",
    signer: "Signed by",
    generator: "Made with",
    date: "Sealed on",
    model: "Model",
    measure: "SHA-256 of the weights",
    record: "Audit record",
    entries: "Entries",
    entry: { intent: "intent", output: "output", seal: "seal" },
    leaf: "Leaf hash of the entry",
    output: "Output",
    computed: "Computed",
    byItself: "By itself (replayable): a replay under the same conditions comes out identical",
    manifest: "The whole manifest",
    manifestHint: "For specialists: every assertion of the credential, as it was signed.",
    notStated: "Not stated",
    list: entries,
    copyValue: (what: string) => `Copy: ${what}`,
    download: "Download with credentials",
    downloadLead: "Keep the proof with the answer: together they can be verified by anyone, without this appliance.",
    forms: {
      txt: ["Text", ".txt, credential inside"],
      md: ["Markdown", ".md, credential inside"],
      detached: ["Text and credential", ".zip, credential beside the text"],
      proof: ["Proof", "the signed audit entries"],
    } as const,
    saved: (name: string) => `${name} was handed to your browser.`,
    verify: "To verify offline, on any computer with Java:",
    verifyCommand: "redoubt verify ANSWER PROOF --trust TRUST-FOLDER",
    trust: "Download the trust folder of this site",
  },

  help: {
    title: "Keyboard and help",
    shortcuts: "Keyboard shortcuts",
    keys: [
      ["Enter", "Ask the question"],
      ["Shift + Enter", "New line in the question"],
      ["Esc", "Stop the answer, or close what is open"],
      ["Alt + J", "Go to the question field"],
      ["Alt + N", "New conversation"],
      ["Alt + L", "Go to the list of conversations"],
      ["Alt + M", "Choose the model"],
      ["Alt + K", "This help"],
    ] as const,
    pins: "What the pin on an answer says",
    pinTexts: {
      valid: "The text is what was sealed, by an authority of this site.",
      unknown_signer: "The text is what was sealed, by an authority that this site does not know.",
      invalid: "Text and credential do not match. Do not rely on it.",
      sealing: "The answer is still being written or sealed.",
    },
    notices: "Licences of the parts of this page",
  },

  ...office,

  time: { justNow: "just now" },

  /** What happened comes from the service where it says so; this adds what it means and what to do. */
  problem(problem: Problem): { what: string; todo: string } {
    const known = (this.problems as Record<string, { what: string; todo: string } | undefined>)[problem.code];
    const fallback = problem.status >= 500 ? this.problems.internal : this.problems.unknown;
    const what = problem.message || (known ?? fallback).what;
    // Where the service has said what to do (in a second sentence, or in a case that this page does
    // not know), nothing is added.
    const told = problem.message !== "" && (known === undefined || /[.!?]\s+\S/.test(problem.message));
    let todo = told ? "" : (known ?? fallback).todo;
    if (problem.code === "too_many_attempts" && problem.retryAfterS !== undefined && !told) {
      todo = `Wait ${problem.retryAfterS} seconds, then try again.`;
    }
    return { what, todo };
  },

  problems: {
    unreachable: {
      what: "The appliance did not answer.",
      todo: "Check that this computer is still on the appliance's network, then try again.",
    },
    cut_off: {
      what: "The connection broke before the answer was complete.",
      todo: "What the model had said is kept by the appliance. Look again in a moment.",
    },
    unreadable: {
      what: "The appliance sent something that this page cannot read.",
      todo: "Reload the page. If it happens again, tell your administrator.",
    },
    wrong_credentials: {
      what: "The name or the password is not right.",
      todo: "Try again. After several wrong tries the name is locked for a while.",
    },
    too_many_attempts: {
      what: "There were too many wrong passwords for this name.",
      todo: "Wait a while, then try again, or ask an administrator.",
    },
    not_signed_in: { what: "You are not signed in.", todo: "Sign in, then try again." },
    session_ended: { what: "Your session has ended.", todo: "Sign in again. What you typed is kept." },
    csrf: { what: "The appliance did not accept this request as yours.", todo: "Reload the page and sign in again." },
    forbidden: { what: "Your role does not allow this.", todo: "Ask an administrator if your work needs it." },
    not_found: { what: "This is not here any more.", todo: "Reload the page to see what is." },
    not_sealed: { what: "This answer has no credential.", todo: "It broke off before it could be sealed. Ask again." },
    context_length_exceeded: {
      what: "The conversation and your question are longer than the model can read at once.",
      todo: "Shorten your question, or start a new conversation.",
    },
    engine_died: {
      what: "The model's process stopped while it was answering.",
      todo: "It is being started again. Your question is kept: ask again in a few seconds.",
    },
    model_not_ready: { what: "The model is not ready.", todo: "Wait until it is loaded, or choose another model." },
    model_not_found: { what: "This model is not loaded.", todo: "Choose another model." },
    engine_not_ready: {
      what: "The model is not ready.",
      todo: "Your question is kept. Ask again in a few seconds, or choose another model.",
    },
    request_too_large: { what: "This is more than the appliance takes at once.", todo: "Shorten your question." },
    credential_unchecked: { what: "The credential of this answer could not be checked.", todo: "Try again, and tell your administrator if it stays." },
    credential_failed: {
      what: "The credential of this answer could not be made or read.",
      todo: "An answer without a credential is not given out. Tell your administrator.",
    },
    queue_full: { what: "Too many people are asking at this moment.", todo: "Your question is kept. Ask again in a minute." },
    storage_unavailable: {
      what: "The appliance cannot write its record.",
      todo: "No answer is given without a record. Your question is kept. Tell your administrator.",
    },
    disk_full: {
      what: "The appliance cannot write its record.",
      todo: "No answer is given without a record. Tell your administrator that its disk is full.",
    },
    page_fault: { what: "This page made a mistake.", todo: "Reload the page. If it happens again, tell your administrator." },
    internal: { what: "The appliance could not do this.", todo: "Try again. If it happens again, tell your administrator." },
    unknown: { what: "This was refused.", todo: "Check what you entered, then try again." },
  },
};

export type Catalogue = typeof en;
