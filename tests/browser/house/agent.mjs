// An agent at the desk, who speaks Dutch unless told otherwise.
const password = "lindedam-demo";

export class Agent {
  constructor(house, context) {
    this.house = house;
    this.context = context;
    this.tab = null;
  }

  async signsIn(email) {
    this.tab = await this.context.newPage();
    await this.tab.goto(this.house);
    await this.tab.locator("input[name=email]").fill(email);
    await this.tab.locator("input[name=password]").fill(password);
    await this.tab.locator("input[name=password]").press("Enter");
    await this.tab.locator(".presence").waitFor();
  }

  /** Chooses a language in the menu under the own picture. */
  async speaks(language) {
    await this.tab.locator(".rail-person").click();
    await this.tab.getByText(language === "en" ? "English" : "Nederlands", { exact: true }).click();
    await this.tab.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
    await this.tab.getByRole("menu").waitFor({ state: "detached" });
  }

  /** On a telephone what is known about a contact is a page of its own. */
  async opensAbout(width) {
    if (width < 800) await this.talk.locator(".talk-acts .only-narrow button").click();
    await this.tab.locator(".about").waitFor();
  }

  async closesAbout(width) {
    if (width < 800) await this.tab.locator(".about-back button").click();
    await this.talk.waitFor();
  }

  async goesReady() {
    await this.tab.getByRole("button", { name: "Zet mij op beschikbaar" }).click();
    await this.isNow("ready");
  }

  async takesABreak() {
    await this.tab.getByRole("button", { name: "Stand wijzigen" }).click();
    await this.tab.getByRole("menu").getByText("Pauze").click();
    await this.isNow("not_ready");
  }

  async isNow(state) {
    await this.tab.locator(`.presence[data-state=${state}]`).waitFor();
  }

  /** The offer of a contact that says this. */
  offer(text) {
    return this.tab.locator(".offer", { hasText: text });
  }

  async accepts(text) {
    await this.offer(text).getByRole("button", { name: "Aannemen" }).click();
    await this.talk.locator(".composer-text").waitFor();
  }

  /** The conversation that has the attention. */
  get talk() {
    return this.tab.locator(".talk[data-attended]");
  }

  async says(text) {
    await this.#writes("Antwoord", text);
  }

  async notes(text) {
    await this.#writes("Notitie", text);
    await this.talk.getByRole("button", { name: "Antwoord", exact: true }).click();
  }

  async #writes(mode, text) {
    await this.talk.getByRole("button", { name: mode, exact: true }).click();
    await this.talk.locator(".composer-text").fill(text);
    await this.talk.locator(".composer-text").press("Enter");
  }

  async sees(text) {
    await this.talk.locator(".talk-flow").getByText(text, { exact: true }).first().waitFor();
  }

  /** Everything that was said to each other, from top to bottom. */
  messages() {
    return this.talk.locator(".block:not([data-note]) .bubble").allTextContents();
  }

  /** What stands there for colleagues only. */
  notesThere() {
    return this.talk.locator(".block[data-note] .bubble").allTextContents();
  }

  async attaches(...files) {
    await this.talk.locator("input[type=file]").setInputFiles(files);
  }

  /** Nothing of mine is still on its way. */
  async allIsKept() {
    await this.talk.locator("[data-unsent]").first().waitFor({ state: "detached", timeout: 40_000 });
  }

  async ends() {
    await this.talk.getByRole("button", { name: "Beëindigen" }).click();
    await this.tab.getByRole("dialog").getByRole("button", { name: "Beëindigen" }).click();
    await this.talk.locator(".wrap-up").waitFor();
  }

  async wrapsUp(reason, note = null) {
    const form = this.talk.locator(".wrap-up");
    await form.getByText(reason).click();
    if (note) await form.getByLabel("Notitie").fill(note);
    await form.getByRole("button", { name: "Afronden" }).click();
    await form.waitFor({ state: "detached" });
  }

  /** Transfers the conversation at hand to a colleague or queue. */
  async transfers(to, note = null) {
    await this.talk.getByRole("button", { name: "Doorzetten" }).first().click();
    const dialog = this.tab.getByRole("dialog");
    await dialog.getByRole("searchbox").or(dialog.getByRole("textbox")).first().fill(to);
    await dialog.getByRole("option", { name: to }).first().click();
    if (note) await dialog.getByLabel("Notitie voor je collega").fill(note);
    await dialog.getByRole("button", { name: "Doorzetten" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  /** Whatever the story left: no more offers, everything wrapped up, signed out. */
  async goesHome() {
    await this.#call("PUT", "presence", { state: "not_ready", reason: "break" });
    const { items: reasons } = await this.#call("GET", "reasons");
    const { offers, contacts } = await this.#call("GET", "work");
    for (const { id } of offers) await this.#call("POST", `offers/${id}/decline`, {});
    for (const { id, state } of contacts) {
      if (state === "assigned") await this.#call("POST", `contacts/${id}/end`);
      await this.#call("POST", `contacts/${id}/wrap-up`, { reason_id: reasons[0].id, note: null });
    }
    await this.#call("PATCH", "session/person", { language: "nl" });
    await this.#call("DELETE", "session");
  }

  async #call(method, path, data) {
    const answer = await this.context.request.fetch(`${this.house}/api/v1/${path}`, {
      method,
      headers: { Origin: this.house },
      ...(data && { data }),
    });
    return answer.ok() && answer.status() !== 204 ? answer.json() : {};
  }
}
