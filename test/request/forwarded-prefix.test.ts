import Fastify, { type FastifyServerOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { forwardedPrefix } from '../../src/request/forwarded-prefix.js'

async function prefixOf(
  trustProxy: NonNullable<FastifyServerOptions['trustProxy']>,
  headers: Record<string, string> = {},
  url = '/*',
): Promise<string> {
  const app = Fastify({ trustProxy })
  let prefix = ''
  app.get(url, (request, reply) => {
    prefix = forwardedPrefix(request)
    return reply.send('')
  })
  const sent = { 'x-forwarded-prefix': '/media', ...headers }
  await app.inject({ url: url.replace('*', 'f'), headers: sent, remoteAddress: '10.0.0.7' })
  await app.close()
  return prefix
}

describe('forwardedPrefix', () => {
  it.each<[string, NonNullable<FastifyServerOptions['trustProxy']>]>([
    ['every proxy', true],
    ['its address', '10.0.0.7'],
    ['its network', ['192.0.2.0/24', '10.0.0.0/8']],
    ['a function', (address) => address === '10.0.0.7'],
  ])('is that of a proxy where the application trusts %s', async (_what, trustProxy) => {
    expect(await prefixOf(trustProxy)).toBe('/media')
    // Whatever it says of the client.
    expect(await prefixOf(trustProxy, { 'x-forwarded-for': '203.0.113.9' })).toBe('/media')
  })

  it.each<[string, NonNullable<FastifyServerOptions['trustProxy']>]>([
    ['none', false],
    ['another address', '10.0.0.8'],
    ['loopback', 'loopback'],
    ['a function that refuses', () => false],
  ])('is empty where the application trusts %s', async (_what, trustProxy) => {
    expect(await prefixOf(trustProxy)).toBe('')
    expect(await prefixOf(trustProxy, { 'x-forwarded-for': '10.0.0.7' })).toBe('')
  })

  it('is empty for a value that is no path', async () => {
    expect(await prefixOf(true, { 'x-forwarded-prefix': '//evil.example' })).toBe('')
  })

  it('is empty where the route has it already, since the proxy has removed nothing', async () => {
    expect(await prefixOf(true, {}, '/media/*')).toBe('')
    expect(await prefixOf(true, {}, '/media2/*')).toBe('/media')
  })
})
