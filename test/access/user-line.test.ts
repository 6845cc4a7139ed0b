import { expect, it } from 'vitest'
import { isUserName, parseUserLine } from '../../src/access/user-line.js'

const HASH =
  '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

it.each([
  [`ann:${HASH}`, 'ann'],
  [`Ann of U\u0308:${HASH}`, 'Ann of Ü'],
])('parseUserLine reads %j', (line, name) => {
  expect(parseUserLine(line)).toMatchObject({ kind: 'entry', entry: { name } })
})

it.each(['ann', ':', `:${HASH}`, 'ann:', 'ann:secret', `a\u0000:${HASH}`, `ann :${HASH}`])(
  'parseUserLine refuses %j without quoting it',
  (line) => {
    const parsed = parseUserLine(line)
    expect(parsed.kind).toBe('malformed')
    expect(JSON.stringify(parsed)).not.toContain('secret')
  },
)

it.each([
  ['ann', true],
  ['a:b', false],
  ['', false],
  ['#a', false],
  ['a\n', false],
  ['x'.repeat(256), false],
])('isUserName of %j is %s', (name, want) => expect(isUserName(name)).toBe(want))
