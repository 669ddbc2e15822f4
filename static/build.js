// Builds everything the pages load into static/dist: `npm run build`, or `npm run watch` while editing.
import { readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const root = path.dirname(fileURLToPath(import.meta.url))
const dist = path.join(root, 'dist')
const watching = process.argv.includes('--watch')
const out = watching ? dist : path.join(root, `.dist-${process.pid}`)

// Font styles of npm packages list every script and two old formats; the pages need Latin and
// Greek as woff2, and the offline cache should not carry the rest.
const fonts = {
  name: 'fonts',
  setup (/** @type {esbuild.PluginBuild} */ build) {
    build.onLoad({ filter: /node_modules.*\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, 'utf8')
      const contents = css
        .replace(/\/\*[^*]*-(?:cyrillic|vietnamese)[^*]*\*\/\s*@font-face\s*\{[^}]*\}/g, '')
        .replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, '')
      return { contents, loader: 'css', resolveDir: path.dirname(file) }
    })
  }
}

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  minify: !watching,
  format: 'esm',
  target: ['es2022', 'chrome120', 'firefox121', 'safari17.4'],
  outdir: out,
  logLevel: 'warning',
  legalComments: 'linked'
}

/** @type {esbuild.BuildOptions} */
const pages = {
  ...shared,
  entryPoints: {
    main: path.join(root, 'src/main.js'),
    'search-worker': path.join(root, 'src/store/search-worker.js')
  },
  splitting: true,
  metafile: true,
  chunkNames: 'chunk-[hash]'
}

/** @type {esbuild.BuildOptions} */
const styles = {
  ...shared,
  entryPoints: { main: path.join(root, 'css/main.css') },
  loader: { '.woff2': 'file' },
  assetNames: 'fonts/[name]-[hash]',
  metafile: true,
  plugins: [fonts]
}

/** The service worker keeps these for reading offline; entry files it finds in the page itself. */
function keptFiles (/** @type {esbuild.Metafile[]} */ ...metafiles) {
  const names = metafiles.flatMap((m) => Object.keys(m.outputs)).map((name) => path.basename(name))
  return names.filter((name) => name.startsWith('chunk-') || name === 'search-worker.js')
}

async function build () {
  const [scripts] = await Promise.all([esbuild.build(pages), esbuild.build(styles)])
  await esbuild.build({
    ...shared,
    entryPoints: { sw: path.join(root, 'src/sw.js') },
    format: 'iife',
    define: { KEPT_FILES: JSON.stringify(keptFiles(/** @type {any} */ (scripts.metafile))) }
  })
  // A server may be reading the old files: they are swapped at once, never half there.
  const old = `${out}-old`
  await rename(dist, old).catch(() => {})
  await rename(out, dist)
  await rm(old, { recursive: true, force: true })
}

if (watching) {
  for (const options of [pages, styles]) await (await esbuild.context(options)).watch()
} else {
  await build()
}
