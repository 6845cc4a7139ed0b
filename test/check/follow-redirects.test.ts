import { expect, it } from 'vitest'
import { followRedirects } from '../../src/check/follow-redirects.js'
import type { Exchange, ProbeRequest } from '../../src/check/subject/exchange.js'
import type { Subject } from '../../src/check/subject/subject.js'
import { exchangeOf, sentRequest } from '../fixture/check-results.js'

/** A server that redirects by a table of paths. */
function redirecting(table: Readonly<Record<string, string>>): Subject {
  const send = async ({ url = new URL('http://host/f') }: ProbeRequest): Promise<Exchange> => {
    const to = table[url.pathname]
    const exchange = exchangeOf(sentRequest({ url: url.href }), to === undefined ? 200 : 302)
    return to === undefined ? exchange : { ...exchange, lines: [['Location', to]] }
  }
  return { send } as unknown as Subject
}

it('leads to the last response, and keeps the URLs before it', async () => {
  const subject = redirecting({ '/f': '/g#part', '/g': 'http://me:secret@other/h' })
  const { exchange, redirects } = await followRedirects(subject, { read: 1 })
  expect(exchange.request.url.href).toBe('http://other/h')
  expect(redirects.map(String)).toEqual(['http://host/f', 'http://host/g'])
})

it.each<[Readonly<Record<string, string>>, RegExp]>([
  [{ '/f': '/f' }, /received a redirect loop at http:\/\/host\/f$/],
  [{ '/f': '/g', '/g': '/f' }, /received a redirect loop at http:\/\/host\/f$/],
  [{ '/f': 'ftp://host/f' }, /received a redirect to "ftp:/],
  [{ '/f': 'http://host:0/f' }, /received a redirect to "http:/],
  [{ '/f': 'http://[' }, /received a redirect to "http:/],
])('refuses the redirects %j', async (table, message) => {
  await expect(followRedirects(redirecting(table), { read: 1 })).rejects.toThrow(message)
})
