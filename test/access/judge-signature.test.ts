import { describe, expect, it } from 'vitest'
import {
  hasOtherParameters,
  judgeScopes,
  judgeSignature,
} from '../../src/access/judge-signature.js'
import { type SignUrlOptions, signUrl } from '../../src/access/sign-url.js'

const KEY = `k1:${'A'.repeat(43)}`
const OTHER = `k2:${'B'.repeat(43)}`
const NOW = Date.UTC(2026, 10, 27)
const keys = [
  { name: 'k2', secret: Buffer.from('B'.repeat(43), 'base64url') },
  { name: 'k1', secret: Buffer.from('A'.repeat(43), 'base64url') },
]
const HERE = { keys, address: '203.0.113.7', now: NOW }

const sign = (path: string, options: Partial<SignUrlOptions> = {}) =>
  queryOf(signUrl(path, { key: KEY, expires: new Date(NOW + 60_000), ...options }))
const queryOf = (url: string) => url.slice(url.indexOf('?') + 1)

describe('judgeSignature', () => {
  it.each([
    ['the path itself', '/film.mp4', {}, '/film.mp4', '/film.mp4'],
    ['an encoded path', '/%66ilm%2Emp4', {}, '/film.mp4', '/film.mp4'],
    ['a folder above', '/d/', {}, '/d/e/f.ts', '/d/'],
    ['a scope above', '/d/e.m3u8', { scope: '/d/' }, '/d/f.ts', '/d/'],
    ['an earlier key', '/film.mp4', { key: OTHER }, '/film.mp4', '/film.mp4'],
    ['the address', '/film.mp4', { ip: '203.0.113.7' }, '/film.mp4', '/film.mp4'],
    ['a network', '/film.mp4', { ip: '203.0.113.0/24' }, '/film.mp4', '/film.mp4'],
  ] as const)('accepts a signature of %s', (_what, signed, options, path, scope) => {
    const verdict = judgeSignature(sign(signed, options), path, HERE)
    expect(verdict).toMatchObject({ kind: 'valid', permission: { scope, expires: NOW + 60_000 } })
  })

  it.each([
    ['another path', sign('/other.mp4')],
    ['a folder that is not above', sign('/e/')],
    ['the path as a folder', sign('/d/film.mp4/')],
    ['a key that is not known', sign('/d/film.mp4', { key: `k3:${'A'.repeat(43)}` })],
    ['a key of the same id', sign('/d/film.mp4', { key: `k1:${'C'.repeat(43)}` })],
    ['another address', sign('/d/film.mp4', { ip: '203.0.113.8' })],
    ['a later expiry', sign('/d/film.mp4').replace(/lb-expires=\d+/, 'lb-expires=99999999999')],
    ['an expiry in other digits', sign('/d/film.mp4').replace('lb-expires=', 'lb-expires=0')],
    ['an expiry that is no number', sign('/d/film.mp4').replace(/lb-expires=\d+/, 'lb-expires=a')],
    [
      'an address that was removed',
      sign('/d/film.mp4', { ip: '203.0.113.7' }).replace(/lb-ip=[^&]*&/, ''),
    ],
    ['an address that was added', `${sign('/d/film.mp4')}&lb-ip=203.0.113.7`],
    ['a version that was added', `${sign('/d/film.mp4')}&lb-version=%22a%22`],
    ['a weak version', `${sign('/d/film.mp4')}&lb-version=W/%22a%22`],
    ['a parameter twice', `${sign('/d/film.mp4')}&lb-key=k1`],
    ['an unknown parameter', `${sign('/d/film.mp4')}&lb-user=root`],
    ['an unknown parameter in other letters', `${sign('/d/film.mp4')}&LB-KEY=k1`],
    ['no signature', sign('/d/film.mp4').replace(/&lb-signature=.*/, '')],
    ['an empty signature', sign('/d/film.mp4').replace(/lb-signature=.*/, 'lb-signature=')],
    ['a signature that is cut', sign('/d/film.mp4').slice(0, -1)],
    ['an encoded name', sign('/other.mp4').replaceAll('lb-', '%6cb-')],
  ])('refuses %s', (_what, query) => {
    expect(judgeSignature(query, '/d/film.mp4', HERE)).toEqual({ kind: 'wrong' })
  })

  it('tells the expiry of a signature that is right otherwise, and of no other', () => {
    const late = { ...HERE, now: NOW + 60_000 }
    const expired = { kind: 'expired', expires: NOW + 60_000 }
    expect(judgeSignature(sign('/a'), '/a', late)).toEqual(expired)
    expect(judgeSignature(sign('/a'), '/b', late)).toEqual({ kind: 'wrong' })
    const elsewhere = sign('/a', { ip: '192.0.2.1' })
    expect(judgeSignature(elsewhere, '/a', late)).toEqual({ kind: 'wrong' })
  })

  it.each(['', 'a=b', 'lb=1', 'xlb-key=1'])('finds no signature in %j', (query) => {
    expect(judgeSignature(query, '/a', HERE)).toEqual({ kind: 'absent' })
  })

  it('permits other parameters, and keeps those of the signature alone', () => {
    const verdict = judgeSignature(`utm=1&${sign('/a')}&v=2`, '/a', HERE)
    const parameters = sign('/a')
    expect(verdict).toMatchObject({ kind: 'valid', permission: { parameters } })
  })

  it('bounds the work for one path', () => {
    const path = `/${'a/'.repeat(100)}`
    expect(judgeSignature(sign('/'), path, HERE)).toEqual({ kind: 'wrong' })
  })
})

it('judgeScopes accepts the signed path alone', () => {
  expect(judgeScopes(sign('/a'), ['/a'], HERE).kind).toBe('valid')
  expect(judgeScopes(sign('/a'), ['/'], HERE).kind).toBe('wrong')
})

it.each([
  ['', false],
  [sign('/a'), false],
  [`${sign('/a')}&v=1`, true],
])('hasOtherParameters of %j is %s', (query, want) => expect(hasOtherParameters(query)).toBe(want))
