import { afterEach, describe, expect, it } from 'vitest'
import { RequestsOfPrimary } from '../../../src/cli/cluster/requests-of-primary.js'
import type { HangupMeaning } from '../../../src/cli/hangup.js'
import { AddedListeners } from '../../fixture/added-listeners.js'

describe('RequestsOfPrimary', () => {
  const added = ['SIGTERM', 'SIGINT', 'SIGHUP', 'message'].map(
    (name) => new AddedListeners(process, name),
  )
  afterEach(() => {
    for (const listeners of added) listeners.remove()
  })

  const receive = (message: object) => process.emit('message', message, undefined)
  const signal = (name: NodeJS.Signals) => process.emit(name, name)

  function recorded(hangup: HangupMeaning) {
    const acts: string[] = []
    const requests = new RequestsOfPrimary(hangup)
    const server = {
      drain: (by: string) => void acts.push(`drain ${by}`),
      close: (by: string) => void acts.push(`close ${by}`),
    }
    return { acts, perform: () => requests.perform(server, () => void acts.push('reload')) }
  }

  it.each<[string, HangupMeaning, () => void, string]>([
    ['SIGTERM', 'reload', () => signal('SIGTERM'), 'drain SIGTERM'],
    ['SIGINT', 'reload', () => signal('SIGINT'), 'close SIGINT'],
    ['SIGHUP', 'reload', () => signal('SIGHUP'), 'reload'],
    ['SIGHUP of a terminal', 'stop', () => signal('SIGHUP'), 'close SIGHUP'],
    ['a reload', 'stop', () => receive({ kind: 'reload' }), 'reload'],
    [
      'a stop that drains',
      'reload',
      () => receive({ kind: 'stop', step: 'drain', signal: 'SIGTERM' }),
      'drain SIGTERM',
    ],
    [
      'a stop that closes',
      'reload',
      () => receive({ kind: 'stop', step: 'close', signal: 'SIGTERM' }),
      'close SIGTERM',
    ],
  ])('performs %s, also if it comes before the server', (_what, hangup, request, act) => {
    const { acts, perform } = recorded(hangup)
    request()
    expect(acts).toEqual([])
    receive({ kind: 'count', count: 1 })
    perform()
    expect(acts).toEqual([act])
    request()
    expect(acts).toEqual([act, act])
  })
})
