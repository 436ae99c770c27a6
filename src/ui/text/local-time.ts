/** A time as people read it where this process is: `2026-11-28 16:18:12 +01:00`. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  const minutes = -at.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${date} ${time} ${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
