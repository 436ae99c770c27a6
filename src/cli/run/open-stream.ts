import type { Progress } from '../../core/plan/progress.ts';
import { progressEvent } from '../../core/report/stream/progress-event.ts';
import type { StreamEvent } from '../../core/report/stream/types.ts';
import type { Reporter } from '../../ports/ports.ts';
import { printEvent, versionEvent } from '../../ui/formats/print-event.ts';
import { wireLineFile } from '../../wire/wire.ts';
import { warn } from '../output/warn.ts';

/** The stream of a run: on stdout with --json, in a file with --json-out, in both, or nowhere. */
export type Stream = {
  /** Whether a reader is there. */
  readonly isOpen: boolean;
  send(event: StreamEvent): void;
  /** Sends to the file alone: what fails is reported on stdout by report-error.ts. */
  sendToFile(event: StreamEvent): void;
  /** Passes reports on and sends them as well. */
  listen(report: Reporter): Reporter;
  close(): void;
};

export function openStream(options: {
  readonly json: boolean;
  readonly file: string | undefined;
  readonly fwVersion: string;
}): Stream {
  const file = options.file === undefined ? undefined : wireLineFile(options.file);
  let isWhole = true;
  const toFile = (line: string) => {
    if (file === undefined || file.write(line) || !isWhole) return;
    isWhole = false;
    warn(`${options.file} cannot be written to any more and is not complete`);
  };
  const sendToFile = (event: StreamEvent) => {
    if (file !== undefined) toFile(printEvent(event, now()));
  };
  const send = (event: StreamEvent) => {
    const line = printEvent(event, now());
    if (options.json) process.stdout.write(line);
    toFile(line);
  };
  const isOpen = options.json || file !== undefined;
  if (isOpen) send(versionEvent(options.fwVersion));
  return {
    isOpen,
    send,
    sendToFile,
    listen: (report) => (isOpen ? listenTo(report, send) : report),
    close: () => file?.close(),
  };
}

function listenTo(report: Reporter, send: (event: StreamEvent) => void): Reporter {
  let started = performance.now();
  return (progress: Progress) => {
    report(progress);
    if (progress.kind === 'step.start') started = performance.now();
    const event = progressEvent(progress, Math.round(performance.now() - started) / 1000);
    if (event !== undefined) send(event);
  };
}

function now(): string {
  return new Date().toISOString();
}
