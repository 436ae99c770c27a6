import { FwError } from '../../../src/core/diagnostics/errors.ts';
import type { Refusal } from '../../../src/core/event-log/types.ts';
import { headOf } from '../../../src/core/generation/expired.ts';
import { parseGeneration, printGeneration } from '../../../src/core/generation/parse-generation.ts';
import type { Generation } from '../../../src/core/generation/types.ts';
import type { BeforeFw } from '../../../src/core/generation-zero/types.ts';
import type { WentBack } from '../../../src/core/journal/went-back.ts';
import type { Receipt } from '../../../src/core/receipt/types.ts';
import { seal, unseal } from '../../../src/core/seal/seal.ts';
import type {
  BeforeStore,
  EventLog,
  GenerationStore,
  ProvenStore,
  ReceiptStore,
  WentBackStore,
} from '../../../src/ports/ports.ts';
import type { MemoryDisk } from './memory-disk.ts';

export function openMemoryGenerations(disk: MemoryDisk): GenerationStore {
  const { generations, prepared } = disk;
  const numbers = () => [...generations.keys()].sort((one, other) => one - other);
  const heads = () =>
    numbers().map(
      (number) => headOf(number, generations.get(number) ?? '') ?? { number, isEarlier: false, applied: [] },
    );
  const prepare = async (journalId: string, generation: Generation) => {
    prepared.generations.set(journalId, printGeneration(generation));
  };
  const keep = async (journalId: string) => {
    const number = (numbers().at(-1) ?? 0) + 1;
    generations.set(number, disk.take('generations', journalId));
    return number;
  };
  return {
    prepare,
    keep,
    record: async (generation) => {
      await prepare(generation.journal, generation);
      return keep(generation.journal);
    },
    discard: async (journalId) => void prepared.generations.delete(journalId),
    readPrepared: async (journalId) => parseGeneration(journalId, prepared.generations.get(journalId) ?? '').generation,
    prepared: async () => [...prepared.generations.keys()],
    heads: async () => heads(),
    earlier: async () => heads().flatMap(({ number, isEarlier }) => (isEarlier ? [number] : [])),
    remove: async (number) => void generations.delete(number),
    // How generations share is how they lie on a disk; see generation-parts.test.ts.
    share: async () => undefined,
    sweep: async () => undefined,
    numbers: async () => numbers(),
    read: async (number) => {
      const text = generations.get(number);
      if (text === undefined) throw new FwError('generation.missing', `generation ${number} is not kept any more`);
      return { number, generation: parseGeneration(`${number}.json`, text).generation };
    },
  };
}

export function openMemoryBefore(disk: MemoryDisk): BeforeStore {
  const { before } = disk.prepared;
  const read = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as BeforeFw));
  return {
    read: async () => read(disk.before),
    readPrepared: async (journalId) => read(before.get(journalId)),
    prepare: async (journalId, record) => void before.set(journalId, JSON.stringify(record)),
    keep: async (journalId) => {
      disk.before = disk.take('before', journalId);
    },
    discard: async (journalId) => void before.delete(journalId),
    prepared: async () => [...before.keys()],
  };
}

export function openMemoryReceipts(disk: MemoryDisk): ReceiptStore {
  const { receipts } = disk.prepared;
  const read = (text: string | undefined) =>
    text === undefined ? undefined : (unseal('receipt', text, 'receipt') as unknown as Receipt);
  return {
    prepare: async (receipt) => void receipts.set(receipt.journal, seal(receipt)),
    keep: async (journalId, number, confirmed) => {
      const receipt = read(receipts.get(journalId));
      if (receipt === undefined) return;
      const { digest, ...content } = receipt;
      const confirm = { ...content.confirm, confirmed };
      disk.receipts.set(number, seal({ ...content, generation: number, confirm }));
      receipts.delete(journalId);
    },
    discard: async (journalId) => void receipts.delete(journalId),
    pending: async () => [...receipts.keys()],
    removeBelow: async (number) => {
      for (const kept of disk.receipts.keys()) if (kept < number) disk.receipts.delete(kept);
    },
    read: async (number) => read(disk.receipts.get(number)),
  };
}

export function openMemoryWentBack({ wentBack }: MemoryDisk): WentBackStore {
  return {
    add: async (record) => void wentBack.set(record.journal, JSON.stringify(record)),
    list: async () => [...wentBack.values()].map((text) => JSON.parse(text) as WentBack),
  };
}

export function openMemoryEventLog({ refused }: MemoryDisk): EventLog {
  return {
    refuse: async (refusal) => void refused.push(JSON.stringify(refusal)),
    refusals: async () => refused.map((text) => JSON.parse(text) as Refusal),
    told: async () => [],
  };
}

export function openMemoryProven(proven: Map<string, string>): ProvenStore {
  return {
    read: async () => new Map(proven),
    add: async (more) => {
      for (const [save, listing] of more) proven.set(save, listing);
    },
  };
}
