import { describe, expect, it } from 'vitest'
import { renamedError, usageError } from '../../src/cli/usage-error.js'
import { LastbyteError } from '../../src/errors.js'

describe('usageError', () => {
  it.each([
    ['PORT', 'expected a port', undefined, 'PORT: expected a port'],
    ['PORT', 'expected a port', 'x', 'PORT: expected a port; received "x"'],
    ['PORT', 'expected a port', 'a\nb', 'PORT: expected a port; received "a\\nb"'],
    ['URL', 'expected', 'http://me:pw@h/f', 'URL: expected; received "http://***@h/f"'],
    ['LIST', 'expected', true, 'LIST: expected; received true'],
  ])('%s, %s, %j is the message of a BAD_SETTING error', (setting, problem, received, message) => {
    const error = usageError(setting, problem, received)
    expect(error).toMatchObject({ code: 'BAD_SETTING', message, facts: { setting, received } })
  })
})

describe('renamedError', () => {
  const names = new Map([['access.users', '--users']])
  const renamed = (error: unknown) => (renamedError(error, names) as Error).message

  it('has the name that was typed', () => {
    const error = new LastbyteError('BAD_SETTING', 'access.users: "f", line 2: expected x')
    expect(renamed(error)).toBe('--users: "f", line 2: expected x')
    expect(renamedError(error, names)).toMatchObject({ facts: { setting: '--users' } })
  })

  it.each([
    new Error('access.users: x'),
    new LastbyteError('REFUSED', 'access.users: x'),
    new LastbyteError('BAD_SETTING', 'users: x'),
    new LastbyteError('BAD_SETTING', 'access.users'),
  ])('leaves %s as it is', (error) => expect(renamedError(error, names)).toBe(error))
})
