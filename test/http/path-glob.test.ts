import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGlob, isGlob, matchesAny, namesQuery } from '../../src/http/path-glob.js'
import { cpuMs } from '../fixture/cpu-time.js'

function matches(glob: string, path: string): boolean {
  const compiled = compileGlob(glob)
  if (compiled.kind === 'refused') throw new Error(compiled.reason)
  return compiled.matches(path)
}

describe('compileGlob', () => {
  it.each([
    ['/*a*a*a*a*b', `/${'a'.repeat(30_000)}`],
    ['/**/*a/**/*a/**/*a/**/b', '/a'.repeat(15_000)],
    [`/${'*a'.repeat(200)}`, `/${'a'.repeat(30_000)}c`],
    ['/+(+(+(a)))b', `/${'a'.repeat(30_000)}`],
    ['/*(*(*(a|)|a)|a)b', `/${'a'.repeat(30_000)}`],
    [`/${'{a,a}'.repeat(90)}b`, `/${'a'.repeat(30_000)}`],
    [`/${'?(a)'.repeat(120)}b`, `/${'a'.repeat(30_000)}`],
  ])('decides %s within linear time', async (glob, path) => {
    const ms = await cpuMs(() => expect(matches(glob, path)).toBe(false))
    expect(ms).toBeLessThan(3000)
  })

  it.each([
    ['*'.repeat(501), 'expected a glob of at most 500 characters'],
    ['/{1..900}{1..900}', 'expected a glob of at most 4000 steps'],
    ['/!(a)', 'expected a glob without !(…)'],
  ])('refuses %s', (glob, reason) => {
    expect(compileGlob(glob)).toEqual({ kind: 'refused', reason })
  })

  it('compiles any text, or refuses it with a reason', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab/*?[]{}(),|\\!@+.-^'), maxLength: 40 })
    fc.assert(
      fc.property(text, text, (glob, path) => {
        const compiled = compileGlob(glob)
        expect(compiled.kind === 'refused' ? compiled.reason : compiled.matches(path)).toBeDefined()
      }),
    )
  })
})

describe('matchesAny', () => {
  it.each([
    [['*.map'], 'a.map', true],
    [['*.map', 'x/**'], 'x/y/z', true],
    [['*.map'], 'a/b.map', false],
    [['!*.js'], 'a.css', true],
    [['!*.js'], 'a.js', false],
    [['./a'], 'a', true],
    [['!a'], '!a', true],
    [['?'], 'a', true],
    [['[ab]'], 'b', true],
    [['{a,b}'], 'b', true],
    [['!(a)'], 'b', false],
    [['(a'], '(a', true],
  ])('%j matches %s: %s', (globs, path, expected) => {
    expect(matchesAny(globs)(path)).toBe(expected)
  })
})

describe('namesQuery', () => {
  it.each([
    ['/a?page=2', true],
    ['/a?', false],
    ['/a?b', false],
    ['/?(a|b)=c', false],
    ['/a=b', false],
  ])('of %s is %s', (glob, expected) => {
    expect(namesQuery(glob)).toBe(expected)
  })
})

it.each([
  ['/films/*', true],
  ['!/films/*', true],
  ['/!(a)', false],
  ['!/!(a)', false],
])('isGlob: %s is one: %s', (glob, expected) => expect(isGlob(glob)).toBe(expected))

it('a glob matches nothing once its budget is spent', () => {
  const compiled = compileGlob('/*a')
  if (compiled.kind === 'refused') throw new Error(compiled.reason)
  expect(compiled.matches('/aaaa', { left: 100 })).toBe(true)
  const budget = { left: 3 }
  expect(compiled.matches('/aaaa', budget)).toBe(false)
  expect(budget.left).toBeLessThan(0)
})
