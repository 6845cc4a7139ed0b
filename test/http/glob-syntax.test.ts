import fc from 'fast-check'
import picomatch from 'picomatch'
import { describe, expect, it } from 'vitest'
import { parseGlob } from '../../src/http/glob-syntax.js'
import { compileGlob } from '../../src/http/path-glob.js'

function matches(glob: string, path: string): boolean {
  const compiled = compileGlob(glob)
  if (compiled.kind === 'refused') throw new Error(compiled.reason)
  return compiled.matches(path)
}

/** Paths without empty and dot segments. */
const PATHS = fc
  .array(fc.stringMatching(/^[ab*]{1,4}$/), { maxLength: 4 })
  .map((names) => `/${names.join('/')}`)

describe('The syntax of a glob', () => {
  it.each([
    ['/films/*.mp4', '/films/a.mp4', true],
    ['/films/*.mp4', '/films/.mp4', true],
    ['/films/*.mp4', '/films/a/b.mp4', false],
    ['/films/*', '/films/', false],
    ['/films/*', '/films/.a', true],
    ['/films/**', '/films/a/b', true],
    ['/films/**', '/films', true],
    ['/films/**', '/filmsa', false],
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/a/x/y/b', true],
    ['/a/**/b', '/ab', false],
    ['**/b', '/a/b', true],
    ['/a**b', '/axxb', true],
    ['/a**b', '/a/b', false],
    ['/a**(b)', '/axbb', true],
    ['*', 'a', true],
    ['*b', 'ab', true],
    ['*/b', 'a/b', true],
    ['**', '/a/b', true],
    ['/**', '/a/b', true],
    ['/**/b', '/a/b', true],
    ['/a?c', '/abc', true],
    ['/a?c', '/a/c', false],
    ['/[a-c]', '/b', true],
    ['/[a-c]', '/d', false],
    ['/[!a-c]', '/d', true],
    ['/[^a-c]', '/b', false],
    ['/[^a]', '//', false],
    ['/[]a]', '/]', true],
    ['/[a', '/[a', true],
    ['/{a,b/c}/*.ts', '/b/c/1.ts', true],
    ['/{a,b}', '/c', false],
    ['/{a,{b,c}d}', '/cd', true],
    ['/{a}', '/{a}', true],
    ['/{a', '/{a', true],
    ['/seg{1..12}.ts', '/seg12.ts', true],
    ['/seg{1..12}.ts', '/seg13.ts', false],
    ['/seg{01..12}.ts', '/seg03.ts', true],
    ['/{c..a}', '/b', true],
    ['/@(a|b)c', '/bc', true],
    ['/(a|b)c', '/ac', true],
    ['/+(ab)', '/ababab', true],
    ['/+(ab)', '/', false],
    ['/*(ab)', '/', true],
    ['/x?(ab)', '/x', true],
    ['/(a', '/(a', true],
    ['/a\\*b', '/a*b', true],
    ['/a\\*b', '/axb', false],
    ['/a\\', '/a\\', true],
    ['/a+b$.^|', '/a+b$.^|', true],
    [`/${'a'.repeat(600)}`, `/${'a'.repeat(600)}`, true],
    ['/*(|a)', '/aaa', true],
    ['/a**b', '/axxb', true],
    ['/a**b', '/a/b', false],
    ['/a**(b)', '/axbb', true],
    ['*', 'a', true],
    ['*b', 'ab', true],
    ['*/b', 'a/b', true],
    ['**', '/a/b', true],
    ['/**', '/a/b', true],
    ['/**/b', '/a/b', true],
    ['**/b', '/a/b', true],
    ['**/b', 'b', true],
  ])('%s matches %s: %s', (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected)
  })

  it('matches what picomatch matches', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '*',
      '?',
      '/',
      '/**',
      '{a,b}',
      '{a,b*}',
      '@(a|b)',
      '+(ab)',
      '[^a]',
    )
    const globs = fc
      .array(part, { minLength: 1, maxLength: 7 })
      .map((parts) => `/${parts.join('')}`)
    fc.assert(
      fc.property(globs, PATHS, (glob, path) => {
        fc.pre(
          !/\/\/|\)[?*+]|\*\*[^/]|[^/]\*\*|\*\*\/\*\*|\*[+@(]|\?\*|[)}\]?]$|\*\*\/?$/.test(glob),
        )
        expect([glob, path, matches(glob, path)]).toEqual([
          glob,
          path,
          picomatch.isMatch(path, glob, { dot: true }),
        ])
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['/{1..5000}', 'expected a glob whose ranges have at most 1000 values'],
    ['/!(a)', 'expected a glob without !(…)'],
    ['/[[:alpha:]]', 'expected a glob without [: :]'],
    ['('.repeat(200) + ')'.repeat(200), 'expected a glob with at most 20 groups in each other'],
    ['{a,'.repeat(120) + '}'.repeat(120), 'expected a glob with at most 20 groups in each other'],
  ])('lacks %s', (glob, reason) => {
    expect(() => parseGlob(glob)).toThrow(reason)
  })
})
