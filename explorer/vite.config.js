import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { defineConfig } from "vite";

/** Where Vite writes to; build.mjs takes it from there. */
export const outDir = "node_modules/.build";

/** The licenses of everything that is bundled, in that folder. */
export const licenses = "explorer/licenses.txt";

const assets = "explorer/assets";

export default defineConfig({
  base: "./", // so that a proxy may serve the program under any path
  plugins: [react(), fontFiles()],
  worker: { format: "es" },
  build: {
    outDir,
    emptyOutDir: true,
    license: { fileName: licenses },
    assetsDir: assets,
    assetsInlineLimit: 0, // the page's policy allows no data: but in images
    chunkSizeWarningLimit: 4096, // the editor is one piece
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      output: { comments: { legal: false } },
      checks: { moduleLevelDirective: false }, // GraphiQL's "use no memo", for a compiler that we do not run
    },
  },
  server: {
    proxy: { "/graphql": "http://127.0.0.1:8080", "/schema.graphql": "http://127.0.0.1:8080" },
    fs: { allow: [".."] },
  },
});

/**
 * Takes the fonts that GraphiQL writes into its style sheets out into files,
 * but for those that the page has no use for.
 */
function fontFiles() {
  return {
    name: "font-files",
    generateBundle(_options, bundle) {
      for (const sheet of Object.values(bundle)) {
        if (!sheet.fileName.endsWith(".css")) continue;
        sheet.source = String(sheet.source).replace(/@font-face\s*{[^}]*font-style:\s*italic[^}]*}/g, "").replace(
          /url\(["']?data:font\/(\w+);base64,([^)"']+)["']?\)/g,
          (_url, type, base64) => {
            const source = Buffer.from(base64, "base64");
            const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
            const name = `font-${hash}.${type}`;
            this.emitFile({ type: "asset", fileName: `${assets}/${name}`, source });
            return `url(./${name})`;
          },
        );
      }
    },
  };
}
