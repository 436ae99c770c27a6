import type { Clock } from '../../../src/ports/ports.ts';

type Sleeper = { readonly due: number; readonly wake: () => void };

/** A clock that stands still until a test moves it. All processes of a machine share it. */
export class FakeClock {
  /** Seconds since the boot. */
  uptime = 1000;
  /** The wall clock at the boot, in milliseconds: what people and NTP set. */
  booted = Date.UTC(2026, 0, 2, 3, 4, 5);
  #sleepers: Sleeper[] = [];

  now(): Date {
    return new Date(this.booted + this.uptime * 1000);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ due: this.uptime + milliseconds / 1000, wake });
    });
  }

  /** Lets that much time pass: every sleeper until then wakes up at its own moment, and has its turn. */
  async advance(seconds: number): Promise<void> {
    const end = this.uptime + seconds;
    await turn();
    for (;;) {
      const [next] = this.#sleepers.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due);
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.uptime = Math.max(this.uptime, next.due);
      next.wake();
      await turn();
    }
    this.uptime = end;
    await turn();
  }

  /** The clock of a process whose own sleeping is what makes time pass. */
  moving(): Clock {
    return { ...this.standing(), sleep: (milliseconds) => this.advance(milliseconds / 1000) };
  }

  /** The clock of a process that waits for others. */
  standing(): Clock {
    return { now: () => this.now(), uptime: () => this.uptime, sleep: (ms) => this.sleep(ms), turn: async () => {} };
  }
}

/** Resolves when nothing is left to do but to wait for the clock, or for what only a test does. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
