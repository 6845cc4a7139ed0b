import { expect, it } from 'vitest'
import lastbyte from '../../src/index.js'
import { createFaults } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'

it('a rule counts a request once, with two registrations of one fault layer', async () => {
  const faults = createFaults({ seed: 1 })
  await using application = await applicationWith({ serve: false, faults }, (app) => {
    app.register(lastbyte, { serve: false, faults })
    app.post('/f', async ({ body }) => body)
    app.post('/-/f', async ({ body }) => body)
  })
  const post = (path: string) =>
    fetch(application.url + path, { method: 'POST', body: 'text' }).then(
      (response) => response.status,
    )
  faults.arm({ fault: { kind: 'upload-status', status: 413 }, match: { attempt: 2 } })
  expect([await post('/f'), await post('/f'), await post('/f')]).toEqual([200, 413, 200])
  faults.arm({ fault: { kind: 'upload-status', status: 413 } })
  expect(await post('/-/f')).toBe(200)
})
