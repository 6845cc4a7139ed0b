import { expect, it } from 'vitest'
import { FaultServer } from '../fixture/fault-server.js'

it.each(['text/event-stream', 'application/x-ndjson'])(
  'the journal records ended: told for a body as %s that ends with an error frame',
  async (accept) => {
    await using server = await FaultServer.start()
    const response = await server.requestWithFault('source-error;at=500000', { accept })
    expect(response.body.toString()).toContain('source_error')
    await server.faults.settled()
    expect(server.faults.journal()).toMatchObject([{ outcome: 'injected', ended: 'told' }])
  },
)
