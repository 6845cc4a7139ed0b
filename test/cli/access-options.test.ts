import { expect, it } from 'vitest'
import { accessOptions, namedAccessError } from '../../src/cli/access-options.js'
import { LastbyteError } from '../../src/errors.js'

const NONE = { ACCESS_USERS: '', ACCESS_TOKENS: '', ACCESS_KEYS: '', ACCESS_PUBLIC: '' }

it('accessOptions has the files that are given', () => {
  expect(accessOptions(NONE)).toBeUndefined()
  const settings = { ...NONE, ACCESS_USERS: 'users', ACCESS_PUBLIC: 'a/**, b ,' }
  expect(accessOptions(settings)).toEqual({ users: 'users', public: ['a/**', 'b'] })
  const others = { ...NONE, ACCESS_TOKENS: 'tokens', ACCESS_KEYS: 'keys' }
  expect(accessOptions(others)).toEqual({ tokens: 'tokens', keys: 'keys', public: [] })
})

it('accessOptions refuses public files where everything is public', () => {
  expect(() => accessOptions({ ...NONE, ACCESS_PUBLIC: 'a' })).toThrow(
    /^ACCESS_PUBLIC: expected --users, --tokens or --url-keys as well/,
  )
})

it('namedAccessError names the setting', () => {
  const facts = { setting: 'access.users' }
  const error = new LastbyteError('BAD_SETTING', 'access.users: "f", line 2: expected x', facts)
  expect((namedAccessError(error) as Error).message).toBe('ACCESS_USERS: "f", line 2: expected x')
  const other = new Error('other')
  expect(namedAccessError(other)).toBe(other)
})
