// A house of its own with the web application on a free port, and a Chromium to look at it, for scripts that do.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBuilt, ensureInstalled, pinnedNode, root, SetupError } from './setup.mjs';

const READY_MS = 120_000;

/** Opens both, does `work` with them, and closes both. `settings` are the house's. */
export async function withHouse(name, settings, work) {
  const executablePath = process.env.GAVEL_TEST_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath))
    throw new SetupError('there is no Chromium: apt-get install chromium, or name one in GAVEL_TEST_CHROMIUM');
  await ensureInstalled();
  await ensureBuilt();
  const data = mkdtempSync(join(tmpdir(), `gavel-${name}-`));
  const gavel = (args, stdio) => {
    const entry = ['--disable-warning=TimeoutNegativeWarning', join(root, 'dist', 'src', 'main.js'), ...args];
    const own = { GAVEL_DATA: data, GAVEL_HTTP_PORT: '0', GAVEL_RATE_PER_ADDRESS: '0', GAVEL_RATE_PER_SUBJECT: '0' };
    return spawn(pinnedNode, entry, { cwd: root, env: { ...process.env, ...own, ...settings }, stdio });
  };
  const house = await open(gavel);
  try {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      await work({ url: house.url, browser, run: (args) => run(gavel, args) });
    } finally {
      await browser.close();
    }
  } finally {
    await house.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

/** `stop` resolves when it is gone. */
function open(gavel) {
  const child = gavel(['up'], ['ignore', 'pipe', 'inherit']);
  const gone = new Promise((done) => child.on('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
      if (url !== undefined && said.includes('Ctrl-C drains')) resolve({ url, stop });
    });
    child.on('exit', (code) => reject(new Error(`gavel up ended with ${code}: ${said}`)));
    child.on('error', reject);
    setTimeout(() => reject(new Error(`gavel up was not open within ${READY_MS} ms: ${said}`)), READY_MS).unref();
  });
}

/** Runs a command of gavel to its end. */
function run(gavel, args) {
  const child = gavel(args, ['ignore', 'ignore', 'inherit']);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`gavel ${args.join(' ')} ended with ${code}`)),
    );
  });
}

/** A token of one of the house's people. */
export const person = async (url, name) => (await send(url, '/development/sign-in', { name })).token;

export async function send(url, path, body, token, method = 'POST') {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return response.json();
}

export async function signIn(page, url, name) {
  await page.goto(`${url}/sign-in`);
  await page.getByRole('button', { name: new RegExp(`\\b${name}\\b`) }).click();
  await page.getByRole('button', { name: /Sign out|Abmelden/ }).waitFor();
}
