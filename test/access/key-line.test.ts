import { expect, it } from 'vitest'
import { drawUrlKey, isKeyId, parseKeyLine } from '../../src/access/key-line.js'

it('drawUrlKey draws a key of 32 bytes that can be parsed', () => {
  const parsed = parseKeyLine(drawUrlKey('2026-11'))
  expect(parsed).toMatchObject({ kind: 'entry', entry: { name: '2026-11' } })
  if (parsed.kind === 'entry') expect(parsed.entry.secret).toHaveLength(32)
  expect(drawUrlKey('a')).not.toBe(drawUrlKey('a'))
})

it.each([
  '',
  'k1',
  'k1:short',
  `k 1:${'A'.repeat(43)}`,
  `k1:${'A'.repeat(21)}`,
  `:${'A'.repeat(43)}`,
])('parseKeyLine refuses %j', (line) => expect(parseKeyLine(line).kind).toBe('malformed'))

it.each([
  ['k1', true],
  ['2026.11-b_', true],
  ['a b', false],
  ['a:b', false],
])('isKeyId of %j is %s', (name, want) => expect(isKeyId(name)).toBe(want))
