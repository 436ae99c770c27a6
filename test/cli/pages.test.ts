import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patternOf, readPage } from '../support/console-blocks.ts';
import { makeMachine } from '../support/machine.ts';
import { BUILT } from '../support/run-built.ts';

/** Pages that take a reader by the hand: what they have typed is typed here, on a machine of its own, and prints what they show. */
const PAGES = ['tutorial', 'coming-from', 'at-3am'];

test.each(PAGES)('docs/%s.md prints what it shows', async (name) => {
  const root = mkdtempSync(join(tmpdir(), 'fwt-pages-'));
  symlinkSync(BUILT, join(root, 'fw'));
  // A page shows the answer to a question; here no terminal is asked.
  const env = { PATH: `${root}:${process.env.PATH}`, HOME: '/mnt', FW_AUTO_APPROVE: '1', FW_ALLOW_EXPOSURE: '' };
  const machine = await makeMachine(env);
  try {
    const page = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
    let exported = '';
    for (const step of readPage(page)) {
      const where = `docs/${name}.md:${step.line}`;
      if ('path' in step) {
        const path = step.path.startsWith('/') ? step.path : `/etc/fw/${step.path}`;
        machine.run(`mkdir -p "$(dirname ${path})"; cat > ${path} <<'END_OF_FILE'\n${step.text}END_OF_FILE\n`, '/');
        continue;
      }
      if (/^export /.test(step.words)) exported += `${step.words}; `;
      const ran = machine.run(`set +e; mkdir -p /etc/fw; cd /etc/fw; ${exported}{ ${step.words}\n} 2>&1`);
      if (step.shown.length > 0) expect(ran.stdout, `${where}: ${step.words}`).toMatch(patternOf(step.shown));
    }
  } finally {
    await machine.end();
    rmSync(root, { recursive: true });
  }
});
