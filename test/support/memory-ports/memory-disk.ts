/** The data folder of a machine: texts by name, as they are on disk. It survives every process, and a boot. */
export class MemoryDisk {
  readonly journals = new Map<string, string>();
  readonly generations = new Map<number, string>();
  readonly receipts = new Map<number, string>();
  readonly proven = new Map<string, string>();
  readonly chainBytes = new Map<string, string>();
  readonly wentBack = new Map<string, string>();
  readonly refused: string[] = [];
  before: string | undefined;
  /** By the id of the apply whose fate decides about them. */
  readonly prepared = {
    generations: new Map<string, string>(),
    before: new Map<string, string>(),
    receipts: new Map<string, string>(),
  };

  /** Moves what is prepared to where it stays; it is not there any more where a crash came between. */
  take(from: 'generations' | 'before' | 'receipts', journalId: string): string {
    const text = this.prepared[from].get(journalId);
    if (text === undefined) throw new Error(`ENOENT: ${from}/pending-${journalId}.json`);
    this.prepared[from].delete(journalId);
    return text;
  }
}
