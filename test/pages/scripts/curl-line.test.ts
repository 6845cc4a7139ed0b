import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { curlLine, shellQuoted } from '../../../src/pages/scripts/curl-line.js'

/** The words of a line as a shell reads them. */
function words(line: string, variables: Record<string, string> = {}): string[] {
  const printed = execFileSync(
    'bash',
    ['--norc', '-c', `curl() { printf '%s\\0' "$@"; }; ${line}`],
    {
      env: { PATH: process.env.PATH, ...variables },
      encoding: 'utf8',
    },
  )
  return printed.split('\0').slice(0, -1)
}

const JSON_TEXT = `{"match":{"path":"/it's $(rm) \`x\` !! \\"a\\""}}`
const URL_TEXT = 'http://h:1/a&b;c/-/faults'

it('curlLine sends the JSON as it is, with the token of a variable', () => {
  expect(words(curlLine(URL_TEXT, JSON_TEXT, undefined), { TOKEN: 'sec$ret' })).toEqual([
    '-H',
    'Authorization: Bearer sec$ret',
    '--json',
    JSON_TEXT,
    URL_TEXT,
  ])
})

it('curlLine has a token of any characters', () => {
  const token = `a'b"c$d\`e\\f!`
  expect(words(curlLine(URL_TEXT, '{}', token))[1]).toBe(`Authorization: Bearer ${token}`)
})

it('shellQuoted is one word of a shell for any text', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'))
  const texts = ['', "'", "''", '\\', '\n', '-x', '~', '*', ...fc.sample(text, 200)]
  expect(words(`curl ${texts.map(shellQuoted).join(' ')}`)).toEqual(texts)
})
