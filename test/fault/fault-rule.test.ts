import { describe, expect, it } from 'vitest'
import { parseFaultField } from '../../src/fault/fault-header.js'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { settleRule } from '../../src/fault/fault-rule.js'

const truncate = { kind: 'truncate', at: 1 }

describe('An invalid rule', () => {
  it.each<[unknown, string]>([
    [undefined, 'rule'],
    [[], 'rule'],
    ['truncate', 'rule'],
    [{}, 'fault'],
    [{ fault: [] }, 'fault'],
    [{ fault: 'truncate' }, 'fault'],
    [{ fault: {} }, 'fault.kind'],
    [{ fault: { kind: 'explode' } }, 'fault.kind'],
    [{ fault: { kind: 'toString' } }, 'fault.kind'],
    [{ fault: { kind: 'truncate' } }, 'fault.at'],
    [{ fault: { kind: 'truncate', at: -1 } }, 'fault.at'],
    [{ fault: { kind: 'truncate', at: 1.5 } }, 'fault.at'],
    [{ fault: { kind: 'truncate', at: '1' } }, 'fault.at'],
    [{ fault: { kind: 'truncate', at: { between: [5, 4] } } }, 'fault.at'],
    [{ fault: { kind: 'truncate', at: { between: [5, 9], and: 1 } } }, 'fault.at'],
    [{ fault: { ...truncate, from: 'start' } }, 'fault.from'],
    [{ fault: { ...truncate, times: 2 } }, 'fault.times'],
    [{ fault: [truncate, { kind: 'stall', at: 1, ms: -1 }] }, 'fault[1].ms'],
    [{ fault: { kind: 'latency' } }, 'fault.ms'],
    [{ fault: { kind: 'latency', ms: '1s' } }, 'fault.ms'],
    [{ fault: { kind: 'throttle', rate: 0 } }, 'fault.rate'],
    [{ fault: { kind: 'slice', size: 0 } }, 'fault.size'],
    [{ fault: { kind: 'corrupt', at: 1, mask: 0 } }, 'fault.mask'],
    [{ fault: { kind: 'status', status: 100 } }, 'fault.status'],
    [{ fault: { kind: 'status', status: 503, retryAfter: 'soon' } }, 'fault.retryAfter'],
    [{ fault: { kind: 'rst-stream', at: 1, code: 'NOPE' } }, 'fault.code'],
    [{ fault: { kind: 'goaway', at: 1, code: 14 } }, 'fault.code'],
    [{ fault: { kind: 'source-error', at: 1, code: 'eio' } }, 'fault.code'],
    [{ fault: { kind: 'content-change', etag: 'weak' } }, 'fault.etag'],
    [{ fault: truncate, times: -1 }, 'times'],
    [{ fault: truncate, probability: 1.1 }, 'probability'],
    [{ fault: truncate, probability: Number.NaN }, 'probability'],
    [{ fault: truncate, id: 'a b' }, 'id'],
    [{ fault: truncate, when: 'now' }, 'when'],
    [{ fault: truncate, match: [] }, 'match'],
    [{ fault: truncate, match: { path: 'f' } }, 'match.path'],
    [{ fault: truncate, match: { url: '/f' } }, 'match.url'],
    [{ fault: truncate, match: { method: [] } }, 'match.method'],
    [{ fault: truncate, match: { headers: { 'a b': 'c' } } }, 'match.headers.a b'],
    [{ fault: truncate, match: { headers: { a: 1 } } }, 'match.headers'],
    [{ fault: truncate, match: { range: 'some' } }, 'match.range'],
    [{ fault: truncate, match: { range: { overlaps: [9, 1] } } }, 'match.range'],
    [{ fault: truncate, match: { attempt: 0 } }, 'match.attempt'],
  ])('%j is refused with the member %s', (rule, member) => {
    expect(() => settleRule(rule)).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT', facts: { member } }),
    )
  })

  it('among several leaves all of them unarmed, as does an id that is armed already', () => {
    const layer = new FaultLayer(1)
    const good = { id: 'a', fault: { kind: 'truncate', at: 1 } } as const
    const bad = { fault: { kind: 'truncate', at: -1 } } as const
    expect(() => layer.armAll([good, bad])).toThrow(
      expect.objectContaining({ facts: { member: '[1].fault.at' } }),
    )
    expect(layer.rules()).toEqual([])
    layer.arm(good)
    expect(() => layer.arm(good)).toThrow(/id: expected an id that no armed rule has/)
  })

  it('can not result from a later change of the object that was armed, which is copied', () => {
    const layer = new FaultLayer(1)
    const fault = { kind: 'truncate' as const, at: 5 }
    layer.arm({ fault })
    fault.at = -1
    expect(layer.rules()[0]?.fault).toEqual({ kind: 'truncate', at: 5 })
  })
})

describe('The Lastbyte-Fault header field (RFC 9651)', () => {
  it.each([
    ['truncate;at=1048576', [{ kind: 'truncate', at: 1_048_576 }]],
    [
      'throttle;rate=1000, truncate;at=5;from=response',
      [
        { kind: 'throttle', rate: 1000 },
        { kind: 'truncate', at: 5, from: 'response' },
      ],
    ],
    ['status;status=503;retry-after=3', [{ kind: 'status', status: 503, retryAfter: 3 }]],
    ['rst-stream;at=1;code="CANCEL"', [{ kind: 'rst-stream', at: 1, code: 'CANCEL' }]],
    ['latency;ms=1.5', [{ kind: 'latency', ms: 1.5 }]],
    ['empty-response', [{ kind: 'empty-response' }]],
  ])('parses %s', (field, faults) => {
    expect(parseFaultField(field)).toEqual(faults)
  })

  it.each([
    ['truncate;at', /fault\[0\]\.at/],
    ['truncate; at="5"', /fault\[0\]\.at/],
    ['chunked, truncate', /fault\[1\]\.at/],
    ['"truncate"', /expected tokens/],
    ['(truncate)', /expected tokens/],
    ['truncate;at=1,', /RFC 9651/],
    ['explode', /fault\[0\]\.kind/],
  ])('refuses %s', (field, why) => {
    expect(() => parseFaultField(field)).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT', message: expect.stringMatching(why) }),
    )
  })
})
