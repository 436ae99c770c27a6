import { readFileSync } from 'node:fs';
import type { KernelSettings } from '../../core/packets/types/firewall.ts';

const TCP_LOOSE = '/proc/sys/net/netfilter/nf_conntrack_tcp_loose';

/** Settings of the network namespace of this process that decide about packets; without those that cannot be read. */
export function hostSettings(path = TCP_LOOSE): KernelSettings {
  try {
    return { tcpLoose: readFileSync(path, 'utf8').trim() !== '0' };
  } catch (error) {
    // Without the file the module is not loaded yet, and the kernel begins with 1.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? { tcpLoose: true } : {};
  }
}
