// Writes index.cjs and index.d.cts beside each entry of the build, for applications in CommonJS. There is one copy
// of the code: `require` loads the ES module, which Node permits from 20.19 and 22.12 on.
import { readdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ENTRIES = {
  lastbyte: 'dist',
  'lastbyte/client': 'dist/client',
  'lastbyte/testing': 'dist/testing',
}

for (const [name, folder] of Object.entries(ENTRIES)) {
  if (!readdirSync(folder).includes('index.js')) throw new Error(`${folder}: expected index.js`)
  const exported = await import(pathToFileURL(resolve(folder, 'index.js')).href)
  writeFileSync(`${folder}/index.cjs`, moduleOf(name, exported))
  writeFileSync(`${folder}/index.d.cts`, typesOf(exported))
}

function moduleOf(name, exported) {
  const use = `use await import('${name}'), or Node 20.19, 22.12 or newer`
  return `'use strict'

Object.defineProperty(exports, '__esModule', { value: true })
let entry
try {
  entry = require('./index.js')
} catch (error) {
  if (error.code !== 'ERR_REQUIRE_ESM') throw error
  throw new Error(\`${name}: expected a Node that can require() an ES module; this is \${process.version}: ${use}\`)
}
${Object.keys(exported)
  .map((key) => `exports.${key} = entry.${key}\n`)
  .join('')}`
}

/**
 * A declaration file in CommonJS can take types from an ES module, not values: each value is declared again with the
 * type that it has there.
 */
function typesOf(exported) {
  const attributes = "with { 'resolution-mode': 'import' }"
  const lines = [
    `export type * from './index.js' ${attributes}`,
    `type Entry = typeof import('./index.js', { ${attributes.replace('with', 'with:')} })`,
  ]
  for (const [name, value] of Object.entries(exported)) {
    if (name === 'default') {
      lines.push(`declare const entry: Entry['default']`, 'export default entry')
      continue
    }
    lines.push(`export declare const ${name}: Entry['${name}']`)
    if (isClass(value)) lines.push(`export type ${name} = InstanceType<Entry['${name}']>`)
  }
  return `${lines.join('\n')}\n`
}

function isClass(value) {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))
}
