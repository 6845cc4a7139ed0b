import { describe, expect, it } from 'vitest'
import { type ReceivedEvent, violations } from './history.js'

const event = (n: number, by = 1): ReceivedEvent => ({ id: `${n}-a`, n, by })
const history = (events: ReceivedEvent[], ending = 'end') => ({ reader: 'a', events, ending })

describe('violations', () => {
  it('are none for equal, complete histories', () => {
    const events = [event(1), event(2), event(3)]
    expect(violations([history(events), history(events)], 3)).toEqual([])
  })

  it.each([
    ['a loss', [event(1), event(3)], /event 3 after 1: a loss/],
    ['a duplicate', [event(1), event(1), event(2), event(3)], /event 1 after 1: a duplicate/],
    ['disorder', [event(1), event(3), event(2), event(3)], /event 2 after 3: .* disorder/],
    ['an end too early', [event(1), event(2)], /ended after event 2 of 3/],
    ['a beginning too late', [event(2), event(3)], /event 2 after 0: a loss/],
  ])('tell of %s', (_what, events, message) => {
    expect(violations([history(events)], 3).join('\n')).toMatch(message)
  })

  it('tell of an event that differs between readers', () => {
    const found = violations([history([event(1)]), history([event(1, 2)])], 1)
    expect(found).toEqual(['a: event 1 is 1-a of process 2; another reader has 1-a of process 1'])
  })

  it('tell of another ending', () => {
    expect(violations([history([event(1)], 'gap')], 1)).toEqual(['a: ended by gap'])
  })
})
