import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { addMetrics } from '../../src/admin/add-metrics.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { samplesOf } from '../fixture/workers.js'

it('addMetrics adds transfers and responses to the registry of an application', async () => {
  using folder = new Folder({ f: 'hello' })
  const registry = new Registry()
  await using application = await applicationWith({ root: folder.path }, (app) => {
    addMetrics(app, registry)
    app.get('/own', async () => 'mine')
  })
  await (await fetch(`${application.url}/f`)).text()
  await (await fetch(`${application.url}/own`)).text()
  const sample = async (name: string) => samplesOf(await registry.metrics()).get(name)
  const own = 'lastbyte_responses_total{code="200",method="GET",route="other"}'
  await expect.poll(() => sample(own)).toBe(1)
  const file = 'lastbyte_responses_total{code="200",method="GET",route="file"}'
  await expect.poll(() => sample(file)).toBe(1)
  expect(await sample('lastbyte_sent_bytes_total')).toBe(5)
  expect(await sample('lastbyte_transfers_total{outcome="complete"}')).toBe(1)
  expect(await sample('lastbyte_refusals_total{reason="access"}')).toBe(0)
})
