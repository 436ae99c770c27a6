import { BUILTIN, isTableName } from '../../../src/core/rules/builtin.ts';
import type { Backend, Family, TableName } from '../../../src/core/rules/types.ts';
import { namedSets } from '../../../src/core/sets/headers.ts';
import type { Ran } from '../../../src/ports/ports.ts';
import type { LiveSet } from './live-set.ts';
import { type LiveTable, pristine } from './live-table.ts';
import { DONE, Refused, ranRefused } from './refused.ts';
import { type LiveSets, restoreSets } from './restore-sets.ts';
import { type CheckSets, restoreTable } from './restore-table.ts';
import { readBlocks } from './restore-text.ts';
import { NFT_ORDER, saveText } from './save-text.ts';

/** One network namespace of the memory kernel: what iptables of both backends and ipset keep in it. */
export class MemoryNamespace {
  /** As SO_NETNS_COOKIE: never given twice. */
  readonly cookie: string;
  /** Counts the commits to nft tables. */
  genid = 1;
  readonly #tables = new Map<string, LiveTable>();
  readonly #sets = new Map<string, LiveSet>();

  constructor(cookie: string) {
    this.cookie = cookie;
  }

  /** `iptables-restore --counters`. A block that fails leaves those before it committed. */
  restore(backend: Backend, family: Family, text: string, options: { readonly noflush: boolean }): Ran {
    try {
      for (const block of readBlocks(text)) {
        const key = keyOf(backend, family, block.table);
        // The legacy backend makes a table as soon as it is named.
        if (backend === 'legacy' && !this.#tables.has(key)) this.#tables.set(key, pristine(block.table));
        const made = restoreTable(
          this.#tables.get(key),
          block,
          { backend, family, table: block.table },
          {
            isNoflush: options.noflush,
            checkSets: this.#checkSets(family),
          },
        );
        if (made === undefined) this.#tables.delete(key);
        else this.#tables.set(key, made);
        if (backend === 'nft') this.genid += 1;
      }
      return DONE;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return ranRefused(error, backend, family);
    }
  }

  /** `iptables-save --counters`, of one table where it is named. */
  save(backend: Backend, family: Family, now: Date, table?: TableName): Ran {
    const key = keyOf(backend, family, table ?? 'filter');
    if (table !== undefined && backend === 'legacy' && !this.#tables.has(key)) this.#tables.set(key, pristine(table));
    const tables = table === undefined ? this.tables(backend, family) : [this.#tables.get(key) ?? pristine(table)];
    const hasLegacy = backend === 'nft' && this.hasLegacyTables(family);
    const warning = '# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n';
    return { exitCode: 0, stdout: saveText(tables, backend, family, now), stderr: hasLegacy ? warning : '' };
  }

  /** In the order of iptables-save. */
  tables(backend: Backend, family: Family): readonly LiveTable[] {
    const prefix = `${backend} ${family} `;
    const found = [...this.#tables].flatMap(([key, table]) => (key.startsWith(prefix) ? [table] : []));
    if (backend === 'legacy') return found.toReversed();
    return NFT_ORDER.flatMap((name) => found.filter((table) => table.name === name));
  }

  table(backend: Backend, family: Family, name: TableName): LiveTable | undefined {
    return this.#tables.get(keyOf(backend, family, name));
  }

  hasLegacyTables(family?: Family): boolean {
    return [...this.#tables.keys()].some((key) => key.startsWith(`legacy ${family ?? ''}`));
  }

  /** Removes an nft table in which there is nothing; false where there is something. */
  removeEmptyTable(family: Family, name: TableName): boolean {
    const table = this.table('nft', family, name);
    if (table === undefined) return true;
    const isEmpty = table.chains.size === BUILTIN[name].length;
    if (!isEmpty || [...table.chains.values()].some(({ rules }) => rules.length > 0)) return false;
    this.#tables.delete(keyOf('nft', family, name));
    this.genid += 1;
    return true;
  }

  /** `ipset restore`. */
  restoreSets(text: string, options: { readonly isExist: boolean } = { isExist: false }): Ran {
    return restoreSets(this.sets, text, options);
  }

  get sets(): LiveSets {
    return { sets: this.#sets, rulesOn: (set) => this.#rulesOn(set) };
  }

  #rulesOn(set: string): number {
    const texts = [...this.#tables.values()].flatMap(({ chains }) =>
      [...chains.values()].flatMap(({ rules }) => rules.map(({ text }) => text)),
    );
    return texts.filter((text) => namedSets([text]).has(set)).length;
  }

  #checkSets(family: Family): CheckSets {
    return (names, line) => {
      for (const name of names) {
        const set = this.#sets.get(name);
        if (set === undefined) throw new Refused('usage', line, `Set ${name} doesn't exist.\n`);
        if (set.family === undefined || set.family === family) continue;
        const other = set.family === 'ipv4' ? 'IPv4' : 'IPv6';
        throw new Refused('usage', line, `The protocol family of set ${name} is ${other}, which is not applicable.\n`);
      }
    };
  }
}

function keyOf(backend: Backend, family: Family, table: TableName): string {
  if (!isTableName(table)) throw new Error(`no table ${table}`);
  return `${backend} ${family} ${table}`;
}
