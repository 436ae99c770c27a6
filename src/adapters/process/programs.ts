import type { Backend, Family } from '../../core/rules/types.ts';

/** The name says the backend: plain `iptables` is whatever the distribution's alternatives point at. */
export function saveProgram(backend: Backend, family: Family): string {
  return `${prefix(family)}-${backend}-save`;
}

export function restoreProgram(backend: Backend, family: Family): string {
  return `${prefix(family)}-${backend}-restore`;
}

function prefix(family: Family): string {
  return family === 'ipv4' ? 'iptables' : 'ip6tables';
}
