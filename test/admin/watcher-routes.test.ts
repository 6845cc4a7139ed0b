import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { refuseWatcher, watcherRoutes } from '../../src/admin/watcher-routes.js'

const PAGE = { accept: 'text/html,*/*;q=0.8' }
const TOKEN = { authorization: 'Bearer secret' }

async function routes() {
  const app = Fastify()
  await watcherRoutes(app, { token: 'secret', access: 'token' }, (scope) => {
    scope.get('/data', async () => ({ name: '\u202edata' }))
    scope.get('/page', { config: { lastbytePage: true } }, async () => ({ name: 'page' }))
    scope.delete('/page', { config: { lastbytePage: true } }, async (_request, reply) =>
      refuseWatcher(reply, 404, '\u001b[2J', { member: 'id' }),
    )
  })
  return app
}

describe('the routes of people who watch', () => {
  it.each([
    ['GET', '/data', {}, 401],
    ['GET', '/data', PAGE, 401],
    ['GET', '/data', { authorization: 'Bearer wrong' }, 401],
    ['GET', '/data', TOKEN, 200],
    ['GET', '/page', {}, 401],
    ['GET', '/page', { accept: 'application/json' }, 401],
    ['GET', '/page', { accept: 'text/event-stream' }, 401],
    ['GET', '/page', PAGE, 200],
    ['HEAD', '/page', PAGE, 200],
    // A wrong token is a mistake to report.
    ['GET', '/page', { ...PAGE, authorization: 'Bearer wrong' }, 401],
    ['GET', '/page', { ...PAGE, ...TOKEN }, 200],
    ['DELETE', '/page', PAGE, 401],
    ['DELETE', '/page', TOKEN, 404],
  ] as const)('respond to %s %s with %j by %i', async (method, url, headers, status) => {
    const app = await routes()
    const response = await app.inject({ method, url, headers })
    expect(response.statusCode).toBe(status)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
    await app.close()
  })

  it('send no character on which a terminal acts', async () => {
    const app = await routes()
    const shown = await app.inject({ url: '/data', headers: TOKEN })
    expect(shown.body).toBe('{"name":"\\u202edata"}')
    const refused = await app.inject({ method: 'DELETE', url: '/page', headers: TOKEN })
    expect(refused.headers['content-type']).toBe('application/problem+json')
    expect(refused.body).not.toContain('\u001b')
    expect(refused.json()).toMatchObject({ status: 404, member: 'id' })
    await app.close()
  })
})
