// Runs the vitest suite under other versions of Node, from the registry's `node` package, each in a
// prefix of its own. Usage: node scripts/test-matrix.mjs [22 24 26]
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const majors = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']

function run(command, args, options = {}) {
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status === 0
}

function nodeOf(major) {
  const prefix = resolve('node_modules/.cache', `node-${major}`)
  const binary = join(prefix, 'node_modules/node/bin/node')
  if (existsSync(binary)) return binary
  mkdirSync(prefix, { recursive: true })
  const install = ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', `node@${major}`]
  run('npm', install, { cwd: prefix })
  // Where npm does not run a package's install step unasked, it is run here.
  const step = join(prefix, 'node_modules/node/installArchSpecificPackage.js')
  if (!existsSync(binary) && existsSync(step)) run(process.execPath, [step], { cwd: join(prefix, 'node_modules/node') })
  return existsSync(binary) ? binary : undefined
}

let failed = false
for (const major of majors) {
  const node = nodeOf(major)
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--coverage.enabled=false']
  const passed = node !== undefined && run(node, args)
  process.stdout.write(`node ${major}: ${passed ? 'passed' : node ? 'failed' : 'could not be installed'}\n`)
  failed ||= !passed
}
process.exitCode = failed ? 1 : 0
