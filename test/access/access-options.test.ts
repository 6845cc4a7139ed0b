import { expect, it } from 'vitest'
import { readAccessOptions } from '../../src/access/access-options.js'

it('readAccessOptions accepts files and lines', () => {
  const options = { users: '/users', tokens: [], keys: new URL('file:///keys'), public: ['*.jpg'] }
  expect(readAccessOptions(options)).toEqual(options)
  expect(readAccessOptions(undefined)).toBeUndefined()
})

it.each([
  [{}, /at least one of "users", "tokens" and "keys"/],
  [{ public: ['*'] }, /at least one/],
  [{ users: '' }, /access\.users/],
  [{ keys: new URL('http://h/keys') }, /access\.keys/],
  [{ users: '/u', realm: 'a"b' }, /access\.realm/],
  [{ users: '/u', public: [`${'a'.repeat(500)}*`] }, /access\.public/],
  [{ user: '/u' }, /did you mean access\.users/],
])('readAccessOptions refuses %j', (options, message) => {
  expect(() => readAccessOptions(options)).toThrow(message)
})
