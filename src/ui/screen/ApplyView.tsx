import { Text } from 'ink';
import { useEffect, useState } from 'react';

export type ApplyViewProps = {
  /** What is going on, cleaned. */
  readonly text: string;
  readonly unicode: boolean;
};

const FRAMES = { unicode: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'], ascii: [...'-\\|/'] } as const;
const FRAME_MS = 120;

/** The one moving row: a sign of life and what fw does. Cut at the window's edge: wrapped, it would leave rows behind on a resize. */
export function ApplyView({ text, unicode }: ApplyViewProps) {
  const frames = unicode ? FRAMES.unicode : FRAMES.ascii;
  const [frame, setFrame] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setFrame((now) => now + 1), FRAME_MS);
    return () => clearInterval(timer);
  }, []);
  return <Text wrap="truncate-end">{`${frames[frame % frames.length]} ${text}`}</Text>;
}
