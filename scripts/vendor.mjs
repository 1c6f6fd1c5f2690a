// Builds static/vendor/ from node_modules: the font, the icons in use as one sprite, the scripts that draw networks,
// the shapes of countries, and their licences.
// Run it with `make vendor`. The result is never committed.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const modules = path.join(root, "node_modules");
const vendor = path.join(root, "static", "vendor");

const FONT = "@fontsource-variable/source-sans-3";
const MAP = "svgmap";
const FONT_FILES = ["latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic"];

// Add a name here to use it with {% icon "name" %}; https://lucide.dev/icons shows them all.
const ICONS = `
activity archive arrow-left arrow-right arrow-up-right bell book-open bot building-2 calendar chart-column check
chevron-down chevron-left chevron-right circle-alert circle-check circle-pause circle-x clock code columns-2 copy download eye
file-code file-diff file-text filter fingerprint flag git-commit-horizontal hash history house image info key-round
languages link list lock log-in log-out mail megaphone menu messages-square minus network paperclip pencil plus
refresh-cw rows-3 rss scale search send settings share-2 shield-check smartphone sun-moon table tag trash-2
triangle-alert upload user users x
`.trim().split(/\s+/);

// Classic scripts: their packages hold no module that stands alone.
const SCRIPTS = {
  graphology: "dist/graphology.umd.min.js",
  sigma: "dist/sigma.min.js",
};

async function symbol(name) {
  const source = await readFile(path.join(modules, "lucide-static", "icons", `${name}.svg`), "utf8");
  const drawing = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
}

async function licence(name) {
  const about = JSON.parse(await readFile(path.join(modules, name, "package.json"), "utf8"));
  const folder = path.join(modules, name);
  const file = (await readdir(folder)).find((each) => /^licen[cs]e(\.(txt|md))?$/i.test(each));
  const text = await readFile(path.join(folder, file), "utf8");
  return `## ${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
}

await rm(vendor, { recursive: true, force: true });
await mkdir(path.join(vendor, "fonts"), { recursive: true });

for (const name of FONT_FILES) {
  const file = `source-sans-3-${name}.woff2`;
  await cp(path.join(modules, FONT, "files", file), path.join(vendor, "fonts", file));
}

await mkdir(path.join(vendor, "js"), { recursive: true });
for (const [name, file] of Object.entries(SCRIPTS)) {
  // Without the address of a source map that is not there.
  const code = await readFile(path.join(modules, name, file), "utf8");
  await writeFile(path.join(vendor, "js", `${name}.js`), code.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
}

const symbols = await Promise.all(ICONS.map(symbol));
await writeFile(
  path.join(vendor, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);

// Each country is a path of its own, by its ISO code; all of them together are the background.
const world = await readFile(path.join(modules, MAP, "assets", "map-optimized.svg"), "utf8");
const countries = [...world.matchAll(/<path id="([A-Z]{2})" d="([^"]+)"/g)];
if (countries.length < 190) throw new Error(`${MAP}: only ${countries.length} countries`);
const shapes = countries.map(([, code, line]) => `<path id="${code}" d="${line.replace(/\s+/g, "")}"/>`);
await writeFile(
  path.join(vendor, "countries.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 1001"><g id="world">\n${shapes.join("\n")}\n</g></svg>\n`,
);

const licences = await Promise.all([FONT, "lucide-static", MAP, ...Object.keys(SCRIPTS)].map(licence));
await writeFile(path.join(vendor, "LICENCES.md"), `# What this folder is made of\n\n${licences.join("\n")}`);
console.log(`static/vendor: ${FONT_FILES.length} font files, ${ICONS.length} icons, ${Object.keys(SCRIPTS).length} scripts, ${countries.length} countries`);
