/** Bundles src/ into dist/page.js, the one script of the witness's page, and dist/modules.js, its
 * modules for the tests; `npm run build`.
 *
 * The core is one function, stored once: its text starts a Worker, and it runs itself where none does.
 */
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));

/** @param {string} entry @returns {Promise<{code: string, inputs: string[]}>} */
async function bundle(entry) {
  const result = await build({
    entryPoints: [entry], bundle: true, minify: true, write: false, metafile: true,
    format: "esm", target: "es2022", charset: "ascii", legalComments: "none",
  });
  return { code: result.outputFiles[0].text.trim(), inputs: Object.keys(result.metafile.inputs) };
}

/** The licence of every package whose code is in the bundle. */
function licences(inputs) {
  const folders = new Set(inputs.map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
  return [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

const core = await bundle("src/core.js");
const page = await bundle("src/page.js");
const modules = await bundle("src/modules.js");
const script = (/** @type {string} */ code) => `"use strict";(()=>{function core(self){${core.code}}\n${code}})();\n`;
mkdirSync("dist", { recursive: true });
writeFileSync("dist/page.js", script(page.code));
writeFileSync("dist/modules.js", script(modules.code));
writeFileSync("dist/LICENSES", licences([...core.inputs, ...page.inputs]));
