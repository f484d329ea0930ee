// Builds the front end into the site's package: one style sheet, one script, one sprite of drawings.
// Everything in src/ is taken, `lantian.*` first; a room adds its own `<room>.css` and `<room>.js` beside it.
// What is large and needed on few pages lies in src/bundles/: a script of its own each, and its style sheet where it
// imports one; pages ask for it with data-needs (src/needs.js).
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const site = path.join(here, "../src/lantian/site");
const out = path.join(site, "core/static/lantian/dist");
const packages = path.join(here, "node_modules");
const TARGET = ["chrome100", "firefox100", "safari15"];

async function filesBelow(directory, endings) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && endings.includes(path.extname(entry.name)))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(out))
    .sort();
}

async function own(ending) {
  const names = (await readdir(path.join(here, "src"))).filter((name) => name.endsWith(ending)).sort();
  const first = `lantian${ending}`;
  return [first, ...names.filter((name) => name !== first)].map((name) => path.join(here, "src", name));
}

// Tabler brings far more than we use: keep the rules whose classes stand in a template, in Python or in our script.
async function buildStyles(templates, python) {
  const [purged] = await new PurgeCSS().purge({
    content: [...templates, ...python, ...(await own(".js"))],
    css: [path.join(packages, "@tabler/core/dist/css/tabler.min.css")],
    // Words in Chinese text and code are no class names; what looks like one is kept.
    defaultExtractor: (content) => content.match(/[A-Za-z][\w-]*/g) ?? [],
    safelist: { standard: [/^alert-(success|info|warning|danger)$/, "active", "disabled"] },
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  const sheets = await Promise.all((await own(".css")).map((file) => readFile(file, "utf8")));
  const built = await esbuild.transform([purged.css, ...sheets].join("\n"), {
    loader: "css",
    minify: true,
    target: TARGET,
    legalComments: "none",
  });
  const notice = "/*! Tabler, MIT licence, The Tabler Authors; Bootstrap, MIT licence, The Bootstrap Authors */\n";
  await writeFile(path.join(out, "lantian.css"), notice + built.code);
}

async function buildScript() {
  const contents = (await own(".js")).map((file) => `import ${JSON.stringify(file)};`).join("\n");
  await esbuild.build({
    stdin: { contents, resolveDir: here, sourcefile: "entry.js" },
    bundle: true,
    minify: true,
    format: "iife",
    target: TARGET,
    legalComments: "inline",
    banner: { js: "/*! htmx, Zero-Clause BSD */" },
    outfile: path.join(out, "lantian.js"),
  });
}

const BUNDLES = {
  "chart.js": "/*! Apache ECharts, Apache Licence 2.0, The Apache Software Foundation */",
  "sw.js": "",
  "map.js": "/*! OpenLayers, BSD 2-Clause, OpenLayers Contributors */",
};

async function buildBundles() {
  await Promise.all(
    Object.entries(BUNDLES).map(([name, notice]) =>
      esbuild.build({
        entryPoints: [path.join(here, "src/bundles", name)],
        bundle: true,
        minify: true,
        format: "iife",
        target: TARGET,
        legalComments: "none",
        banner: { js: notice },
        outdir: out,
      }),
    ),
  );
}

// A drawing is used where a template says {% icon "name" %}, or Python or a ledger's symbol says icon="name".
async function buildIcons(templates, python, ledgers) {
  const named = /(?:\{%\s*icon\s+|\bicon ?= ?)["']([a-z0-9-]+)["']/g;
  const used = new Set();
  for (const file of [...templates, ...python, ...ledgers]) {
    for (const [, name] of (await readFile(file, "utf8")).matchAll(named)) used.add(name);
  }
  const symbols = await Promise.all(
    [...used].sort().map(async (name) => {
      const file = path.join(packages, "@tabler/icons/icons/outline", `${name}.svg`);
      const svg = await readFile(file, "utf8").catch(() => {
        throw new Error(`no icon "${name}" in @tabler/icons`);
      });
      const drawing = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  const notice = "<!-- Tabler Icons, MIT licence, The Tabler Authors -->";
  const svg = `${notice}\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  await writeFile(path.join(out, "icons.svg"), svg);
}

// WhiteNoise hands out the smallest that the browser takes; nothing is packed while a page waits.
async function pack() {
  for (const name of await readdir(out)) {
    const content = await readFile(path.join(out, name));
    await writeFile(path.join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
    await writeFile(path.join(out, `${name}.br`), brotliCompressSync(content));
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const templates = await filesBelow(site, [".html"]);
const python = await filesBelow(site, [".py"]);
const ledgers = await filesBelow(path.join(here, "../src/lantian/rulebook/data/ledgers"), [".toml"]);
await Promise.all([
  buildStyles(templates, python),
  buildScript(),
  buildBundles(),
  buildIcons(templates, python, ledgers),
]);
await pack();
