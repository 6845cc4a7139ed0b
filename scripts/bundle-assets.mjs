// Writes the files that pages load into a folder: scripts, each with all that it imports, and static files.
// Use: node scripts/bundle-assets.mjs FOLDER
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
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

/** Bundles all entries into a folder, which is emptied first. */
export async function bundleAssets(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(ROOT, 'src/pages/assets'), folder, { recursive: true })
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleAssets(process.argv[2])
