import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './markup.ts';
import { SCRIPT } from './page-script.ts';
import { STYLE } from './page-style.ts';

/**
 * Nothing is loaded from anywhere, and no other style or script runs than the two of this page, by their digests: text that became markup all the same
 * could still do nothing.
 */
const POLICY = [
  "default-src 'none'",
  `style-src '${digestOf(STYLE)}'`,
  `script-src '${digestOf(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** One HTML file that needs no other one. */
export function printPage(title: string, body: Markup): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${body}
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return page.markup;
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
