// Writes the files that pages load into a folder: scripts, each with all that it imports, and static files.
// Use: node scripts/bundle-assets.mjs FOLDER
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUNDLED_ENTRIES } from './bundled-entries.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Bundles all entries into a folder, which is emptied first. */
export async function bundleAssets(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(ROOT, 'src/pages/assets'), folder, { recursive: true })
  const entries = Object.entries(BUNDLED_ENTRIES).filter(([, module]) =>
    existsSync(join(ROOT, module)),
  )
  await build({
    entryPoints: entries.map(([name, module]) => ({
      in: join(ROOT, module),
      out: name.replace(/\.js$/, ''),
    })),
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    // Firefox ESR, Safari 17.4 and Chromium of 2024 have what this names, and light-dark() in the stylesheet.
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleAssets(process.argv[2])
