import type { Namespace } from '../../../src/core/rules/types.ts';
import { MemoryNamespace } from './memory-namespace.ts';

/** A machine of network namespaces, which several kernels of fw may look at: processes of one machine. */
export class MemoryMachine {
  /** The one in which every process works. */
  host: MemoryNamespace;
  /** Those under /run/netns. */
  readonly named = new Map<string, MemoryNamespace>();
  /** Who holds the lock of the legacy programs. */
  legacyLock: object | undefined;
  #made = 0;

  constructor() {
    this.host = this.unnamed();
  }

  /** `ip netns add`. */
  add(name: string): MemoryNamespace {
    if (this.named.has(name)) throw new Error(`there is a namespace ${name} already`);
    const made = this.unnamed();
    this.named.set(name, made);
    return made;
  }

  /** `ip netns del`. */
  remove(name: string): void {
    if (!this.named.delete(name)) throw new Error(`there is no namespace ${name}`);
  }

  /** The kernel forgets all rules and sets; /run/netns is empty. */
  boot(): void {
    this.named.clear();
    this.host = this.unnamed();
    this.legacyLock = undefined;
  }

  /** A namespace that no name leads to. */
  unnamed(): MemoryNamespace {
    this.#made += 1;
    return new MemoryNamespace((4096 + this.#made).toString(16));
  }

  find(namespace: Namespace): MemoryNamespace | undefined {
    return namespace.kind === 'host' ? this.host : this.named.get(namespace.name);
  }
}
