// The partner's whole job in a real browser, told twice: mining that nobody ordered, from the notice to
// the end of the case; and research that was authorised, until it does more than was allowed.
//
// STORY: which. PASSWORD: everybody's. What happens elsewhere is asked for by a line `STAGE <what>` on
// standard output; a line on standard input says that it happened.
'use strict';

const readline = require('node:readline');
const {
  BASE, NARROW, check, look, meant, picture, tell, watch,
} = require('./watched.cjs');

const { PASSWORD, STORY } = process.env;
const SCREEN = { width: 1000, height: 760 };

const told = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function stage(what) {
  console.log(`STAGE ${what}`);
  return (await told.next()).value;
}

// Somebody at a browser of their own.
class Person {
  static async named(browser, name, viewport = SCREEN) {
    const context = await browser.newContext({ viewport, acceptDownloads: true });
    const page = await context.newPage();
    watch(page);
    return Object.assign(new Person(), { name, page });
  }

  // Signs in if the desk asks for it: sessions end while time passes.
  async at(path) {
    await this.page.goto(`${BASE}${path}`);
    if (this.page.url() !== `${BASE}/sign-in`) return;
    await this.page.getByLabel('Name').fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.locator('.door > form').getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('link', { name: this.name }).waitFor();
    await this.page.goto(`${BASE}${path}`);
  }

  // Follows a link at the top of the page.
  async opens(name) {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  }

  // Turns to a part of the case.
  async turns(name) {
    const parts = this.page.getByRole('navigation', { name: 'Sections of this case' });
    await parts.getByRole('link', { name, exact: true }).click();
    await parts.locator('[aria-current=page]', { hasText: name }).waitFor();
  }

  async presses(name) {
    await this.page.getByRole('button', { name }).first().click();
  }

  async writes(fields) {
    for (const [label, text] of Object.entries(fields)) {
      await this.page.getByLabel(label, { exact: true }).first().fill(text);
    }
  }

  async chooses(label, value) {
    await this.page.getByRole('combobox', { name: label }).first().selectOption(value);
  }

  // What the page says now, and what it does not.
  async reads(step, ...sentences) {
    const text = (await this.page.textContent('main')).replace(/\s+/g, ' ');
    for (const sentence of sentences) {
      check(text.includes(sentence), `${step}: “${sentence}” is not on ${this.page.url()}: ${text.slice(0, 3000)}`);
    }
  }

  async misses(step, name) {
    check(await this.page.getByRole('button', { name }).count() === 0, `${step}: ${this.name} has the button ${name}`);
  }

  // Keeps how it looks from a heading on, and holds axe against it.
  async shows(step, heading, height = SCREEN.height) {
    await look(this.page, step);
    if (heading) {
      await this.page.getByRole('heading', { name: heading }).first().evaluate((one) => one.scrollIntoView());
    }
    await picture(this.page, `${STORY}-${step}`, { x: 0, y: 0, width: SCREEN.width, height });
  }
}

// From the notice to the customer, the same in both stories.
async function noticed(analyst, verdict) {
  await analyst.at('/');
  await analyst.opens(/^Notices/);
  await analyst.reads('the notice', verdict);
  await analyst.page.locator('.notices a').first().click();
  await analyst.page.getByRole('heading', { level: 1 }).waitFor();
  await analyst.reads('the case', verdict, 'What the provider allows');
  await analyst.presses('Take it');
  await analyst.presses('Investigate');
  await analyst.reads('the case', 'investigating', analyst.name);
}

async function answers(analyst, { answer, who, text }) {
  await analyst.chooses('Answer', answer);
  await analyst.writes({ 'Who answered': who, 'What they said': text });
  await analyst.presses('Write it down');
}

// Mining that nobody ordered.
async function cleaned(browser) {
  const anna = await Person.named(browser, 'anna');
  await noticed(anna, 'Mining, nearly certain');
  await anna.shows('01-notice');

  await anna.turns('Customer');
  await anna.reads('standing', 'Standing: not known', 'our books', 'How well it is guarded', 'not so: mend this');
  await anna.shows('02-standing');

  await anna.turns('Traffic and spend');
  await anna.reads('usage', 'the line marks', 'Spend');
  await anna.shows('03-usage');

  await anna.turns('Letters');
  await anna.reads('letters', 'Nobody has asked the customer yet', 'Mining ist nicht unbedingt missbräuchlich');
  await anna.chooses('Send it', 'copied');
  await anna.presses('Ask');
  await anna.reads('letters', 'asked by anna', 'copied by hand');
  await stage('the customer answers');
  await anna.at('/cases/1/letters');
  await answers(anna, { answer: 'not_ours', who: 'Frau Beispiel', text: 'Nein. Bitte halten Sie es an.' });
  await anna.reads('letters', 'It is not theirs', 'Bitte halten Sie es an');
  await anna.shows('04-customer', 'The customer');

  await anna.turns('Checklist');
  await anna.presses('Found something');
  await anna.reads('checklist', '1 of', 'something was found', 'from the provider’s notice');
  await anna.shows('05-checklist', 'Checklist');

  await anna.turns('Clean-up');
  await anna.reads('plan', 'Nobody can tell yet', 'Keep the evidence', 'Copy the disks of i-', 'Stop i-',
    'Remove i-', 'Switch off the key', 'Take every right from arn:aws:iam::111122223333:user/intruder');
  await anna.shows('06-plan', 'What is to be done');
  await anna.chooses('As far as', 'remove');
  await anna.presses('Ask for the dry run');
  await anna.reads('asked', 'waits for the dry run');
  await stage('the dry run');
  await anna.at('/cases/1/cleanup');
  await anna.reads('tried', 'tried dry, waits for approval', 'somebody else with the role approver has to approve');
  await anna.misses('tried', /^Approve/);
  await anna.shows('07-dry-run', 'Carry it out');

  const bruno = await Person.named(browser, 'bruno');
  await bruno.at('/cases/1/cleanup');
  await bruno.reads('approval', 'anna asked for it');
  await bruno.presses(/^Approve: carry out plan/);
  await bruno.reads('approval', 'is being carried out');
  await stage('the clean-up');
  await bruno.at('/cases/1/cleanup');
  await bruno.reads('done', 'done', 'Nobody can tell yet');
  await bruno.shows('08-done', 'Carry it out');

  // Too early: nothing that was read tells that it stopped.
  await anna.at('/cases/1');
  meant.add(422);
  await anna.chooses('Resolve as', 'fraud');
  await anna.presses('Resolve');
  await anna.reads('too early', 'does not prove yet that it stopped');
  meant.delete(422);

  await stage('two days pass');
  await anna.at('/cases/1/cleanup');
  await anna.reads('proof', 'It has stopped', 'Flows to where it went: have ended', 'Spend of the resources: have ended',
    'Control plane: have ended');
  await anna.shows('09-proof', 'Proof that it stopped');

  await anna.turns('Money back');
  await anna.reads('money', 'may come back', 'Evidence pack', 'that it has stopped: there');
  await anna.shows('10-money', 'Money back');
  const download = anna.page.waitForEvent('download');
  await anna.page.getByRole('link', { name: 'Download the pack' }).click();
  const key = await anna.page.locator('code').first().textContent();
  await stage(`the pack ${key} ${await (await download).path()}`);

  const report = anna.page.locator('form').filter({ has: anna.page.locator('input[value="report"]') }).first();
  await report.getByRole('textbox').fill('CASE-171');
  await report.getByRole('combobox').selectOption('filed');
  await report.getByRole('button').click();
  await anna.reads('request', 'filed, by anna', 'CASE-171');
  await anna.shows('11-request', 'Report to the provider', 600);

  await anna.turns('Summary');
  await anna.chooses('Resolve as', 'fraud');
  await anna.presses('Resolve');
  await anna.reads('resolved', 'resolved: fraud');
  await anna.turns('Log');
  await anna.reads('log', 'resolved', 'bruno', 'Frau Beispiel');
  await anna.shows('12-resolved', 'What happened');
  await readers(browser);
}

// The same case in French and German, on a telephone: words are longer there.
async function readers(browser) {
  for (const [name, language, verdict] of [
    ['claire', 'fr', 'Minage, presque certain'], ['dieter', 'de', 'Mining, so gut wie sicher'],
  ]) {
    const reader = await Person.named(browser, name, NARROW);
    await reader.at('/cases/1');
    const parts = await reader.page.locator('nav.sections a').evaluateAll((all) => all.map((one) => one.pathname));
    check(parts.length > 10, `a case has ${parts.length} parts`);
    for (const part of [...parts, '/', '/customers/contoso', '/account']) {
      await reader.at(part);
      await look(reader.page, `${part} in ${language}`);
      const marked = await reader.page.locator('html').getAttribute('lang');
      check(marked === language, `${part} is in ${marked}`);
    }
    await reader.at('/cases/1');
    await reader.reads('another language', verdict);
    await reader.page.setViewportSize(SCREEN);
    await reader.shows(`13-${language}`);
  }
}

// Research that was authorised.
async function research(browser) {
  const anna = await Person.named(browser, 'anna');
  const bruno = await Person.named(browser, 'bruno');
  await noticed(anna, 'Mining, nearly certain');
  await anna.turns('Letters');
  await anna.presses('Ask');
  await answers(anna, { answer: 'ours', who: 'Frau Beispiel', text: 'Ja, das ist unsere Forschung.' });
  await anna.reads('a yes', 'It is theirs', 'Still missing', 'written approval, with its reference');
  await anna.shows('01-yes', 'The customer');

  await anna.turns('Authorisations');
  await anna.reads('nothing on file', 'None is on file for this account');
  await anna.page.getByRole('link', { name: 'Propose an authorisation' }).click();
  await anna.writes({
    'Asked for by': 'the research team', 'Approved at the customer by': 'the head of security', Reference: 'TR-2026-17',
    Resources: '/subscriptions/0aaa0aaa-0000-4000-8000-00000000000a/resourcegroups/lab/vm-1', Pools: 'pool.example',
    'US dollars a day at most': '20', 'From (UTC)': '2026-03-31', 'Until (UTC, not included)': '2026-06-01',
  });
  await anna.page.getByLabel('Document').setInputFiles({
    name: 'approval.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 written approval TR-2026-17'),
  });
  await anna.shows('02-proposal', 'Propose an authorisation');
  await anna.presses('Propose');
  await anna.reads('proposed', 'Authorisation 1: waits for approval', 'TR-2026-17', 'so somebody else approves it');
  await anna.misses('proposed', 'Approve');

  await bruno.at('/authorisations');
  await bruno.page.getByRole('link', { name: '1', exact: true }).click();
  await bruno.reads('approval', 'TR-2026-17', 'Document (SHA-256)', 'the head of security');
  await bruno.presses('Approve');
  await bruno.reads('approved', 'Authorisation 1: approved');
  await bruno.shows('03-approved');

  await anna.at('/cases/1/authorisations');
  await anna.reads('by record', 'the case is legitimate by record', 'resolved: legitimate', 'a probability of 95 %');
  await anna.shows('04-by-record', 'Authorisations');

  await stage('more within the limit');
  await anna.at('/cases/1/authorisations');
  await anna.reads('within the limit', 'the case is legitimate by record', 'resolved: legitimate');

  await stage('more than the limit');
  await anna.at('/');
  await anna.opens(/^Notices/);
  await anna.reads('breached', 'Outside its authorisation');
  await anna.page.locator('.notices a').first().click();
  await anna.reads('open again', 'active');
  await anna.at('/cases/1/authorisations');
  await anna.reads('breached', 'The case is not covered', '55.00', '20.00');
  await anna.shows('05-breached', 'Authorisations');
  await anna.turns('Log');
  await anna.reads('log', 'asked the customer', 'the customer answered', 'authorised', 'reopened');
  await anna.shows('06-open-again', 'What happened');
}

tell(STORY === 'research' ? research : cleaned);
