import type { Receipt, SetReceipt } from '../../../core/receipt/types.ts';
import type { ConnectionsDocument } from '../../../core/report/connections-document.ts';
import { cleanText } from '../../text/clean-text.ts';
import { columns } from '../../text/columns.ts';
import { localTime } from '../../text/local-time.ts';
import { quantity } from '../../text/quantity.ts';
import { receiptTraffic } from './receipt-traffic.ts';

const DIGITS = 12;

/** A receipt for people: who did what when, each table with the digest that was read back, each check with its answer. */
export function printReceiptText(receipt: Receipt): string {
  const { generation, at, operator, host, commit, state, journal, summary, checks, signer, approval } = receipt;
  const { tables, sets = [], states = [], connections = [] } = receipt;
  const named = states.filter((name) => !name.includes('/') || states.length > 1);
  const source = commit === null ? state : `${state} at ${commit.id.slice(0, DIGITS)}${commit.dirty ? ' (dirty)' : ''}`;
  const rows = tables.map(({ namespace, family, table, backend, before, planned, live }) => [
    `  ${namespace} ${family} ${table} (${backend})`,
    `${short(before)} -> ${short(live)}`,
    live === planned ? 'as planned' : 'with rules that others wrote meanwhile',
  ]);
  return [
    `Receipt of generation ${generation ?? 'none yet'}, applied ${localTime(at)} on ${host} by ${operator}`,
    `From ${source}`,
    ...(named.length === 0 ? [] : [`${named.length === 1 ? 'State' : 'States'} ${named.join(', ')}`]),
    ...(signer === undefined || signer === null ? [] : [`Signed by ${signer.principal} (${signer.key})`]),
    ...(approval === undefined || approval === null ? [] : [`Approval ${approval}`]),
    `Journal ${journal}`,
    `${summary.add} added, ${summary.change} changed, ${summary.move} moved, ${summary.remove} removed in ${quantity(summary.namespaces.changed, 'namespace')}`,
    confirmText(receipt),
    ...receiptTraffic(receipt.traffic),
    'Read back from the kernel:',
    ...columns(rows, new Set()),
    ...columns(sets.map(setRow), new Set()),
    checks.length === 0 ? 'Checks: none' : 'Checks:',
    ...checks.map(
      ({ name, probe, from, tries, words }) =>
        `  ${name === null ? '' : `${name}: `}${probe} from ${from}: ${words} (${tries === 1 ? 'first try' : `try ${tries}`})`,
    ),
    ...connections.map(connectionsText),
  ]
    .map((line) => `${cleanText(line, true)}\n`)
    .join('');
}

function connectionsText({ namespace, family, action, because, refused, judged }: ConnectionsDocument): string {
  const found = because === null ? `${refused} of ${judged} refused` : `not counted: ${because}`;
  return `Running connections of ${namespace} ${family}: ${found}${action === 'keep' ? '' : ', to be ended'}`;
}

function setRow({ namespace, set, before, planned, added, removed, entries }: SetReceipt): readonly string[] {
  const now = `as planned, +${added} -${removed}, ${quantity(entries, 'entry', 'entries')} now`;
  return [`  ${namespace} set ${set}`, `${short(before)} -> ${short(planned)}`, now];
}

function confirmText({ confirm }: Receipt): string {
  if (confirm.deadline === null) return 'No confirmation was asked for';
  return `To be confirmed until ${localTime(confirm.deadline)}: ${confirm.confirmed ? 'confirmed' : 'not confirmed'}`;
}

function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, DIGITS);
}
