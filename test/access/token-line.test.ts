import { describe, expect, it } from 'vitest'
import {
  drawAccessToken,
  findToken,
  hashToken,
  isEntryName,
  parseTokenLine,
} from '../../src/access/token-line.js'

const HASH = hashToken('secret').toString('base64url')

describe('parseTokenLine', () => {
  it.each([
    [`ci:$sha256$${HASH}`, undefined],
    [`ci:$sha256$${HASH} expires=2027-01-31T00:00:00Z`, Date.UTC(2027, 0, 31)],
    [`ci:$sha256$${HASH}  expires=2027-01-31T00:00:00.500Z`, Date.UTC(2027, 0, 31) + 500],
  ])('reads %j', (line, expires) => {
    const entry = { name: 'ci', hash: hashToken('secret'), expires }
    expect(parseTokenLine(line)).toEqual({ kind: 'entry', entry })
  })

  it.each([
    '',
    'ci',
    `ci:${HASH}`,
    `:$sha256$${HASH}`,
    `ci:$sha256$${HASH.slice(1)}`,
    `ci:$sha256$${HASH} expires=soon`,
    `ci:$sha256$${HASH} expires=2027-99-31T00:00:00Z`,
    `ci:$sha256$${HASH} until=2027-01-31T00:00:00Z`,
  ])('refuses %j', (line) => expect(parseTokenLine(line).kind).toBe('malformed'))
})

describe('drawAccessToken', () => {
  it.each([undefined, Date.UTC(2027, 0, 31)])(
    'draws a token that its line knows: %s',
    (expires) => {
      const { token, line } = drawAccessToken('ci', expires)
      const parsed = parseTokenLine(line)
      if (parsed.kind !== 'entry') throw new Error(parsed.reason)
      expect(Buffer.from(token, 'base64url')).toHaveLength(24)
      expect(line).not.toContain(token)
      expect(findToken([parsed.entry], token, Date.UTC(2026, 0, 1))?.name).toBe('ci')
      expect(findToken([parsed.entry], `${token}a`, 0)).toBeUndefined()
      const isLater = findToken([parsed.entry], token, Date.UTC(2027, 0, 31)) !== undefined
      expect(isLater).toBe(expires === undefined)
    },
  )

  it.each(['🎬'.repeat(255), 'ä', 'a#b'])(
    'makes a line that is accepted for the name %j',
    (name) => {
      expect(isEntryName(name)).toBe(true)
      expect(parseTokenLine(drawAccessToken(name).line).kind).toBe('entry')
    },
  )
})

it.each([
  ['ci', true],
  ['a b', false],
  ['a:b', false],
  ['', false],
])('isEntryName of %j is %s', (name, want) => expect(isEntryName(name)).toBe(want))
