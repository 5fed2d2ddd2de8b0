// Makes the second half of `npm run build`: what is embedded into the program.
// Vite has written dist; here its files are compressed, each once for browsers
// that read brotli and once for the rest, and the sources they were made of
// are written down.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const assets = "dist/explorer/assets";

for (const name of readdirSync(assets)) {
  if (/\.woff2?$/.test(name)) continue; // compressed by its format
  const path = `${assets}/${name}`;
  const content = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  rmSync(path);
}
