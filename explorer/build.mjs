// The second half of `npm run build`: makes what Vite has written into what the
// program embeds. Files are compressed, unless their format does so, and the
// sources that they were made of are noted, so that a test can tell when they
// are stale. With --check it writes nothing and fails when dist is another
// build than the one that Vite has just made.
//
// Every file is there as gzip, which browsers read over plain http, too. The few
// that are most of the page are there as brotli as well; all of them both ways
// would not fit into 3 MB.
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { licenses, outDir } from "./vite.config.js";

const dist = "dist";
const assets = "explorer/assets";

/** Names all files of a folder. */
function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** Lists the sources with their hashes. */
function sources() {
  return ["build.mjs", "index.html", "package-lock.json", "package.json", "vite.config.js", ...["src", "../docs/queries", "../docs/mutations"].flatMap(files)]
    .sort()
    .map((path) => `${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${path}\n`)
    .join("");
}

/** What the list of licenses does not know: fonts come as style sheets. */
const fonts = `
## Roboto (Apache-2.0)

Copyright 2011 Google Inc. All Rights Reserved.

## Fira Code (OFL-1.1)

Copyright 2014-2020 The Fira Code Project Authors (https://github.com/tonsky/FiraCode).
The SIL Open Font License is at https://openfontlicense.org.

## Codicons (CC-BY-4.0)

Copyright Microsoft Corporation (https://github.com/microsoft/vscode-codicons).
`;

/** How large a file is, as gzip, that is worth its brotli. */
const brotliFrom = 300_000;

const isCompressed = (name) => /\.woff2?$/.test(name);

appendFileSync(`${outDir}/${licenses}`, fonts);

function write() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(`${dist}/${assets}`, { recursive: true });
  for (const name of readdirSync(`${outDir}/${assets}`)) {
    const content = readFileSync(`${outDir}/${assets}/${name}`);
    if (isCompressed(name)) {
      writeFileSync(`${dist}/${assets}/${name}`, content);
      continue;
    }
    const zipped = gzipSync(content, { level: 9 });
    writeFileSync(`${dist}/${assets}/${name}.gz`, zipped);
    if (zipped.length >= brotliFrom) writeFileSync(`${dist}/${assets}/${name}.br`, brotliCompressSync(content));
  }
  writeFileSync(`${dist}/${licenses}.gz`, gzipSync(readFileSync(`${outDir}/${licenses}`), { level: 9 }));
  writeFileSync(`${dist}/index.html`, readFileSync(`${outDir}/index.html`));
  writeFileSync(`${dist}/SOURCES.sha256`, sources());
}

function check() {
  const built = new Map(files(outDir).map((path) => [path.slice(outDir.length + 1), readFileSync(path)]));
  built.set("SOURCES.sha256", Buffer.from(sources()));
  const unpack = { ".gz": gunzipSync, ".br": brotliDecompressSync };
  const committed = files(dist).map((path) => {
    const content = readFileSync(path);
    const name = path.slice(dist.length + 1);
    const unpacked = unpack[extname(name)]?.(content);
    return unpacked ? { name: name.slice(0, -3), content: unpacked } : { name, content };
  });
  const current = new Set(committed.map(({ name }) => name));
  const differing = [
    ...[...built.keys()].filter((name) => !current.has(name)),
    ...committed.filter(({ name, content }) => !built.get(name)?.equals(content)).map(({ name }) => name),
  ].sort();
  if (differing.length > 0) {
    console.error(`dist is stale; run "npm ci && npm run build". These differ:\n  ${differing.join("\n  ")}`);
    process.exit(1);
  }
  console.log(`dist is current: ${built.size} files`);
}

if (process.argv.includes("--check")) check();
else write();
