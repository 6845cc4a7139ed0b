// Runs the unit tests under other versions of Node, which are installed from the registry's `node` package, each
// under its own prefix. Usage: node scripts/test-matrix.mjs [22 24 26] [options of vitest, each as --name=value]
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const given = process.argv.slice(2)
const options = given.filter((each) => each.startsWith('--'))
const named = given.filter((each) => !each.startsWith('--'))
const majors = named.length > 0 ? named : ['22', '24', '26']

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options }).status === 0
}

/** The version that the binary prints, or undefined if it is missing or doesn't run. */
function versionOf(binary) {
  const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

function nodeOf(major) {
  const prefix = join(root, 'node_modules/.cache', `node-${major}`)
  const binary = join(prefix, 'node_modules/node/bin/node')
  if (versionOf(binary)) return binary
  rmSync(prefix, { recursive: true, force: true })
  mkdirSync(prefix, { recursive: true })
  const install = [
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--no-audit',
    '--no-fund',
    `node@${major}`,
  ]
  run('npm', install, { cwd: prefix })
  // Some npm configurations don't run a package's install script; it downloads the binary.
  const step = join(prefix, 'node_modules/node/installArchSpecificPackage.js')
  if (!existsSync(binary) && existsSync(step))
    run(process.execPath, [step], { cwd: join(prefix, 'node_modules/node') })
  return versionOf(binary) ? binary : undefined
}

let failed = false
for (const major of majors) {
  const node = nodeOf(major)
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...options]
  const passed = node !== undefined && run(node, args)
  process.stdout.write(
    node === undefined
      ? `node ${major}: failed, could not be installed\n`
      : `node ${major} (${versionOf(node)}): ${passed ? 'passed' : 'failed'}\n`,
  )
  failed ||= !passed
}
process.exitCode = failed ? 1 : 0
