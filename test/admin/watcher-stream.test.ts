import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { watcherStreams } from '../../src/admin/watcher-stream.js'
import lastbyte from '../../src/plugin/plugin.js'

it('watcherStreams sends events after Last-Event-ID, and counts no transfer of the application', async () => {
  const app = Fastify()
  await app.register(lastbyte, { serve: false })
  const outcomes: string[] = []
  app.transfers.observe(({ outcome }) => outcomes.push(outcome))
  const send = watcherStreams(app, {})
  app.get('/watch', (_request, reply) =>
    send(reply, async function* (lastEventId, signal) {
      expect(signal.aborted).toBe(false)
      yield { id: '8', data: `after ${lastEventId}` }
    }),
  )
  const headers = { 'last-event-id': '7' }
  const { body } = await app.inject({ url: '/watch', headers })
  expect(body).toMatch(/^id: 8\ndata: after 7\n\n/)
  expect(outcomes).toEqual([])
  await app.close()
})
