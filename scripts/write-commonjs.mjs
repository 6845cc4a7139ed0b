// Writes index.cjs and index.d.cts beside each entry of the build, for applications in CommonJS. There is one copy
// of the code: `require` loads the ES module, which Node permits from 20.19 and 22.12 on.
import { existsSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ENTRIES = {
  lastbyte: 'dist/index',
  'lastbyte/client': 'dist/client/index',
  'lastbyte/testing': 'dist/testing/index',
  'lastbyte/testing/jest': 'dist/testing/jest',
  'lastbyte/testing/playwright': 'dist/testing/playwright',
  'lastbyte/testing/vitest': 'dist/testing/vitest',
}

/** The exports of entries that need an optional package, which a build without development dependencies lacks. */
const EXPORTS = {
  'lastbyte/testing/jest': {},
  'lastbyte/testing/playwright': { expect: 'function', test: 'function' },
  'lastbyte/testing/vitest': {},
}

for (const [name, path] of Object.entries(ENTRIES)) {
  if (!existsSync(`${path}.js`)) throw new Error(`${path}.js: expected a module`)
  const exported = EXPORTS[name] ?? (await import(pathToFileURL(resolve(`${path}.js`)).href))
  const file = `./${basename(path)}.js`
  writeFileSync(
    `${path}.cjs`,
    name === 'lastbyte/testing/jest' ? jestModule(name) : moduleOf(name, file, exported),
  )
  writeFileSync(`${path}.d.cts`, typesOf(file, exported))
}

function moduleOf(name, file, exported) {
  return `'use strict'

Object.defineProperty(exports, '__esModule', { value: true })
${loading(name, file)}
${Object.keys(exported)
  .map((key) => `exports.${key} = entry.${key}\n`)
  .join('')}`
}

/**
 * Jest's own `require` refuses ES modules on most versions of Node, and its `process` and `node:module` are replaced.
 * The main context, which `node:vm` reaches, has those of Node: the module is loaded there.
 */
function loading(name, file) {
  const use = `use await import('${name}'), or Node 20.19, 22.12 or newer`
  return `let entry
try {
  entry = require('${file}')
} catch (refused) {
  if (refused.code !== 'ERR_REQUIRE_ESM') throw refused
  const { getBuiltinModule } = require('node:vm').runInThisContext('process')
  const load = getBuiltinModule?.('node:module').createRequire(__filename) ?? require
  try {
    entry = load('${file}')
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM') throw error
    throw new Error(\`${name}: expected a Node that can require() an ES module; this is \${process.version}: ${use}\`)
  }
}`
}

/** The matchers are loaded like an entry; `expect` is that of Jest. */
function jestModule(name) {
  return `'use strict'

${loading(name, './expectations/matchers.js')}
require('@jest/globals').expect.extend(entry.JOURNAL_MATCHERS)
`
}

/**
 * A declaration file in CommonJS can take types from an ES module, not values: each value is declared again with the
 * type that it has there.
 */
function typesOf(file, exported) {
  const attributes = "with { 'resolution-mode': 'import' }"
  const lines = [
    `export type * from '${file}' ${attributes}`,
    `type Entry = typeof import('${file}', { ${attributes.replace('with', 'with:')} })`,
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
