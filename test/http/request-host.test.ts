import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invalidRequest, type NamedRequest } from '../../src/http/request-host.js'
import { cpuMs } from '../fixture/cpu-time.js'

function request(rawHeaders: string[], rest: Partial<NamedRequest> = {}): NamedRequest {
  return { method: 'GET', url: '/', httpVersionMajor: 1, httpVersionMinor: 1, rawHeaders, ...rest }
}

const VALID = [
  'localhost',
  'example.com:8080',
  'example.com:',
  'EXAMPLE.com.',
  'my_host-1',
  '127.0.0.1:1',
  '[::1]',
  '[::1]:65535',
  '[fe80::1%25eth0]:80',
  '[v1.fe:d]',
  'a%20b',
]

const INVALID = [
  '',
  ' ',
  'a b',
  'a,b',
  'localhost, localhost',
  'a:b',
  'a:65536',
  'a:99999999999999999999',
  'a:-1',
  'a:80:80',
  ':80',
  '[::1',
  '::1',
  '[]',
  '[::1]x',
  '[g::1]',
  '[1.2.3.4]',
  '[1:2]',
  '[:::]',
  '[::1%eth0]',
  'user@host',
  'http://host',
  'host/path',
  'host?q',
  'host#f',
  'a\tb',
  'a\x1bb',
  'a\x7f',
  'ä',
  'a"b',
  'a\\b',
  'a<b>',
  'a%2',
  'a|b',
]

describe('invalidRequest', () => {
  it.each(VALID)('accepts the Host %j', (host) => {
    expect(invalidRequest(request(['Host', host]))).toBeUndefined()
    const absolute = request(['Host', 'a'], { url: `http://${host}/x` })
    expect(invalidRequest(absolute)).toBeUndefined()
  })

  it.each(INVALID)('refuses the Host %j in each version', (host) => {
    expect(invalidRequest(request(['Host', host]))).toMatch(/^The Host field is not/)
    expect(invalidRequest(request(['hOsT', host], { httpVersionMinor: 0 }))).toBeDefined()
    const http2 = request([':path', '/', ':authority', host], { httpVersionMajor: 2 })
    expect(invalidRequest(http2)).toBeDefined()
  })

  it.each<[string, NamedRequest, RegExp | undefined]>([
    ['no Host in HTTP/1.1', request([]), /no Host/],
    ['no Host in HTTP/1.0', request([], { httpVersionMinor: 0 }), undefined],
    [
      'no :authority in HTTP/2',
      request([], { httpVersionMajor: 2, httpVersionMinor: 0 }),
      undefined,
    ],
    ['two Host fields', request(['Host', 'a', 'X', 'y', 'host', 'a']), /more than one/],
    [
      'two Host fields in HTTP/1.0',
      request(['Host', 'a', 'Host', 'b'], { httpVersionMinor: 0 }),
      /more than one/,
    ],
    ['another Host than :authority', request([':authority', 'a', 'host', 'b']), /different/],
    ['the Host of :authority', request([':authority', 'A:1', 'host', 'a:1']), undefined],
  ])('judges %s', (_what, named, want) => {
    const reason = invalidRequest(named)
    if (want === undefined) expect(reason).toBeUndefined()
    else expect(reason).toMatch(want)
  })

  it.each([
    ['GET', '*', /OPTIONS/],
    ['HEAD', '*', /OPTIONS/],
    ['POST', '*', /OPTIONS/],
    ['OPTIONS', '*', undefined],
    ['OPTIONS', '**', /neither/],
    ['GET', '/*', undefined],
    ['GET', '//a', undefined],
    ['GET', 'http://host', undefined],
    ['GET', 'HTTPS://host:1/a?b', undefined],
    ['GET', 'http://user@host/', /user information/],
    ['GET', 'http://user:pw@host/', /user information/],
    ['GET', 'http://@host/', /user information/],
    ['GET', 'http://host/@', undefined],
    ['GET', 'http:///a', /invalid host/],
    ['GET', 'http://a,b/', /invalid host/],
    ['GET', 'http://[::1/', /invalid host/],
    ['GET', 'ftp://host/a', /neither/],
    ['GET', 'file:///etc/passwd', /neither/],
    ['GET', 'ws://host/', /neither/],
    ['GET', 'javascript:x', /neither/],
    ['GET', 'host:80', /neither/],
    ['GET', '', /neither/],
  ])('judges the target of %s %j', (method, url, want) => {
    const reason = invalidRequest(request(['Host', 'a'], { method, url }))
    if (want === undefined) expect(reason).toBeUndefined()
    else expect(reason).toMatch(want)
  })

  it.each(['[', '[:', 'a.', 'a%20', '[v1.'])(
    'judges a Host of 32 KiB of %j in time',
    async (part) => {
      const host = `${part}${part.slice(1).repeat(32_768) || ':'.repeat(32_768)}`
      expect(await cpuMs(() => invalidRequest(request(['Host', host])))).toBeLessThan(100)
    },
  )

  it('accepts no Host with a character that ends the host of a URL, or with a comma', () => {
    const character = fc.constantFrom(...'a1.:[]-_,@/ %?#\t\\<ä'.split(''))
    fc.assert(
      fc.property(
        fc.array(character).map((all) => all.join('')),
        (host) => {
          if (invalidRequest(request(['Host', host])) !== undefined) return
          expect(host).not.toMatch(/[,@/\s?#\\<ä]/)
        },
      ),
    )
  })
})
