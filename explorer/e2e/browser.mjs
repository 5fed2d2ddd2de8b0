// A browser and what tests ask of the page in it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const origin = (url) => new URL(url).origin;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts Chromium, as Debian has it. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic", "--disable-sync",
      "--no-first-run", "--no-sandbox",
    ],
  });
}

/** One visit of somebody who has not been here before. */
export class Visit {
  problems = []; // what the browser complained about
  requests = [];

  /** Opens the page and waits until it can be used. */
  static async open(browser, url, { width = 1280, height = 800, scheme = "light", path = "/", before } = {}) {
    const visit = new Visit();
    visit.base = url;
    visit.context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, permissions: ["clipboard-read", "clipboard-write"] });
    visit.page = await visit.context.newPage();
    await before?.(visit.page);
    visit.page.setDefaultTimeout(30_000);
    visit.page.on("console", (message) => visit.problems.push(`console ${message.type()}: ${message.text()}`));
    visit.page.on("pageerror", (error) => visit.problems.push(`error: ${error.message}`));
    visit.page.on("requestfailed", (request) => {
      const { errorText } = request.failure();
      if (!(visit.leaves && errorText === "net::ERR_ABORTED")) visit.problems.push(`${request.url()}: ${errorText}`);
    });
    visit.page.on("request", (request) => {
      visit.requests.push(request);
      if (!request.url().startsWith("data:") && origin(request.url()) !== origin(url)) visit.problems.push(`another host: ${request.url()}`);
    });
    await visit.go(path);
    return visit;
  }

  async go(path) {
    this.leaves = true; // what the page before still loads is given up
    this.response = await this.page.goto(new URL(path, this.base).href);
    this.leaves = false;
    await this.ready();
  }

  /** Waits until the editors are there and the schema is known. */
  async ready() {
    await this.page.locator(".graphiql-query-editor .view-line").first().waitFor();
    await this.page.waitForFunction(() => globalThis.__MONACO?.editor.getEditors().length === 4);
    await this.page.getByRole("button", { name: "Re-fetch GraphQL schema" }).and(this.page.locator(":enabled")).waitFor();
    await this.page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {}); // quiet, or as quiet as a busy machine gets
  }

  async close() {
    await this.context.close();
  }

  /** Reads an editor: operation.graphql, variables.json, request-headers.json or response.json. */
  text(model) {
    return this.page.evaluate((name) => globalThis.__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith(name)).getValue(), model);
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Types a query into a tab of its own. */
  async type(query) {
    await this.button("New tab").click();
    await this.page.locator(".graphiql-query-editor .monaco-editor").first().click();
    await this.paste(query);
  }

  /** Pastes into what has the focus; typing would let the editor add brackets. */
  async paste(text) {
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await this.page.keyboard.press("Control+V");
    await this.page.waitForFunction((text) => globalThis.__MONACO.editor.getModels().some((model) => model.getValue().endsWith(text)), text);
  }

  /** Opens the tab of an operation. */
  async tab(name) {
    await this.page.locator(".graphiql-tab-button", { hasText: new RegExp(`^${name}$`) }).click();
  }

  /** Opens an example from the panel. */
  async example(name) {
    const show = this.button("Show Example queries");
    if (await show.isVisible()) await show.click();
    await this.page.getByRole("region", { name: "Example queries" }).getByRole("button")
      .filter({ has: this.page.locator("b", { hasText: new RegExp(`^${name}$`) }) }).click();
  }

  /** Runs the current query and returns the answer. */
  async run() {
    await this.page.keyboard.press("Control+Enter");
    await this.page.locator(".graphiql-response .graphiql-spinner").waitFor({ state: "detached" });
    await this.page.waitForFunction(() => globalThis.__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith("response.json")).getValue() !== "");
    return JSON.parse(await this.text("response.json"));
  }

  /** The headers of the last operation. */
  sent() {
    return this.requests.findLast((request) => request.method() === "POST").headers();
  }

  /** The distance by which the page is wider than its window. */
  overflow() {
    return this.page.evaluate(() => {
      const wide = [...document.querySelectorAll("body *")].filter((element) => {
        const box = element.getBoundingClientRect();
        // Editors, tabs and hidden panes cut off what is theirs.
        return box.width > 0 && box.right > innerWidth + 1 && !element.closest(".monaco-editor, .graphiql-tabs, [style*='-1000px'], .hidden-visually");
      });
      return { page: document.documentElement.scrollWidth - innerWidth, elements: wide.map((element) => `${element.tagName}.${element.className}`) };
    });
  }

  /** What keeps some people from using the page as it is now, by axe-core's rules: a rule and an element each. */
  async barriers() {
    await this.page.waitForTimeout(300); // animations
    await this.page.evaluate(`${axe}; undefined`);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, target, failureSummary }) => ({ id, target: target.join(" "), html, failureSummary })));
  }
}
