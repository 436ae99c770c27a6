/** Number of the system call `setns`, which perl has no name for. */
export const SETNS: Readonly<Record<string, number>> = { x64: 308, arm64: 268 };

/** Number of the system call `getsockopt`: the kernel gives the cookie into eight bytes only, and perl's own function offers more. */
export const GETSOCKOPT: Readonly<Record<string, number>> = { x64: 55, arm64: 209 };
