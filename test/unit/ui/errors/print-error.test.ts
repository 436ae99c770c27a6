import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/core/diagnostics/diagnostic.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { printError } from '../../../../src/ui/errors/print-error.ts';

const PLAIN = { width: 80, colour: false, unicode: false };

describe('printError', () => {
  it('says what failed, the output of another program, what the firewall is now and what to do', () => {
    const error = new FwError('apply.rolled-back', 'blue ipv4 filter: the kernel refused line 4', {
      firewall: 'rolled back and verified',
      output: 'iptables-restore v1.8.9 (nf_tables): line 4 failed\n',
    });
    expect(printError(error, PLAIN)).toEqual([
      'Error: blue ipv4 filter: the kernel refused line 4 [apply.rolled-back]',
      '',
      '  | iptables-restore v1.8.9 (nf_tables): line 4 failed',
      '',
      'Firewall: rolled back and verified.',
      'Next: Read what failed above, correct it, and run again.',
    ]);
  });

  it('shows twenty problems in full and counts the rest', () => {
    const text = '-p tcp --dport 70000\n';
    const diagnostics = Array.from(
      { length: 23 },
      (_, index): Diagnostic => ({
        severity: 'error',
        code: 'state.rule',
        message: `port "${70000 + index}" is not between 0 and 65535`,
        span: { file: 'state/web.yaml', start: 15, end: 20 },
      }),
    );
    const error = new FwError('state.invalid', '23 problems in the state', {
      diagnostics,
      sources: new Map([['state/web.yaml', text]]),
    });
    const lines = printError(error, PLAIN);
    expect(lines.filter((line) => line.includes('is not between'))).toHaveLength(20);
    expect(lines.slice(-5)).toEqual([
      '',
      'And 3 more problems like these.',
      '',
      'Firewall: unchanged.',
      'Next: Correct the state files and run again.',
    ]);
  });

  it('keeps the stack of a fault of its own for those who ask', () => {
    const error = new FwError('internal.bug', 'fw stopped on an error it does not know', {
      output: 'TypeError: x is not a function\n    at somewhere (fw.cjs:1:1)',
      cause: new TypeError('x is not a function'),
    });
    const text = printError(error, PLAIN).join('\n');
    expect(text).toContain('| TypeError: x is not a function');
    expect(text).not.toContain('at somewhere');
    const debug = printError(error, { ...PLAIN, debug: true }).join('\n');
    expect(debug).toContain('at somewhere');
    expect(debug).toContain('caused by\n  TypeError: x is not a function');
  });

  it('lets no word of a program or a file reach the terminal as a control', () => {
    const error = new FwError('live.unreadable', 'namespace "\x1b[2J" \u202eis bad', { output: '\x1b]0;title\x07\r' });
    expect(printError(error, PLAIN).join('')).toMatch(/^[\x20-\x7e]*$/);
  });
});
