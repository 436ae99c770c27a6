import type { StreamEvent } from '../../core/report/stream/types.ts';
import { jsonText } from '../../core/text/json-text.ts';

/** Minor versions add keys and types, major ones change what is there. */
const STREAM_VERSION = '1.0';

/** One line of the stream, with its end. `at` is UTC, ISO 8601. */
export function printEvent({ type, level, message, fields }: StreamEvent, at: string): string {
  return `${jsonText({ '@level': level, '@message': message, '@module': 'fw', '@timestamp': at, type, ...fields })}\n`;
}

export function versionEvent(fwVersion: string): StreamEvent {
  return {
    type: 'version',
    level: 'info',
    message: `fw ${fwVersion}`,
    fields: { fw: fwVersion, format_version: STREAM_VERSION },
  };
}
