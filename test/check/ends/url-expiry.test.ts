import { expect, it } from 'vitest'
import { urlExpiry } from '../../../src/check/ends/url-expiry.js'

const NOON = Date.UTC(2026, 0, 2, 12)
const SECONDS = NOON / 1000

it.each([
  ['X-Amz-Date=20260102T115900Z&X-Amz-Expires=60', 'X-Amz-Expires'],
  ['X-Goog-Expires=60&X-Goog-Date=20260102T115900Z', 'X-Goog-Expires'],
  [`Expires=${SECONDS}&Signature=a`, 'Expires'],
  ['se=2026-01-02T12%3A00%3A00Z&sig=a', 'se'],
  [`hdnts=st=1~exp=${SECONDS}~acl=/*~hmac=a`, 'hdnts'],
  [`token=exp=${SECONDS}~acl=/*`, 'token'],
  [`md5=a&expires=${SECONDS}`, 'expires'],
  [`exp=${NOON}`, 'exp'],
])('the query %s ends at noon by %s', (query, parameter) => {
  expect(urlExpiry(new URL(`https://example.org/film?${query}`))).toEqual({ parameter, at: NOON })
})

it.each([
  '',
  'e=5',
  'expires=soon',
  'X-Amz-Expires=60',
  'token=abc',
  'X-Amz-Date=2026&X-Amz-Expires=6',
])('the query "%s" does not tell when it ends', (query) => {
  expect(urlExpiry(new URL(`https://example.org/film?${query}`))).toBeUndefined()
})

it('takes the earliest of several ends', () => {
  const query = `Expires=${SECONDS + 60}&exp=${SECONDS}`
  expect(urlExpiry(new URL(`https://example.org/film?${query}`))).toEqual({
    parameter: 'exp',
    at: NOON,
  })
})
