export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

export const milliseconds = (ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

export function bytes(number) {
  if (number < 1000) return `${number} B`;
  if (number < 1e6) return `${(number / 1e3).toFixed(1)} kB`;
  return `${(number / 1e6).toFixed(1)} MB`;
}
