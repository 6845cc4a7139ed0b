import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { dropCredentials, dropOverrides, requireVersions } from '../../src/plugin/judged-request.js'

function requestWith(fields: Record<string, string>, url = '/') {
  const raw = { url, headers: { ...fields }, rawHeaders: Object.entries(fields).flat() }
  return { raw, request: { raw } as unknown as FastifyRequest }
}

describe('requireVersions', () => {
  it.each([
    [undefined, '"1", "2"', true],
    ['*', '"1", "2"', true],
    ['"2", "3"', '"2"', true],
    ['"3"', '', false],
    ['W/"1"', '', false],
  ])('joins If-Match %j with the versions of a link to %j', (own, want, isPossible) => {
    const { raw, request } = requestWith(own === undefined ? {} : { 'if-match': own })
    expect(requireVersions(request, ['"1"', '"2"'])).toBe(isPossible)
    expect(raw.headers['if-match']).toBe(want)
    expect(raw.rawHeaders).toEqual(['if-match', want])
  })
})

describe('dropCredentials', () => {
  const fields = { Host: 'h', authorization: 'Basic x', cookie: 'a=b; lb-access-1=x' }

  it('removes what has permitted a request, in both forms of its fields', () => {
    const { raw, request } = requestWith(fields, '/a?v=1&lb-key=k&lb-signature=s')
    dropCredentials(request, { asksFor: (field) => field === 'Basic x' })
    expect(raw).toEqual({
      url: '/a?v=1',
      headers: { Host: 'h', cookie: 'a=b' },
      rawHeaders: ['Host', 'h', 'cookie', 'a=b'],
    })
  })

  it('leaves credentials that are for the other server', () => {
    const { raw, request } = requestWith({ authorization: 'Basic x' }, '/a')
    dropCredentials(request, { asksFor: () => false })
    expect(raw.headers.authorization).toBe('Basic x')
    expect(raw.url).toBe('/a')
  })
})

it.each(['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Original-URL', 'X-Rewrite-URL'])(
  'dropOverrides removes %s, in both forms of the fields',
  (name) => {
    const { raw, request } = requestWith({ host: 'h', [name.toLowerCase()]: '/other' })
    dropOverrides(request)
    expect(raw).toEqual({ url: '/', headers: { host: 'h' }, rawHeaders: ['host', 'h'] })
  },
)
