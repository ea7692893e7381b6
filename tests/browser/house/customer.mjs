// A customer on the website of an organisation, with the chat in its corner. Speaks the words of the widget in Dutch,
// unless told otherwise.
import { setTimeout as moment } from "node:timers/promises";

export class Customer {
  constructor(context, tab) {
    this.context = context;
    this.tab = tab;
    this.chat = tab.frameLocator("balie-chat iframe");
  }

  static async visit(house, context, { organisation = "lindedam", language = "nl" } = {}) {
    const tab = await context.newPage();
    await tab.goto(`${house}/demo/${organisation}/?lang=${language}`);
    const customer = new Customer(context, tab);
    await customer.button.waitFor();
    return customer;
  }

  get button() {
    return this.tab.locator("balie-chat button");
  }

  get frame() {
    return this.tab.frames().find((frame) => frame.url().includes("/widget/"));
  }

  /** The same person, in a second tab. */
  async secondTab() {
    const tab = await this.context.newPage();
    await tab.goto(this.tab.url());
    const second = new Customer(this.context, tab);
    await second.button.click();
    return second;
  }

  async opensChat() {
    await this.button.click();
    await this.chat.locator(".topic").first().waitFor();
  }

  async chooses(topic) {
    await this.chat.locator("button.topic", { hasText: topic }).click();
    await this.chat.locator("#question").waitFor();
  }

  /** From the website to the queue. */
  async asks(question, { topic = "Paspoort", name = null } = {}) {
    await this.opensChat();
    await this.chooses(topic);
    await this.chat.locator("#question").fill(question);
    if (name) await this.chat.locator("#name").fill(name);
    await this.chat.locator("form.start button[type=submit]").click();
    await this.chat.locator(".waiting").waitFor();
  }

  async says(text) {
    await this.chat.locator("#message").fill(text);
    await this.chat.locator("#message").press("Enter");
  }

  async sees(text) {
    await this.chat.locator(".log").getByText(text, { exact: true }).first().waitFor();
  }

  /** A notice of the house, between what was said. */
  async isTold(text) {
    await this.chat.locator(".notice", { hasText: text }).first().waitFor();
  }

  /** Everything that was said, from top to bottom. */
  messages() {
    return this.chat.locator(".bubble").allTextContents();
  }

  /** What is being written stands on the device, so that a reload keeps it. */
  async draftIsKept() {
    await this.frame.waitForFunction(() => Object.keys(localStorage).some((name) => name.endsWith(":draft")));
  }

  async isHelpedBy(name) {
    await this.chat.locator("h1", { hasText: name }).waitFor();
  }

  async ends() {
    await this.chat.locator(".bar-button").click();
    await this.chat.locator("dialog .primary").click();
    await this.chat.locator(".after").waitFor();
  }

  async attaches(...files) {
    await this.chat.locator("input[type=file]").setInputFiles(files);
  }

  /** Ends what still runs; a story may have done so already. */
  async leaves() {
    await this.context.setOffline(false);
    if (!this.frame || this.tab.isClosed()) return;
    const button = this.chat.locator(".bar-button");
    if (!(await button.isVisible())) return;
    await Promise.race([this.ends(), moment(3_000)]);
  }
}
