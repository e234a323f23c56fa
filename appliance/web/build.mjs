// Bundles the page into dist/: index.html, app.js, app.css, icon.svg, fonts/ and the notices of
// what is bundled. Nothing is inlined, so that the page runs under a policy without 'unsafe-inline'.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { app: "src/main.tsx" },
  outdir: dist,
  bundle: true,
  format: "esm",
  target: ["chrome120", "firefox128", "safari17.4"],
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]",
  metafile: true,
  logLevel: "warning",
});
await cp(join(root, "src/index.html"), join(dist, "index.html"));
await cp(join(root, "src/icon.svg"), join(dist, "icon.svg"));
await writeFile(join(dist, "notices.txt"), await notices(Object.keys(result.metafile.inputs)));

/** The licence text of every package that went into the bundle: each of them asks for that. */
async function notices(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    let text = "";
    for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt"]) {
      text ||= await readFile(join(folder, file), "utf8").catch(() => "");
    }
    if (text === "") throw new Error(`${name} ${version} carries no licence text to ship with it`);
    parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${"=".repeat(72)}\n\n`);
}

for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
  if (!file.endsWith(".woff2")) console.log(`${file} ${(bytes / 1024).toFixed(0)} KiB`);
}
