import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shellWord } from '../../../src/check/report/shell-word.js'

it.each([
  ['https://a/film.mkv', 'https://a/film.mkv'],
  ['If-Range: "a"', `'If-Range: "a"'`],
  ["it's $HOME `id` \\", `'it'\\''s $HOME \`id\` \\'`],
  ['', "''"],
  ['a\nb', "$'a\\012b'"],
  ['"\xe9"1', `$'"\\351"1'`],
  ['\u202e', "$'\\342\\200\\256'"],
])('%j as a word of a shell is %s', (text, word) => {
  expect(shellWord(text)).toBe(word)
})

it('is read by a shell as the bytes of the text, whatever it has', () => {
  const latin1 = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  })
  fc.assert(
    fc.property(fc.array(latin1, { minLength: 1, maxLength: 20 }), (texts) => {
      const line = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`
      const printed = execFileSync('bash', ['-c', line], { encoding: 'latin1' })
      expect(printed).toBe(`${texts.join('\0')}\0`)
    }),
    { numRuns: 20 },
  )
})
