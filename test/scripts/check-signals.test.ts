import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Folder } from '../fixture/files.js'

const load = (file: string) =>
  import(new URL(`../../scripts/check-signals/${file}`, import.meta.url).href)
const { checkSignals } = await load('check-signals.mjs')
const { findFreshSignals } = await load('find-fresh-signals.mjs')

const ownersIn = (text: string) =>
  findFreshSignals(text).map(({ owner }: { owner: string }) => owner)

describe('findFreshSignals', () => {
  it.each([
    ['a constant', 'const idle = new AbortController().signal', ['module']],
    ['a controller in a function', 'function f() { const c = new AbortController() }', ['f']],
    ['a controller in a callback', 'function f() { g(() => new AbortController()) }', ['f']],
    ['a default of a parameter', 'function f(s = new AbortController().signal) {}', ['f']],
    ['a method', 'class A { read() { return new AbortController() } }', ['A.read']],
    ['a field', 'class A { #stop = new AbortController() }', ['A.#stop']],
    ['a constructor', 'class A { constructor() { new AbortController() } }', ['A.constructor']],
    ['globalThis', 'const a = new globalThis.AbortController()', ['module']],
    ['a timeout', 'function f() { return AbortSignal.timeout(5) }', ['f']],
    ['no signals combined', 'function f() { return AbortSignal.any([]) }', ['f']],
    ['a constant by its name', "import { NEVER } from './never.js'", ['module']],
  ])('reports %s', (_case, text, owners) => {
    expect(ownersIn(text)).toEqual(owners)
  })

  it.each([
    ['combined signals', 'function f(a, b) { return AbortSignal.any([a, b]) }'],
    ['the type never', 'function f(a: never): never { throw a }'],
    ['a signal that is passed in', 'function f(signal: AbortSignal) { return g(signal) }'],
    ['the type of a controller', 'function f(stop: AbortController) { stop.abort() }'],
  ])('does not report %s', (_case, text) => {
    expect(ownersIn(text)).toEqual([])
  })
})

describe('checkSignals', () => {
  it('names file, line, owner and reason, and obsolete exceptions', () => {
    using folder = new Folder({
      'src/a.ts': '\nexport function f() {\n  return new AbortController()\n}\n',
      'src/b.ts': 'const allowed = new AbortController()\n',
      'src/pages/scripts/page.ts': 'const page = new AbortController()\n',
    })
    const exceptions = { 'src/b.ts#module': 'aborted', 'src/c.ts#gone': 'aborted' }
    expect(checkSignals(folder.path, exceptions)).toEqual([
      expect.stringMatching(/^src\/a\.ts:3: f creates a signal \(a new AbortController\): take/),
      'src/c.ts#gone: the exception matches no signal',
    ])
  })

  it('finds no fresh signal in this project but the listed exceptions', () => {
    const script = ['scripts/check-signals/main.mjs']
    const { stderr, status } = spawnSync(process.execPath, script, { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  it('fails on a tree with a fresh signal', () => {
    using folder = new Folder({ 'src/a.ts': 'f(new AbortController().signal)\n' })
    const script = ['scripts/check-signals/main.mjs', folder.path]
    const { stderr, status } = spawnSync(process.execPath, script, { encoding: 'utf8' })
    expect(stderr).toMatch(/src\/a\.ts:1: module creates a signal/)
    expect(status).toBe(1)
  })
})
