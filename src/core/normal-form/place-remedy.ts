import { targetRow } from '../extensions/targets.ts';
import type { TableName } from '../rules/types.ts';

/** What the kernel most likely has against a rule of which it says only that an argument is invalid. */
export function placeRemedy(words: readonly string[], table: TableName): string | undefined {
  const target = words[words.findIndex((word) => word === '-j' || word === '--jump') + 1] ?? '';
  const { tables, hooks } = targetRow(target);
  if (tables !== undefined && !tables.includes(table)) {
    return `${target} works in table ${tables.join(' or ')} only${hooks === undefined ? '' : `, in ${hooks}`}: declare it there.`;
  }
  const protocol = words[words.findIndex((word) => word === '-p' || word === '--protocol') + 1];
  if (words.includes('tcp-reset') && protocol !== 'tcp' && protocol !== '6') {
    return 'Only TCP can be reset: write `-p tcp` in front.';
  }
  if (words.includes('--uid-owner') || words.includes('--gid-owner')) {
    return 'Only packets of this host have an owner: the rule belongs in OUTPUT or POSTROUTING.';
  }
  if (hooks !== undefined) return `${target} works only in ${hooks}, or in a chain that these alone lead to.`;
  if (words.includes('RATEEST'))
    return 'An estimator keeps its interval for as long as a rule names it: give it another --rateest-name.';
  return undefined;
}
