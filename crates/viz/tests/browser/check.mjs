// Validates a report and looks at it in headless Chromium.
//
//     node check.mjs REPORT.html [FOLDER FOR SCREENSHOTS]
//
// Prints what is wrong and exits with 1, or prints "no problems" and exits with 0.

import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import axe from "axe-core";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { chromium } from "playwright-core";

/** A telephone, a screen, and paper of A4 within its margins. */
const LOOKS = [
  { width: 400, media: "screen", colorScheme: "light" },
  { width: 400, media: "screen", colorScheme: "dark" },
  { width: 1400, media: "screen", colorScheme: "light" },
  { width: 1400, media: "screen", colorScheme: "dark" },
  { width: 718, media: "print", colorScheme: "light" },
];
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
// Milliseconds: turns a hang into a failure, and nothing else, however busy the machine is.
const LIMIT = 300_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What the HTML standard forbids, as lines of text. */
async function invalidities(path) {
  const rules = new StaticConfigLoader({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y"],
  });
  const report = await new HtmlValidate(rules).validateFile(path);
  return report.results
    .flatMap((result) => result.messages)
    .map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`);
}

/** What is wrong with the page itself; runs in the browser. */
function faultsOfPage() {
  const faults = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    faults.push(`scrolls sideways: ${scrollWidth} pixels in ${clientWidth}`);
  }
  if (document.images.length === 0) {
    faults.push("shows no image");
  }
  for (const image of document.images) {
    if (!image.complete || image.naturalWidth === 0) {
      faults.push(`an image is not shown: ${image.alt}`);
    }
    if (image.alt.trim() === "") {
      faults.push(`an image has no alternative text: ${image.src.slice(0, 80)}`);
    }
  }
  for (const shown of document.querySelectorAll("figure img, figure svg")) {
    const { left, right, width } = shown.getBoundingClientRect();
    if (width > 0 && (left < 0 || right > clientWidth)) {
      faults.push(`a figure is cut: ${shown.closest("figure").id}`);
    }
  }
  if (document.querySelectorAll("nav a[href^='#']").length === 0) {
    faults.push("has no contents list");
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.getAttribute("href").slice(1))) {
      faults.push(`a link leads nowhere: ${link.getAttribute("href")}`);
    }
  }
  for (const list of document.querySelectorAll(".sources")) {
    const isFolded = list.parentElement.closest("details:not([open])") !== null;
    const isPrinted = matchMedia("print").matches;
    if (!isFolded && !isPrinted && list.checkVisibility() === false) {
      faults.push(`a list of files is hidden: ${list.textContent.slice(0, 80)}`);
    }
  }
  return faults;
}

/** What axe finds, with all that is folded opened, and whether a click on a title sorts a table. */
async function faultsWithScript(browser, url, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, offline: true });
  context.setDefaultTimeout(LIMIT);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  await page.emulateMedia({ colorScheme });
  await page.goto(url, { waitUntil: "load" });
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run());
  for (const { id, help, nodes } of found.violations) {
    faults.push(`axe, ${id}: ${help}: ${nodes[0].html.slice(0, 160)} (${nodes.length} places)`);
  }
  const button = page.locator("table.rows th button").first();
  if ((await button.count()) > 0) {
    await button.click();
    const sorted = await page.locator("th[aria-sort='ascending']").count();
    if (sorted !== 1) faults.push("a click on a title sorts no table");
  }
  await context.close();
  return faults.map((fault) => `with script, ${colorScheme}: ${fault}`);
}

/** What is wrong with the page as one reader sees it. */
async function faultsFor(browser, url, { width, media, colorScheme }, screenshots) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    // The report must be readable without either.
    javaScriptEnabled: false,
    offline: true,
  });
  context.setDefaultTimeout(LIMIT);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const { protocol } = new URL(request.url());
    if (protocol !== "file:" && protocol !== "data:") {
      faults.push(`asks the network for ${request.url()}`);
    }
  });
  await page.emulateMedia({ media, colorScheme });
  await page.goto(url, { waitUntil: "load" });
  faults.push(...(await page.evaluate(faultsOfPage)));
  const name = `${media}-${colorScheme}-${width}`;
  if (screenshots) {
    await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
  }
  await context.close();
  return faults.map((fault) => `${name}: ${fault}`);
}

const [report, screenshots] = process.argv.slice(2);
if (!report || !existsSync(report)) {
  console.error("usage: node check.mjs REPORT.html [FOLDER FOR SCREENSHOTS]");
  process.exit(2);
}
if (screenshots) mkdirSync(screenshots, { recursive: true });

const problems = await invalidities(report);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: LIMIT });
const url = pathToFileURL(resolve(report)).href;
for (const look of LOOKS) {
  problems.push(...(await faultsFor(browser, url, look, screenshots)));
}
for (const colorScheme of ["light", "dark"]) {
  problems.push(...(await faultsWithScript(browser, url, colorScheme)));
}
await browser.close();

for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? "no problems" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
