import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Folder } from '../fixture/files.js'

const load = (file: string) =>
  import(new URL(`../../scripts/check-module-state/${file}`, import.meta.url).href)
const { checkModuleState } = await load('check-module-state.mjs')
const { findFactories, findModuleState } = await load('find-module-state.mjs')

const namesIn = (text: string, factories?: Set<string>) =>
  findModuleState(text, factories).map(({ name }: { name: string }) => name)

describe('findModuleState', () => {
  it.each([
    ['let', 'let count = 0'],
    ['var', 'var count = 0'],
    ['an empty Map', 'const count = new Map<string, number>()'],
    ['an empty Set', 'const count = new Set()'],
    ['an LRUCache', 'const count = new LRUCache({ max: 10 })'],
    ['a WeakMap', 'export const count = new WeakMap()'],
    ['an instance of a class', 'export const count = new Counter(1)'],
    ['an instance in an object', 'const count = { inner: new Counter(1) }'],
    ['an empty array', 'const count: number[] = []'],
    ['the result of a factory', 'const count = counter()'],
    ['a Set that its module changes', 'const count = new Set([1])\nfunction f() { count.add(2) }'],
    ['an array that its module changes', 'const count = [1]\nfunction f() { count.push(2) }'],
    ['an object that its module changes', 'const count = { a: 1 }\nfunction f() { count.a += 1 }'],
    ['an exported Set without a read-only type', 'export const count = new Set([1])'],
  ])('reports %s', (_case, text) => {
    expect(namesIn(text, new Set(['counter']))).toEqual(['count'])
  })

  it('reports static fields that can be assigned or are created with state', () => {
    const text = 'class A { static a = 1; static readonly b = new Map(); static readonly c = 1 }'
    expect(namesIn(text)).toEqual(['A.a', 'A.b'])
  })

  it.each([
    ['a primitive', "const a = 1, b = 'x'"],
    ['a regular expression', "const a = new RegExp('x')"],
    ['a Set of constants', "const a = new Set(['x'])\nexport const has = (x) => a.has(x)"],
    ['an exported ReadonlySet', "export const a: ReadonlySet<string> = new Set(['x'])"],
    ['state within a function', 'function f() { let a = 0; const b = new Map() }'],
    ['state within an arrow function', 'export const f = () => new Map()'],
    ['an array of constants', 'const a = [1, 2]'],
    ['the result of a function without state', 'const a = constant()'],
    ['fields of instances', 'class A { #a = new Map(); b = 1 }'],
  ])('does not report %s', (_case, text) => {
    expect(namesIn(text)).toEqual([])
  })

  it('findFactories names functions whose inner functions share state', () => {
    const text = `
      function counter() { let n = 0; return () => { n += 1 } }
      export function cache() { const map = new Map(); return { get: (key) => map.get(key) } }
      function sum(list) { let n = 0; for (const each of list) n += each; return n }
      function pure(a) { return () => a }
    `
    expect(findFactories(text)).toEqual(['counter', 'cache'])
  })
})

describe('checkModuleState', () => {
  it('names file, line, variable and reason, and obsolete exceptions', () => {
    using folder = new Folder({
      'src/a/cache.ts': 'export function cache() {\n  let n = 0\n  return () => n++\n}\n',
      'src/b.ts': "import { cache } from './a/cache.js'\n\nexport const CACHE = cache()\n",
      'src/c.ts': 'let allowed = 0\n',
      'src/pages/scripts/page.ts': 'let page = 0\n',
    })
    const exceptions = { 'src/c.ts#allowed': 'decision', 'src/c.ts#gone': 'decision' }
    expect(checkModuleState(folder.path, exceptions)).toEqual([
      expect.stringMatching(/^src\/b\.ts:3: CACHE is mutable state .* the result of cache\(\);/),
      'src/c.ts#gone: the exception matches no module state',
    ])
  })

  it('finds no module state in this project but the listed exceptions', () => {
    const script = ['scripts/check-module-state/main.mjs']
    const { stderr, status } = spawnSync(process.execPath, script, { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  it('fails on a tree with module state', () => {
    using folder = new Folder({ 'src/a.ts': 'let count = 0\n' })
    const script = ['scripts/check-module-state/main.mjs', folder.path]
    const { stderr, status } = spawnSync(process.execPath, script, { encoding: 'utf8' })
    expect(stderr).toMatch(/src\/a\.ts:1: count is mutable state of the module: it can be assigned/)
    expect(status).toBe(1)
  })
})
