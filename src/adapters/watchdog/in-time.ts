import { within } from '../store/limit-store.ts';

/** The disk of the data folder has so long for one answer; a deadline does not wait for it. */
const DISK_MS = 5_000;

export async function inTime<T>(work: Promise<T>): Promise<T> {
  return within(DISK_MS, work, () => new Error('the disk of the data folder does not answer'));
}
