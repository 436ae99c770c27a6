import { shownBefore, shownSetsBefore, withoutBefore } from '../../../core/generation-zero/shown-before.ts';
import type { BeforeFw } from '../../../core/generation-zero/types.ts';
import { cleanText } from '../../text/clean-text.ts';
import { printShownText } from './text.ts';

/** Generation 0 for people: what was there, what was not, and what is not known. */
export function printBeforeText(record: BeforeFw): string {
  const [shown, sets] = [shownBefore(record), shownSetsBefore(record)];
  const { absent, unknown } = withoutBefore(record);
  return [
    'Generation 0: what was live before fw first wrote there.\n\n',
    shown.length + sets.length === 0 ? '' : `${printShownText(shown, sets)}\n`,
    ...listOf('Did not exist:', absent),
    ...listOf('Not known, because an older fw wrote there first:', unknown),
  ].join('');
}

function listOf(title: string, addresses: readonly string[]): readonly string[] {
  return addresses.length === 0 ? [] : [`${title}\n`, ...addresses.map((one) => `    ${cleanText(one, true)}\n`)];
}
