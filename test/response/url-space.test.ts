import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import {
  isParametric,
  isWithin,
  keyOf,
  locationOfRoot,
  type UrlSpace,
  urlSpace,
} from '../../src/response/url-space.js'

const SYNTAX = { initialConfig: Fastify().initialConfig }

function spaceOf(scope: string, prefix: string, options: object = {}): UrlSpace {
  const initialConfig = { ...SYNTAX.initialConfig, ...options } as FastifyInstance['initialConfig']
  return urlSpace({ prefix: scope, initialConfig }, prefix)
}

it.each([
  ['', '/', '/', []],
  ['', '/files/', '/files/', ['files']],
  ['/v1', '/', '/v1/', ['v1']],
  ['/v1/', '/', '/v1/', ['v1']],
  ['/v1/', '/files/', '/v1/files/', ['v1', 'files']],
  ['/v1', '/:tenant/a::b/', '/v1/:tenant/a::b/', ['v1', ':tenant', 'a::b']],
  ['', '/:n(^[^/]+$)/x/', '/:n(^[^/]+$)/x/', [':n', 'x']],
  ['', '/:n(^(a|\\)/)$)-:m/', '/:n(^(a|\\)/)$)-:m/', [':n-:m']],
  ['', '/a(b/', '/a(b/', ['a(b']],
  ['', '/a::b(c/', '/a::b(c/', ['a::b(c']],
])(
  'urlSpace of the scope %j and the prefix %j has the path %s',
  (scope, prefix, path, segments) => {
    expect(spaceOf(scope, prefix)).toMatchObject({ path, segments })
  },
)

it.each([
  [':a', true],
  ['a:b', true],
  ['a::b', false],
  ['a:::b', true],
  ['a', false],
])('isParametric of %s is %s', (segment, parametric) => {
  expect(isParametric(segment)).toBe(parametric)
})

describe('locationOfRoot', () => {
  it.each([
    ['/files/', '/files', '/files/'],
    ['/files/', '/files?a=/b', '/files/?a=/b'],
    ['/files/', 'http://host/files', '/files/'],
    ['/files/', '/f%69les', '/f%69les/'],
    ['/files/', '/files/', undefined],
    ['/files/', '/file', undefined],
    ['/files/', '/FILES', undefined],
    ['/files/', '/files/a', undefined],
    ['/files/', '/%ff', undefined],
    ['/a::b/', '/a:b', '/a:b/'],
    ['/of/:tenant/', '/of/me?q', '/of/me/?q'],
    ['/of/:tenant/', '/of/', undefined],
    ['/of/:tenant/', '/of/..', undefined],
    ['/of/:tenant/', '/of/%2e%2E', undefined],
    ['/', '/', undefined],
  ])('of the prefix %s for the target %s is %s', (prefix, url, location) => {
    expect(locationOfRoot(spaceOf('', prefix), url)).toBe(location)
  })

  it('compares and splits as the router does', () => {
    expect(locationOfRoot(spaceOf('', '/a/', { caseSensitive: false }), '/A')).toBe('/A/')
    expect(locationOfRoot(spaceOf('', '/a/', { ignoreDuplicateSlashes: true }), '//a')).toBe('/a/')
    expect(locationOfRoot(spaceOf('', '/a/', { useSemicolonDelimiter: true }), '/a;b')).toBe(
      '/a/;b',
    )
  })
})

it.each([
  ['/', '/', true],
  ['/', '/a', true],
  ['/files/', '/files/', true],
  ['/files/', '/files/a/b', true],
  ['/files/', '/files', false],
  ['/files/', '/filesa', false],
  ['/files/', '/other/a', false],
  ['/of/:tenant/', '/of/me/a', true],
  ['/of/:tenant/', '/of//a', false],
])('isWithin of the prefix %s is, for the target %s, %s', (prefix, url, within) => {
  expect(isWithin(spaceOf('', prefix), url)).toBe(within)
})

it.each([
  ['/files/:v/', '/files/1/a%20b', 200, 'a b'],
  ['/files/:v/', '/files//a', 404, ''],
  ['/files/:v/', '/files/a%2Fb/c', 400, ''],
])('keyOf of the prefix %s responds to %s with %i', async (prefix, url, status, body) => {
  const app = Fastify()
  const space = urlSpace(app, prefix)
  app.get(`${prefix}*`, (request, reply) => {
    const key = keyOf(space, request, reply)
    return key === undefined ? reply : reply.send(key)
  })
  const response = await app.inject(url)
  expect(response.statusCode).toBe(status)
  if (body !== '') expect(response.body).toBe(body)
  await app.close()
})
