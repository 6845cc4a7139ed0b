// Writes the files that pages load into a folder: scripts, each with all that it imports, and static files.
// Use: node scripts/bundle-assets.mjs FOLDER
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { BUNDLED_ENTRIES } from './bundled-entries.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A classic script, which a worker of an application can load by importScripts: it adds no names to that. */
const WORKER = 'worker.js'

const OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'browser',
  // Firefox ESR, Safari 17.4 and Chromium of 2024 have what this names, and light-dark() in the stylesheet.
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
}

/** Without a target, esbuild may write forms of CSS that these browsers don't have. */
const TARGETS = ['chrome123', 'firefox128', 'safari17.5']

/** Bundles all entries into a folder, which is emptied first. */
export async function bundleAssets(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(ROOT, 'src/pages/assets'), folder, { recursive: true })
  // All pages load one stylesheet. A listing without routes for assets has what it needs of it within the page.
  await writeStyle(folder, 'listing.css', ['lastbyte.css', 'listing.css'])
  await writeStyle(folder, 'lastbyte.css', ['lastbyte.css', 'listing.css'])
  const entries = Object.entries(BUNDLED_ENTRIES).filter(([, module]) =>
    existsSync(join(ROOT, module)),
  )
  for (const format of ['esm', 'iife']) {
    const ofFormat = entries.filter(([name]) => (name === WORKER) === (format === 'iife'))
    await build({ ...OPTIONS, format, outdir: folder, entryPoints: ofFormat.map(entryPoint) })
  }
}

function entryPoint([name, module]) {
  return { in: join(ROOT, module), out: name.replace(/\.js$/, '') }
}

async function writeStyle(folder, name, parts) {
  const css = parts
    .map((part) => readFileSync(join(ROOT, 'src/pages/assets', part), 'utf8'))
    .join('')
  const { code } = await transform(css, { loader: 'css', minify: true, target: TARGETS })
  writeFileSync(join(folder, name), code)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleAssets(process.argv[2])
