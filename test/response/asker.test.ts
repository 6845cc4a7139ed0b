import { describe, expect, it } from 'vitest'
import { askerOf } from '../../src/response/asker.js'

describe('askerOf', () => {
  it.each([
    [{ remoteAddress: '192.0.2.1', remotePort: 5 }, '192.0.2.1', '192.0.2.1 5'],
    [{ remoteAddress: '::1', remotePort: 5, client: '::ffff:192.0.2.9' }, '192.0.2.9', '::1 5'],
    [{ remoteAddress: '2001:db8::7', remotePort: 5 }, '2001:db8:0:0::/64', '2001:db8::7 5'],
    [{}, '', ' '],
  ])('of %j is the group of the address of the client, and its connection', (peer, ...asker) => {
    const [address, connection] = asker
    expect(askerOf({ peer: { ...peer, shared: true } })).toEqual({ address, connection })
  })
})
