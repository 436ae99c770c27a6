// `npm run record`: what the demo prints, as docs/demo.cast (asciinema) and docs/demo.svg (for the README). It takes a minute and root, as the demo does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COLUMNS = 104;
const ROWS = 36;
/** A longer wait shows nothing. */
const LONGEST = 1.5;

const lines = await runDemo();
writeFileSync(join(root, 'docs/demo.cast'), printCast(lines));
writeFileSync(join(root, 'docs/demo.svg'), printPicture(lines.map(({ text }) => text)));

/** Every line with the seconds since the one before it. */
async function runDemo() {
  // Standard error beside standard output, as at a terminal. What is slow tells so; that is no part of the story.
  const demo = spawn('bash', ['-c', 'exec bash "$0" 2>&1', join(root, 'scripts/demo')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = [];
  let last = performance.now();
  for await (const text of createInterface({ input: demo.stdout })) {
    if (/^fw: .* \d+ s$/.test(text)) continue;
    const now = performance.now();
    found.push({ after: Math.min((now - last) / 1000, LONGEST), text });
    last = now;
  }
  if (demo.exitCode === null) await once(demo, 'exit');
  if (demo.exitCode !== 0) throw new Error(`the demo ended with ${demo.exitCode}: ${found.at(-1)?.text}`);
  return found;
}

/** https://docs.asciinema.org/manual/asciicast/v2/ */
function printCast(shown) {
  let time = 0;
  const events = shown.map(({ after, text }) => {
    time += after;
    return JSON.stringify([Number(time.toFixed(3)), 'o', `${text}\r\n`]);
  });
  const header = { version: 2, width: COLUMNS, height: ROWS, title: 'fw: plan and apply for iptables' };
  return `${[JSON.stringify(header), ...events].join('\n')}\n`;
}

/** One screen after the other, each for as long as it takes to read it. Where nothing moves the first one is seen. */
function printPicture(texts) {
  const screens = cutScreens(texts);
  const seconds = screens.map((screen) => 3 + screen.length * 0.15);
  const whole = seconds.reduce((sum, each) => sum + each, 0);
  let begun = 0;
  const styles = screens.map((_, index) => {
    const [from, to] = [begun, begun + seconds[index]].map((time) => ((time / whole) * 100).toFixed(2));
    begun += seconds[index];
    const hidden = index === 0 ? '' : '0%{opacity:0}';
    return `@keyframes s${index}{${hidden}${from}%{opacity:1}${to}%{opacity:0}100%{opacity:0}}#s${index}{opacity:${index === 0 ? 1 : 0};animation:s${index} ${whole.toFixed(1)}s step-end infinite}`;
  });
  const [width, height] = [COLUMNS * 8.43 + 24, ROWS * 18 + 20].map(Math.round);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="fw at a terminal: plan, apply, drift, a lock-out that is refused, a change that goes back">
<style>text{font:14px/18px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#c9d1d9;white-space:pre}.t{fill:#79c0ff;font-weight:bold}.c{fill:#fff;font-weight:bold}.p{fill:#56d364}.m{fill:#ff7b72}.e{fill:#e3b341}
${styles.join('\n')}</style>
<rect width="100%" height="100%" rx="6" fill="#0d1117"/>
${screens.map(printScreen).join('\n')}
</svg>
`;
}

/** A step of the demo begins a screen, and so does what does not fit on it, between two paragraphs where there are some. */
function cutScreens(texts) {
  const screens = [];
  let screen = [];
  for (const text of texts) {
    const isFull = screen.length >= ROWS || (screen.length > ROWS * 0.7 && text === '');
    if (/^\d\. /.test(text) || isFull) {
      screens.push(screen);
      screen = [];
    }
    if (text !== '' || screen.length > 0) screen.push(text);
  }
  return [...screens, screen].filter((each) => each.length > 0);
}

function printScreen(screen, index) {
  const rows = screen.map((text, row) => {
    const shown = text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text;
    return `<text x="12" y="${24 + row * 18}"${classOf(text)} xml:space="preserve">${escapeText(shown)}</text>`;
  });
  return `<g id="s${index}">\n${rows.join('\n')}\n</g>`;
}

function classOf(text) {
  const kind = [
    [/^\d\. |^Two network/, 't'],
    [/^\$ /, 'c'],
    [/^ +(\d+ +)+\+ |^ +opened /, 'p'],
    [/^ +(\d+ +)+- |^ +closed |^Error/, 'm'],
    [/^ +(\d+ +)+~ |^exit number/, 'e'],
  ].find(([pattern]) => pattern.test(text));
  return kind === undefined ? '' : ` class="${kind[1]}"`;
}

function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
