import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { RegistrationPages } from '../../src/admin/page-router.js'

describe('RegistrationPages', () => {
  it('adds routes for GET and HEAD to which hooks apply that are added later', async () => {
    const app = Fastify({ exposeHeadRoutes: false })
    const pages = new RegistrationPages(app, { logLevel: 'warn' })
    pages.get('/-/page', (_request, reply) => reply.send('page'))
    app.addHook('onRequest', async (_request, reply) => void reply.header('x-later', '1'))
    for (const method of ['GET', 'HEAD'] as const) {
      const { statusCode, headers } = await app.inject({ method, url: '/-/page' })
      expect(statusCode).toBe(200)
      expect(headers).toMatchObject({ 'x-later': '1', 'content-length': '4' })
    }
    await app.close()
  })

  it('knows its URLs', () => {
    const pages = new RegistrationPages(Fastify(), {})
    pages.get('/-/page', () => '')
    pages.get('/-/watch/*', () => '')
    const urls = ['/-/page', '/-/page/', '/-/watch/', '/-/watch/a/b', '/-/watch', '/-/other']
    expect(urls.filter((url) => pages.has(url))).toEqual(['/-/page', '/-/watch/', '/-/watch/a/b'])
  })
})
