import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { eventRetry } from '../../../src/fault/kinds/event-retry.js'
import { EVENTS, faulted, ROWS } from '../../fixture/event-bodies.js'

describe('The fault event-retry', () => {
  it.each([0, 100, 'soon'])('adds the reconnection time %s to an event', async (value) => {
    const result = await faulted(eventRetry, { kind: 'event-retry', event: 3, value }, EVENTS)
    expect(result).toMatchObject({
      text: EVENTS.replace('data: c\n', `data: c\nretry: ${value}\n`),
      fired: 1,
    })
  })

  it('replaces one that the event has, and does nothing in NDJSON', async () => {
    const fault = { kind: 'event-retry', event: 1, value: 5 } as const
    const result = await faulted(eventRetry, fault, 'retry: 9\ndata: x\n\n')
    expect(result?.text).toBe('retry: 5\ndata: x\n\n')
    expect(await faulted(eventRetry, fault, ROWS, { frames: 'lines' })).toMatchObject({ fired: 0 })
  })

  it('refuses a value that would end the field', () => {
    const fault = { kind: 'event-retry', event: 1, value: '1\n' }
    expect(() => settleFault(fault, 'fault')).toThrow(/fault\.value: expected a whole number of ms/)
  })
})
