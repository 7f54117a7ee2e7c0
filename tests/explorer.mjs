// Uses an explorer.html in headless Chromium: every interaction, with mouse, touch and keyboard.
//
//     node explorer.mjs EXPLORER.html [FOLDER FOR SCREENSHOTS]
//
// Prints sizes and times, then what is wrong, and exits with 1 if anything is.

import { existsSync, mkdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

// The packages of the report's browser test.
const packages = createRequire(new URL("../crates/viz/tests/browser/check.mjs", import.meta.url));
const { chromium } = packages("playwright-core");
const { HtmlValidate, StaticConfigLoader } = packages("html-validate");
const axe = packages("axe-core");

const LOOKS = [
  { width: 400, colorScheme: "light", touch: true },
  { width: 400, colorScheme: "dark", touch: true },
  { width: 1400, colorScheme: "light", touch: false },
  { width: 1400, colorScheme: "dark", touch: false },
];
/** How much a pixel of 0 to 1 may differ from the run's: with 16 bits, and with 8 in large matrices. */
const TOLERANCES = { "16 bits": 0.01, "8 bits": 0.15 };
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
// Milliseconds: turns a hang into a failure, and nothing else, however busy the machine is.
const LIMIT = 300_000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** What the HTML standard forbids, as lines of text. */
async function invalidities(path) {
  const rules = new StaticConfigLoader({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y"],
  });
  const report = await new HtmlValidate(rules).validateFile(path);
  return report.results
    .flatMap((result) => result.messages)
    .map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message.slice(0, 200)}`);
}

/** What is wrong with the page as it is; runs in the browser. */
function faultsOfPage() {
  const faults = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`scrolls sideways: ${scrollWidth} in ${clientWidth}`);
  for (const canvas of document.querySelectorAll("canvas")) {
    if (!canvas.getAttribute("role") || !canvas.getAttribute("aria-label")) {
      faults.push(`a canvas has no text: ${canvas.id || canvas.className}`);
    }
  }
  for (const input of document.querySelectorAll("input, select")) {
    if (!input.labels?.length) faults.push(`an input has no label: ${input.id}`);
  }
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const linear = numbers(color)
      .slice(0, 3)
      .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const background = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (numbers(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility() || element.closest("script, style, .dead, option")) continue;
    const [a, b] = [getComputedStyle(element).color, background(element)].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: ${element.textContent.slice(0, 40)}`);
  }
  return faults;
}

/** What axe finds on the page as it is, as lines of text. */
async function inaccessibilities(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(
    ({ id, help, nodes }) => `axe, ${id}: ${help}: ${nodes[0].html.slice(0, 160)} (${nodes.length} places)`,
  );
}

/** The page of one reader, with what the checks ask of it. */
class Reader {
  constructor(page, touch) {
    Object.assign(this, { page, touch, faults: [] });
  }

  text(selector) {
    return this.page.textContent(selector);
  }

  pixels(id) {
    return this.page.evaluate((id) => document.getElementById(id).toDataURL(), id);
  }

  /** Expects `action` to change each of `canvases` and of `texts`. */
  async changes(what, canvases, texts, action) {
    const look = async () => [
      ...(await Promise.all(canvases.map((id) => this.pixels(id)))),
      ...(await Promise.all(texts.map((selector) => this.text(selector)))),
    ];
    const before = await look();
    await action();
    // Drawing waits for the next frame.
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const after = await look();
    [...canvases, ...texts].forEach((name, at) => {
      if (before[at] === after[at]) this.faults.push(`${what} does not change ${name}`);
    });
  }

  async box(selector) {
    const element = this.page.locator(selector).first();
    await element.evaluate((e) => e.scrollIntoView({ block: "center" }));
    return element.boundingBox();
  }

  /** A place in an element, by shares of its width and height. */
  async place(selector, x, y) {
    const box = await this.box(selector);
    return [box.x + x * box.width, box.y + y * box.height];
  }

  async press(selector, x = 0.5, y = 0.5) {
    const place = await this.place(selector, x, y);
    await (this.touch ? this.page.touchscreen.tap(...place) : this.page.mouse.click(...place));
  }

  /** Drags through places, with a finger or the mouse. */
  async drag(places) {
    if (!this.touch) {
      await this.page.mouse.move(...places[0]);
      await this.page.mouse.down();
      for (const place of places.slice(1)) await this.page.mouse.move(...place, { steps: 4 });
      await this.page.mouse.up();
      return;
    }
    this.session ??= await this.page.context().newCDPSession(this.page);
    // A slow finger: after a quick one the browser takes the next tap for the end of a fling.
    let timestamp = Date.now() / 1000 - places.length;
    const send = (type, points) => {
      timestamp += 1;
      const touchPoints = points.map(([x, y]) => ({ x, y }));
      return this.session.send("Input.dispatchTouchEvent", { type, touchPoints, timestamp });
    };
    await send("touchStart", [places[0]]);
    for (const place of places.slice(1)) await send("touchMove", [place]);
    await send("touchEnd", []);
  }

  async keys(selector, ...keys) {
    await this.page.focus(selector);
    for (const key of keys) await this.page.keyboard.press(key);
  }
}

/** The parts of the page, each used with the pointer and with keys. */
const CHECKS = {
  async map(reader) {
    const { page } = reader;
    const beside = ["map-image", "map-reconstruction", "map-difference"];
    if (!reader.touch) {
      await reader.changes("hovering over the map", beside, ["#map-name", "#map-error"], async () => {
        await page.mouse.move(...(await reader.place("#map", 0.8, 0.5)));
      });
      const chosen = await page.inputValue("#map-index");
      await page.mouse.move(1, 1);
      if (chosen !== (await page.inputValue("#map-index"))) reader.faults.push("hovering chooses");
    }
    await reader.changes("a press on the map", [...beside, "code-picture", "noisy-input"], ["#map-name"], () =>
      reader.press("#map", 0.3, 0.6),
    );
    await reader.changes("an arrow key on the map", beside, ["#map-name"], () => reader.keys("#map", "ArrowRight"));
    await reader.keys("#map", "Home");
    await reader.changes("the key End", beside, ["#map-name"], () => reader.keys("#map", "End"));
    await reader.changes("a number of an image", beside, ["#map-name"], async () => {
      await page.fill("#map-index", "5");
      await page.keyboard.press("Enter");
    });
    if ((await page.locator("#legend button").count()) > 0) {
      await reader.changes("a class", ["map"], [], () => reader.press("#legend button"));
      const pressed = await page.getAttribute("#legend button", "aria-pressed");
      if (pressed !== "true") reader.faults.push("a class that is highlighted does not say so");
      await reader.changes("the class again", ["map"], [], () => reader.keys("#legend button", "Enter"));
    }
  },

  async sliders(reader) {
    const slider = ".unit:not(.dead) input";
    const texts = [".unit:not(.dead) output", "#code-error"];
    await reader.changes("a press on a slider", ["code-picture"], texts, () => reader.press(slider, 0.93));
    await reader.changes("a key on a slider", ["code-picture"], texts, () => reader.keys(slider, "Home"));
    await reader.changes("the mean code", ["code-picture"], ["#code-error"], () => reader.press("#code-mean"));
    await reader.changes("the code of the image", ["code-picture"], [], () => reader.press("#code-reset"));
  },

  async interpolation(reader) {
    const { page } = reader;
    const count = await page.locator(".choice").count();
    const choice = (at) => `.choice:nth-child(${at})`;
    const ends = ["end-0", "end-1", "between"];
    await reader.changes("dragging from an image to another", ends, ["#between-text"], async () => {
      const to = await reader.place(choice(count - 1), 0.5, 0.5);
      const from = await reader.place(choice(2), 0.5, 0.5);
      // The second look may have scrolled.
      const end = await page.locator(choice(count - 1)).boundingBox();
      const goal = [end.x + end.width / 2, end.y + end.height / 2];
      await reader.drag([from, [(from[0] + goal[0]) / 2, (from[1] + goal[1]) / 2], goal]);
    });
    const share = Number(await page.inputValue("#share"));
    if (share < 95) reader.faults.push(`at the end of the way are ${share} %`);
    await reader.changes("a tap on an image", ["end-1", "between"], ["#between-text"], () => reader.press(choice(1)));
    await reader.changes("the slider", ["between"], ["#between-text"], () => reader.press("#share", 0.2));
    await reader.changes("a key on the slider", ["between"], ["#between-text"], () => reader.keys("#share", "End"));
    await reader.changes("a key on an image", ["end-1"], ["#between-text"], () => reader.keys(choice(3), "Enter"));
    await reader.changes("the image of the map", ["end-1"], ["#between-text"], () => reader.press("#chosen-as-end"));
  },

  async noise(reader) {
    const ofInput = ["noisy-input", "of-noisy-input"];
    await reader.changes("a level", ofInput, ["#input-noise-error"], () => reader.press("#input-levels label:not(:has(:checked))"));
    await reader.changes("a key on a level", ofInput, [], () =>
      reader.keys("#input-levels :checked", "ArrowRight"),
    );
    await reader.changes("a level of the code", ["of-noisy-code"], ["#code-noise-error"], () =>
      reader.press("#code-levels label:not(:has(:checked))"),
    );
    await reader.changes("other noise", [...ofInput, "of-noisy-code"], [], () => reader.press("#noise-again"));
  },

  async drawing(reader) {
    const { page } = reader;
    const texts = [".card .number"];
    await reader.changes("drawing", ["sheet", "seen"], texts, async () => {
      const box = await reader.box("#sheet");
      const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
      await reader.drag([[0.3, 0.2], [0.7, 0.25], [0.5, 0.5], [0.7, 0.7], [0.3, 0.8]].map(at));
    });
    const cards = await page.$$eval(".card", (cards) =>
      cards.map((card) => [card.querySelector(".number").textContent, card.querySelector("canvas").ariaLabel]),
    );
    for (const [number, label] of cards) {
      if (!/^[\d.]+ · \d+ %$/.test(number) || !/squared error/.test(label)) {
        reader.faults.push(`a card says ${number}, ${label}`);
      }
    }
    if ((await page.locator("#center").isChecked()) === true) {
      await reader.changes("not centering", ["seen"], [], () => reader.keys("#center", "Space"));
    }
    await reader.changes("clearing", ["sheet", "seen"], texts, () => reader.press("#clear"));
    await reader.changes("drawing with keys", ["sheet", "seen"], ["#pen", ...texts], () =>
      reader.keys("#sheet", "Space", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"),
    );
    await reader.changes("the image of the map", ["sheet", "seen"], texts, () => reader.press("#chosen-to-sheet"));
  },
};

/** What is wrong with the page as one reader uses it. */
async function faultsFor(browser, url, { width, colorScheme, touch }, screenshots) {
  const viewport = { width, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme, hasTouch: touch, offline: true });
  context.setDefaultTimeout(LIMIT);
  const page = await context.newPage();
  const reader = new Reader(page, touch);
  const { faults } = reader;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.stack}`));
  page.on("request", (request) => {
    const { protocol } = new URL(request.url());
    if (!["file:", "data:", "blob:"].includes(protocol)) faults.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector("html[data-state=ready]");
  const name = `${width}-${colorScheme}`;
  console.log(name, JSON.stringify(await page.evaluate(() => ({ ...document.documentElement.dataset }))));
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

  const rows = await page.$$eval("#compared tr", (rows) => rows.map((row) => [...row.children].map((c) => c.textContent)));
  for (const [model, bits, , largest] of rows) {
    if (!(Number(largest) <= TOLERANCES[bits])) faults.push(`${model} differs by ${largest} (${bits})`);
  }
  faults.push(...(await page.evaluate(faultsOfPage)), ...(await inaccessibilities(page)));
  const models = await page.$$eval("#model option", (options) => options.map((option) => option.textContent));
  if (rows.length !== models.length) faults.push(`${rows.length} of ${models.length} models are compared`);
  for (const [at, model] of models.entries()) {
    const select = async () => {
      // The pictures of another model are another model's.
      if ((await page.locator("#model").inputValue()) !== String(at)) {
        await page.selectOption("#model", String(at));
        await page.waitForFunction((at) => state.model === MODELS[at], at);
        await page.waitForFunction(() => drawing.cards[0]?.model.set === state.model.set);
      }
    };
    await select();
    // A full round with the first and the last model, and each model is looked at.
    const isAlive = (await page.locator(".unit:not(.dead) input").count()) > 0;
    const parts = at === 0 || at === models.length - 1 ? Object.keys(CHECKS) : [];
    for (const part of parts) {
      if (part === "sliders" && !isAlive) continue;
      const before = faults.length;
      await CHECKS[part](reader);
      for (let fault = before; fault < faults.length; fault++) faults[fault] = `${model}, ${part}: ${faults[fault]}`;
    }
    faults.push(...(await page.evaluate(faultsOfPage)).map((fault) => `${model}: ${fault}`));
  }
  await context.close();
  return faults.map((fault) => `${name}: ${fault}`);
}

const [file, screenshots] = process.argv.slice(2);
if (!file || !existsSync(file)) {
  console.error("usage: node explorer.mjs EXPLORER.html [FOLDER FOR SCREENSHOTS]");
  process.exit(2);
}
if (screenshots) mkdirSync(screenshots, { recursive: true });

console.log(`${statSync(file).size} bytes`);
const problems = await invalidities(file);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: LIMIT });
for (const look of LOOKS) {
  problems.push(...(await faultsFor(browser, pathToFileURL(resolve(file)).href, look, screenshots)));
}
await browser.close();
for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? "no problems" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
