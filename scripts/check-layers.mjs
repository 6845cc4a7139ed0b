// Imports run one way. Each line below may import what stands on the lines above it, and its own
// folder, but nothing beside it on the same line.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const LAYERS = [
  ['errors', 'ending', 'interruptible', 'system-calls'],
  ['retry', 'http'],
  ['transport'],
  ['source', 'body', 'fault', 'client'],
  ['delivery'],
  ['plugin'],
  ['server', 'index'],
  ['dashboard', 'testing'],
  ['cli'],
]
/** What `client` may import besides its own: it runs in browsers too. */
const CLIENT = ['client', 'transport', 'http', 'retry', 'errors', 'interruptible']

const files = readdirSync('src', { recursive: true })
  .filter((name) => /\.[jt]s$/.test(name) && !name.includes('assets'))
  .map((name) => join('src', name))

/** Files at the top that are neither a layer's own nor named above are parts of the plugin. */
function layerOf(file) {
  const [top] = relative('src', file).split('/')
  const name = top.replace(/\.[jt]s$/, '')
  const rank = LAYERS.findIndex((layer) => layer.includes(name))
  if (rank !== -1) return { name, rank }
  if (top === name) throw new Error(`${file}: the folder ${name} is in no layer`)
  return { name: 'plugin', rank: LAYERS.findIndex((layer) => layer.includes('plugin')) }
}

const faults = []
for (const file of files) {
  const from = layerOf(file)
  for (const [, target] of readFileSync(file, 'utf8').matchAll(
    /(?:from\s+|import\s+|import\()'(\.[^']+)'/g,
  )) {
    const to = layerOf(resolve(dirname(file), target).slice(resolve('.').length + 1))
    const upward = to.rank > from.rank
    const sideways = to.rank === from.rank && to.name !== from.name
    const foreign = from.name === 'client' && !CLIENT.includes(to.name)
    if (upward || sideways || foreign)
      faults.push(`${file}: ${from.name} may not import ${to.name}`)
  }
}
/** What the browser's entry imports, and what that imports. */
function closureOf(file, seen = new Set()) {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/from\s+'([^']+)'/g)) {
    if (target.startsWith('node:')) faults.push(`${file}: ${target} is not there in browsers`)
    if (target.startsWith('.')) closureOf(join(dirname(file), target.replace(/\.js$/, '.ts')), seen)
  }
  return seen
}
closureOf('src/client/browser.ts')

for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
