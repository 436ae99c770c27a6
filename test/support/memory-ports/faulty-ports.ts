import type { Kernel, OpenNamespaces, Ports, Ran, Scratch } from '../../../src/ports/ports.ts';
import { type Effects, FAILED, InjectedFault } from './faults.ts';

type Call = (...args: never[]) => Promise<unknown>;

/** Every function of an object counts as an effect; those that answer at once and those with another way to fail are left to the caller. */
function counted<Port extends object>(effects: Effects, port: string, object: Port): Port {
  const wrapped = Object.entries(object).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [name, value];
    const call = value as Call;
    const work = (...args: never[]) =>
      effects.effect(
        `${port}.${name}`,
        () => call(...args),
        () => {
          throw new InjectedFault(`${port}.${name}`);
        },
      );
    return [name, work];
  });
  return Object.fromEntries(wrapped) as Port;
}

/** The same, for programs whose failing is an answer. */
function ran(effects: Effects, name: string, work: () => Promise<Ran>): Promise<Ran> {
  return effects.effect(name, work, () => FAILED);
}

/** The ports of a process whose effects are counted, and of which one may go wrong. */
export function faultyPorts(ports: Ports, effects: Effects): Ports {
  const { journal, lock, clock } = ports;
  return {
    ...ports,
    kernel: faultyKernel(ports.kernel, effects),
    stateFiles: counted(effects, 'stateFiles', ports.stateFiles),
    generations: counted(effects, 'generations', ports.generations),
    before: counted(effects, 'before', ports.before),
    wentBack: counted(effects, 'wentBack', ports.wentBack),
    eventLog: counted(effects, 'eventLog', ports.eventLog),
    receipts: counted(effects, 'receipts', ports.receipts),
    // The port promises to say nothing of what it cannot do.
    proven: {
      read: () => effects.effect('proven.read', ports.proven.read, () => new Map()),
      add: (proven) =>
        effects.effect(
          'proven.add',
          () => ports.proven.add(proven),
          () => undefined,
        ),
    },
    chainBytes: {
      read: () => effects.effect('chainBytes.read', ports.chainBytes.read, () => new Map()),
      add: (bytes) =>
        effects.effect(
          'chainBytes.add',
          () => ports.chainBytes.add(bytes),
          () => undefined,
        ),
    },
    git: counted(effects, 'git', ports.git),
    watchdog: {
      ...counted(effects, 'watchdog', ports.watchdog),
      isAlive: (id) =>
        effects.effect(
          'watchdog.isAlive',
          () => ports.watchdog.isAlive(id),
          () => false,
        ),
    },
    journal: {
      ...counted(effects, 'journal', journal),
      pathOf: journal.pathOf,
      begin: async (...args) => {
        const { id, append } = await effects.effect(
          'journal.begin',
          () => journal.begin(...args),
          fault('journal.begin'),
        );
        return { id, ...counted(effects, 'journal', { append }) };
      },
      open: async (id) => ({ id, ...counted(effects, 'journal', { append: (await journal.open(id)).append }) }),
    },
    lock: {
      ...counted(effects, 'lock', lock),
      acquire: async (...args) => {
        const { release } = await effects.effect('lock.acquire', () => lock.acquire(...args), fault('lock.acquire'));
        return released(effects, 'lock.release', release);
      },
    },
    clock: {
      ...clock,
      sleep: async (milliseconds) => {
        effects.check();
        await clock.sleep(milliseconds);
        effects.check();
      },
    },
  };
}

/** A lock that cannot be let go stays until the process ends, which is told by nothing. */
function released(effects: Effects, name: string, release: () => Promise<void>): { release(): Promise<void> } {
  return { release: () => effects.effect(name, release, () => undefined) };
}

function fault(name: string): () => never {
  return () => {
    throw new InjectedFault(name);
  };
}

function faultyKernel(kernel: Kernel, effects: Effects): Kernel {
  return {
    ...counted(effects, 'kernel', kernel),
    isPrivileged: kernel.isPrivileged,
    openNamespaces: (namespaces) => {
      effects.check();
      return faultyOpen(kernel.openNamespaces(namespaces), effects);
    },
    save: (requests) => {
      const all = effects.effect(
        'kernel.save',
        () => Promise.all(kernel.save(requests)),
        () => requests.map(() => FAILED),
      );
      all.catch(() => undefined);
      return requests.map((_, index) => all.then((rans) => rans[index] as Ran));
    },
    genids: (namespaces, ready) =>
      effects.effect(
        'kernel.genids',
        () => kernel.genids(namespaces, ready),
        () => namespaces.map(() => undefined),
      ),
    restore: (target, text) => ran(effects, 'kernel.restore', () => kernel.restore(target, text)),
    holdLegacyLock: async () => {
      const name = 'kernel.holdLegacyLock';
      const { release } = await effects.effect(name, kernel.holdLegacyLock, fault(name));
      return released(effects, 'legacyLock.release', release);
    },
    setHeaders: (namespace) => ran(effects, 'kernel.setHeaders', () => kernel.setHeaders(namespace)),
    listSets: (namespaces) =>
      effects.effect(
        'kernel.listSets',
        () => kernel.listSets(namespaces),
        () => namespaces.map(() => FAILED),
      ),
    saveSets: (sets) =>
      effects.effect(
        'kernel.saveSets',
        () => kernel.saveSets(sets),
        () => sets.map(() => FAILED),
      ),
    restoreSets: (namespace, text) => ran(effects, 'kernel.restoreSets', () => kernel.restoreSets(namespace, text)),
    listNft: (targets, form) =>
      effects.effect(
        'kernel.listNft',
        () => kernel.listNft(targets, form),
        () => targets.map(() => FAILED),
      ),
    dumpNft: (targets) =>
      effects.effect(
        'kernel.dumpNft',
        () => kernel.dumpNft(targets),
        () => targets.map(() => undefined),
      ),
    describeNft: (target, table) =>
      effects.effect(
        'kernel.describeNft',
        () => kernel.describeNft(target, table),
        () => ({ json: FAILED, text: FAILED }),
      ),
    removeEmptyTable: (target, table) =>
      effects.effect(
        'kernel.removeEmptyTable',
        () => kernel.removeEmptyTable(target, table),
        () => false,
      ),
    scratch: async () =>
      faultyScratch(await effects.effect('kernel.scratch', kernel.scratch, fault('kernel.scratch')), effects),
  };
}

function faultyOpen(open: OpenNamespaces, effects: Effects): OpenNamespaces {
  return { identities: counted(effects, 'namespaces', { identities: open.identities }).identities, close: open.close };
}

function faultyScratch(scratch: Scratch, effects: Effects): Scratch {
  return {
    restore: (...args) => ran(effects, 'scratch.restore', () => scratch.restore(...args)),
    save: (...args) => ran(effects, 'scratch.save', () => scratch.save(...args)),
    restoreSets: (text) => ran(effects, 'scratch.restoreSets', () => scratch.restoreSets(text)),
    saveSet: (set) => ran(effects, 'scratch.saveSet', () => scratch.saveSet(set)),
    listNft: (...args) => ran(effects, 'scratch.listNft', () => scratch.listNft(...args)),
    dumpNft: (...args) =>
      effects.effect(
        'scratch.dumpNft',
        () => scratch.dumpNft(...args),
        () => undefined,
      ),
    traceNft: scratch.traceNft,
    close: scratch.close,
  };
}
