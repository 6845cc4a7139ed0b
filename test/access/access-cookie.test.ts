import { expect, it } from 'vitest'
import {
  accessCookies,
  readAccessCookies,
  withoutAccessCookies,
} from '../../src/access/access-cookie.js'

const permission = {
  scope: '/a b;c/',
  parameters: 'lb-key=k1&lb-signature=x',
  expires: 61_500,
  version: undefined,
}
const place = { paths: ['/a/', '/b/', '/a/'], isSecure: true, now: 1_000 }

it('accessCookies makes one cookie for each path, until the expiry', () => {
  const cookies = accessCookies(permission, place)
  expect(cookies).toHaveLength(2)
  expect(cookies[0]).toMatch(
    /^lb-access-[0-9a-f]{16}=lb-key=k1&lb-signature=x&scope=%2Fa\+b%3Bc%2F; Path=\/a\/; Max-Age=60; HttpOnly; SameSite=Lax; Secure$/,
  )
  expect(accessCookies(permission, { ...place, isSecure: false })[1]).not.toContain('Secure')
})

it('accessCookies has no attribute from a path', () => {
  const [cookie = ''] = accessCookies(permission, { ...place, paths: ['/a;Domain=test/'] })
  expect(cookie.split(';').map((part) => part.trim().split('=')[0])).toEqual([
    ...[expect.stringMatching(/^lb-access-/), 'Path', 'Max-Age', 'HttpOnly', 'SameSite', 'Secure'],
  ])
})

it('readAccessCookies reads what accessCookies makes, beside cookies of others', () => {
  const pairs = accessCookies(permission, place).map((cookie) => cookie.split(';')[0])
  const { scope, parameters } = permission
  const read = readAccessCookies(`theme=dark; ${pairs[0]}; a=b`)
  expect(read).toEqual([{ scope, parameters }])
})

it.each([undefined, '', 'a=b', 'lb-access-1', 'lb-access-1=%%%'])(
  'readAccessCookies finds nothing in %j',
  (field) => expect(readAccessCookies(field)).toEqual([]),
)

it('readAccessCookies reads a bounded number', () => {
  const field = Array.from({ length: 100 }, (_none, n) => `lb-access-${n}=scope=/`).join('; ')
  expect(readAccessCookies(field)).toHaveLength(32)
})

it.each([
  ['a=b', 'a=b'],
  ['lb-access-1=x; a=b; lb-access-2=y; c=d', 'a=b; c=d'],
  ['lb-access-1=x', undefined],
])('withoutAccessCookies of %j is %j', (field, want) => {
  expect(withoutAccessCookies(field)).toBe(want)
})
