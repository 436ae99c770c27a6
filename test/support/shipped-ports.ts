import type { Ports } from '../../src/ports/ports.ts';
import { wire } from '../../src/wire/wire.ts';
import { dataFolder, realPorts } from './fw.ts';
import { BUILT } from './run-built.ts';

/** The real ports with an own data folder, and the templates that come with fw. */
export function shippedPorts(data = dataFolder()): Ports {
  const { templates } = wire({ dataDir: data, report: () => {}, program: BUILT });
  return { ...realPorts((kernel) => kernel, data), templates };
}
