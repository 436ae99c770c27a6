import type { Ran } from '../../../src/ports/ports.ts';

/**
 * How the nth effect of a process goes wrong. `fail`: it does nothing and says so. `fail-after`: it is done, and says that it failed. `die-before` and
 * `die-after`: the process gets SIGKILL before it, or after it.
 */
export const MODES = ['fail', 'fail-after', 'die-before', 'die-after'] as const;
export type Mode = (typeof MODES)[number];

export type Fault = { readonly mode: Mode; readonly at: number };

/** What every call of a process that is dead is answered with: nothing that it does from then on has an effect. */
export class Died extends Error {
  constructor() {
    super('this process is dead');
  }
}

export class InjectedFault extends Error {
  constructor(name: string) {
    super(`injected fault at ${name}`);
  }
}

/** Counts the effects of one process, and lets one of them go wrong. */
export class Effects {
  readonly names: string[] = [];
  /** The effect that went wrong. */
  hit: string | undefined;
  #isDead = false;
  readonly #fault: Fault | undefined;
  readonly #onDeath: () => void;

  constructor(fault: Fault | undefined, onDeath: () => void) {
    this.#fault = fault;
    this.#onDeath = onDeath;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#onDeath();
  }

  check(): void {
    if (this.#isDead) throw new Died();
  }

  /** Does it, unless this is the one that goes wrong. `failed` makes the answer of one that failed. */
  async effect<Result>(name: string, work: () => Promise<Result>, failed: () => Result): Promise<Result> {
    this.check();
    this.names.push(name);
    const isHit = this.names.length === this.#fault?.at;
    const mode = isHit ? this.#fault?.mode : undefined;
    if (mode !== undefined) this.hit = `${mode} ${name}`;
    if (mode === 'die-before') this.die();
    this.check();
    if (mode === 'fail') return failed();
    const result = await work();
    if (mode === 'die-after') this.die();
    this.check();
    return mode === 'fail-after' ? failed() : result;
  }
}

/** What a program answers that failed for a reason of its own. */
export const FAILED: Ran = { exitCode: 1, stdout: '', stderr: 'injected fault\n' };
