// The second half of `npm run build`: makes what Vite has written into what the
// program embeds. Files are compressed, unless their format does so, and the
// sources that they were made of are noted, so that a test can tell when they
// are stale.
//
// There is gzip only: every browser reads it, also over plain http, where they
// do not accept brotli; both would not fit into 3 MB.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const assets = "dist/explorer/assets";

for (const name of readdirSync(assets)) {
  if (/\.woff2?$/.test(name)) continue;
  const path = `${assets}/${name}`;
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  rmSync(path);
}

const sources = [
  "build.mjs", "index.html", "package-lock.json", "package.json", "vite.config.js",
  ...files("src"),
  ...files("../docs/queries"),
].sort();
writeFileSync("dist/SOURCES.sha256", sources.map((path) => {
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
  return `${hash}  ${path}\n`;
}).join(""));

/** Names all files of a folder. */
function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}
