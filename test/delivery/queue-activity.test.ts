import { describe, expect, it } from 'vitest'
import { observeQueue, type QueueChange, UNOBSERVED } from '../../src/delivery/queue-activity.js'

/** The changes that a row of queue lengths shows, after a progress of the response. */
function changesIn(queues: readonly (number | undefined)[]): QueueChange[] {
  let state = UNOBSERVED
  return queues.map((queue) => {
    const observed = observeQueue(state, queue)
    state = observed.state
    return observed.change
  })
}

describe('observeQueue', () => {
  it.each<[string, (number | undefined)[], QueueChange[]]>([
    ['the first observation', [500], ['none']],
    ['a queue that stays', [500, 500], ['none', 'none']],
    ['acknowledged bytes', [500, 400, 100], ['none', 'backlog', 'backlog']],
    ['bytes that were written', [500, 600], ['none', 'other']],
    [
      'more acknowledged bytes than were queued at the last progress',
      [500, 900, 300, 200],
      ['none', 'other', 'backlog', 'other'],
    ],
    ['a queue that is unknown', [undefined, undefined], ['none', 'none']],
    ['a queue that becomes unknown', [500, undefined], ['none', 'other']],
  ])('reports %s', (_what, queues, expected) => {
    expect(changesIn(queues)).toEqual(expected)
  })
})
