// Runs after `npm install` and `npm ci` in a clone, and before npm packs the clone of a Git URL. Builds dist/ where the
// compiler is installed. `npm ci --omit=dev` has no compiler: then dist/ is used as it is.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const has = (...names) => names.every((name) => existsSync(join(root, name)))

function decide() {
  // npm pack and npm publish have just run prepack, which builds.
  if (['pack', 'publish'].includes(process.env.npm_command)) return { kind: 'built' }
  if (has('node_modules/typescript/bin/tsc', 'node_modules/esbuild')) return { kind: 'build' }
  return has('dist/cli/main.js') ? { kind: 'built' } : { kind: 'cannot build' }
}

function build() {
  // The package manager that runs this script.
  const manager = process.env.npm_execpath
  const isScript = manager !== undefined && /\.[cm]?js$/.test(manager)
  const [command, ...args] = isScript ? [process.execPath, manager] : [manager ?? 'npm']
  const { status } = spawnSync(command, [...args, 'run', 'build'], { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
}

switch (decide().kind) {
  case 'build':
    build()
    break
  case 'cannot build':
    process.stderr.write(
      'lastbyte: dist/ is not built, and the compiler is not installed (production installation). Run ' +
        '"npm ci && npm run build && npm prune --omit=dev", or copy a built dist/ here.\n',
    )
}
