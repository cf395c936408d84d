// Builds the pages: hashed files, each also compressed, and the licences of what is in them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const MODULE_OF = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

function licenceOf(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((name) => join(folder, name));
  const text = file.map((each) => { try { return readFileSync(each, "utf8"); } catch { return ""; } }).find(Boolean);
  return `${about.name} ${about.version} (${about.license})\n\n${text ?? ""}`;
}

/** Writes what the modules in the bundle ask to be told of them. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of Object.keys(chunk.modules)) {
          const found = MODULE_OF.exec(id.replace(/^\0/, ""));
          if (found) folders.add(found[1]!);
        }
      }
      const source = [...folders].sort().map(licenceOf).join(`\n\n${"-".repeat(72)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

/** Puts a compressed file beside each, once all is written as it stays. */
function compressed(): Plugin {
  return {
    name: "compressed",
    writeBundle({ dir }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        const path = join(dir!, fileName);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), licences(), compressed()],
  build: { outDir: "../built", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0, rolldownOptions: { checks: { pluginTimings: false } } },
  server: { proxy: { "/v1": "http://127.0.0.1:8321" } },
});
