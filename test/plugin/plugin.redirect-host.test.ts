import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

/** Targets which a client could take for another host if a redirect repeats them. */
const TARGETS = [
  '//evil.example',
  '//evil.example/..',
  '//evil.example/.',
  '///evil.example/.',
  '/\\evil.example',
  '/\\evil.example/.',
  '/\\/evil.example',
  '\\\\evil.example',
  '/%5cevil.example',
  '/%5cevil.example/.',
  '/%2fevil.example',
  '/%2f%2fevil.example/%2e',
  '/.//evil.example',
  '/.//evil.example/.',
  '/.\\evil.example/.',
  '//folder',
  '/\\folder',
  '//files',
  '/\\files',
  '//evil.example?x=1',
  '//%C3%A9vil.example',
  '//evil%E3%80%82example/.',
  '//évil.example/.',
  '/%5cévil.example',
  '//evil.example:80/.',
  '/%09/evil.example/.',
  'http:///evil.example/.',
  'http://h//evil.example/.',
]

const PREFIXES = ['/', '/files', '/:tenant', '/:tenant/:version', '/:tenant.com']
const ROUTERS = [{}, { ignoreDuplicateSlashes: true }, { ignoreTrailingSlash: true }]

describe.each(PREFIXES)('with the prefix %s', (prefix) => {
  it.each(ROUTERS)(
    'and the router options %j, no redirect leads to another host',
    async (routerOptions) => {
      using folder = new Folder({ 'folder/f': 'f', 'evil.example/f': 'f', 'évil.example/f': 'f' })
      await using app = Fastify({ routerOptions })
      await app.register(lastbyte, { root: folder.path, prefix, redirect: true, list: true })
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as { port: number }
      for (const target of TARGETS) {
        using client = new RawClient(port)
        client.request(target, { connection: 'close' })
        const { fields, status } = await client.closed()
        expect(status).toBeLessThan(500)
        const { host } = new URL(fields.location ?? '', 'http://this.example')
        expect(host, `${target} to ${fields.location}`).toBe('this.example')
      }
    },
  )
})
