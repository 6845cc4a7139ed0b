// Writes `lastbyte get`, the command whose start is a large part of what it takes, as one file into dist/cli: Node loads
// that in a third of the time that 150 modules take. Its functions keep their names and its lines stay short, so that
// a stack trace can be read. The entry of all commands is written as main.cjs. Both are CommonJS, which Node loads
// faster than an ES module.
// Use: node scripts/bundle-command.mjs, once after the compiler, since it replaces dist/cli/main.js
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUNDLE_SUBSTITUTES } from './bundled-entries.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'dist/cli')

/** What stands at dist/cli/main.js, the path at which the command is started in a checkout. */
const STARTER = "#!/usr/bin/env node\nimport './main.cjs'\n"

const BANNER = [
  "const fileUrl = require('node:url').pathToFileURL(__filename).href",
  'const monotonicMs = () => { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6 }',
].join('\n')

/** The modules that have the place of modules of Node, beside the sources or as the build has compiled them. */
const substitutes = {
  name: 'substitutes',
  setup(build) {
    const [entry] = build.initialOptions.entryPoints
    const compiled = (source) => source.replace(/^src\/(.*)\.ts$/, 'dist/$1.js')
    build.onResolve({ filter: /^node:/ }, ({ path }) => {
      const source = BUNDLE_SUBSTITUTES[path]
      if (source === undefined) return undefined
      return { path: join(ROOT, entry.startsWith('src/') ? source : compiled(source)) }
    })
  },
}

/**
 * Bundles a module of the command with all that it imports.
 *
 * @param entry the module, such as dist/cli/run-get.js
 * @returns the text, and the modules and packages that are in it
 */
export async function bundleCommand(entry) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20.15',
    format: 'cjs',
    // As `require`.
    supported: { 'dynamic-import': false },
    // Only for a terminal, and imported when there is one.
    external: ['cli-progress'],
    plugins: [substitutes],
    banner: { js: BANNER },
    // The object `performance` loads seven modules of Node.
    define: { 'import.meta.url': 'fileUrl', 'performance.now': 'monotonicMs' },
    legalComments: 'none',
    minifyWhitespace: true,
    lineLimit: 120,
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const modules = Object.keys(metafile.inputs)
  const imports = Object.values(metafile.outputs)[0].imports
  const packages = [...new Set(modules.map(packageOf))].filter((name) => name !== undefined)
  return {
    text: outputFiles[0].text,
    modules,
    packages: packages.sort(),
    builtins: [...new Set(imports.map(({ path }) => path.replace(/^node:/, '')))].sort(),
  }
}

function packageOf(module) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(module)?.[1]
}

/** The licence of a package, which a copy of its code has to include. */
function licenceOf(name) {
  const folder = join(ROOT, 'node_modules', name)
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${name}: expected a file with its licence`)
  return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

/**
 * Bundles the entry of the command, which loads the bundle of `get` with its compiled code.
 *
 * @param digest the SHA-256 of that bundle
 */
async function bundleEntry(digest) {
  const loader = [
    "import { runCached } from './run-cached.js'",
    "import { join } from 'node:path'",
    `export const runMain = runCached(join(__dirname, 'run-get.cjs'), '${digest}')`,
  ].join('\n')
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['dist/cli/main.js'],
    bundle: true,
    platform: 'node',
    // An older Node must be able to read it, to say that it is too old.
    target: 'node14.8',
    format: 'cjs',
    external: ['./run-main.js'],
    plugins: [
      {
        name: 'loader',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\/run-get\.js$/ }, () => ({ contents: loader, resolveDir: FOLDER })),
      },
    ],
    write: false,
    logLevel: 'warning',
  })
  return outputFiles[0].text
}

async function main() {
  if (readFileSync(join(FOLDER, 'main.js'), 'utf8') === STARTER) {
    throw new Error('dist/cli/main.js: expected what the compiler writes; run npm run build')
  }
  const { text, packages } = await bundleCommand('dist/cli/run-get.js')
  writeFileSync(join(FOLDER, 'run-get.cjs'), text)
  writeFileSync(join(FOLDER, 'run-get.licenses.txt'), packages.map(licenceOf).join('\n---\n\n'))
  writeFileSync(
    join(FOLDER, 'main.cjs'),
    await bundleEntry(createHash('sha256').update(text).digest('hex')),
  )
  writeFileSync(join(FOLDER, 'main.js'), STARTER)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
