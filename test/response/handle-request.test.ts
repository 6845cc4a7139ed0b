import { expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

it('reply.download sends no Content-Disposition with the 404 for an absent file', async () => {
  using folder = new Folder({ 'open.txt': 'open' })
  await using served = await applicationWith({ root: folder.path }, (app) => {
    app.get('/absent', (_request, reply) => reply.download('absent.txt'))
    app.get('/present', (_request, reply) => reply.download('open.txt', 'name.txt'))
  })
  const absent = await fetch(`${served.url}/absent`)
  expect([absent.status, absent.headers.get('content-disposition')]).toEqual([404, null])
  const present = await fetch(`${served.url}/present`)
  expect(present.headers.get('content-disposition')).toBe('attachment; filename=name.txt')
})
