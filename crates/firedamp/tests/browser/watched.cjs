// What the scripts share that drive a browser: they start it, and hold against a page whatever goes
// wrong: an error on the console, a request to elsewhere, something that axe finds, a page that is
// wider than its screen. Each is printed, a line each, and makes the script fail.
//
// BASE: where the desk is. CHROMIUM: the browser. MODULES: where playwright-core and axe-core are.
// PICTURES: a folder for pictures of the pages, if they are wanted.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { BASE, CHROMIUM, MODULES, PICTURES } = process.env;
const { chromium } = require(path.join(MODULES, 'playwright-core'));
const axe = fs.readFileSync(path.join(MODULES, 'axe-core', 'axe.min.js'), 'utf8');

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update', '--disable-default-apps',
];
const WIDE = { width: 1120, height: 800 };
const NARROW = { width: 400, height: 860 };
const PATIENCE_MS = 15000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const problems = [];
const problem = (text) => problems.push(text);
const check = (is, text) => { if (!is) problem(text); };

// Answers that a story means to get: the browser writes them to its console, too.
const meant = new Set();

function watch(page) {
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('console', (message) => {
    const isMeant = [...meant].some((status) => message.text().includes(`status of ${status}`));
    if (message.type() === 'error' && !isMeant) problem(`console of ${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problem(`script of ${page.url()}: ${error}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${BASE}/`)) problem(`request to elsewhere: ${request.url()}`);
  });
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 400 && !meant.has(status)) problem(`${status} from ${response.url()}`);
  });
}

async function look(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate((rules) => window.axe.run({ runOnly: rules }), RULES);
  for (const one of found.violations) {
    const where = one.nodes.slice(0, 3).map((node) => `${node.html} (${node.failureSummary})`);
    problem(`axe on ${name}: ${one.id}: ${one.help}: ${where.join(' | ')}`);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  const room = page.viewportSize().width;
  check(width <= room, `${name} is ${width} px wide on a screen of ${room} px`);
}

async function picture(page, name, clip) {
  if (!PICTURES) return;
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), clip });
}

// Runs a story in a browser of its own, says what was wrong with it, and ends.
function tell(story) {
  const run = async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    try {
      await story(browser);
    } finally {
      await browser.close();
    }
  };
  run().catch((error) => problem(String(error.stack || error))).finally(() => {
    problems.forEach((text) => console.log(`PROBLEM ${text}`));
    process.exit(problems.length === 0 ? 0 : 1);
  });
}

module.exports = {
  BASE, NARROW, WIDE, check, look, meant, picture, problem, tell, watch,
};
