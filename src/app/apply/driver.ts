import type { Step } from '../../core/plan/types.ts';
import type { Kernel, Ports } from '../../ports/ports.ts';

/** What an apply and a way back do with the steps of one kind. `Live` is what is read of one step from the kernel. */
export type Driver<S extends Step, Undone, Live> = {
  /** What is live where the steps write, in their order. */
  readonly read: (kernel: Kernel, steps: readonly Undone[]) => Promise<readonly Live[]>;
  /** Whether live is what a step starts from, as far as the step relies on it. */
  readonly isAt: (step: S, live: Live) => boolean;
  /**
   * Carries the steps and their ways back out in a scratch namespace: the first must give exactly what is planned, the second exactly what was there. `all`
   * are the steps of the whole apply. Resolves to the steps as they will be, from what is live now. Throws before anything live is touched.
   */
  readonly rehearse: (
    kernel: Kernel,
    steps: readonly S[],
    live: readonly Live[],
    all: readonly Step[],
  ) => Promise<readonly S[]>;
  /**
   * Carries the steps out. One is added to `begun` before it starts, so the caller knows what may have happened when this throws. After a failure
   * no further step begins.
   */
  readonly run: (ports: Ports, steps: readonly S[], begun: Step[], stop: AbortSignal) => Promise<void>;
  /** Reads all back and throws `apply.moved` for what is not as planned. Resolves to the digests of what is live, as far as there are some. */
  readonly verify: (kernel: Kernel, steps: readonly S[]) => Promise<readonly string[]>;
  /** Brings one step back, proven by reading it. Undefined when it is, else why it is not. Never throws for what the kernel answers. */
  readonly rollBack: (kernel: Kernel, step: Undone) => Promise<string | undefined>;
};

/** Others may write between our reading and our writing; then both are done again, this often. */
export const WRITES = 5;
