import type { Transfer } from '../delivery/transfer.js'
import { addressGroup } from '../http/client-address.js'
import type { Asker } from '../source/digest/fair-queue.js'

/** Who asks for work of a response: the streams of an HTTP/2 connection are one asker. */
export function askerOf({ peer }: Pick<Transfer, 'peer'>): Asker {
  const { client, remoteAddress = '', remotePort = '' } = peer
  return {
    address: addressGroup(client ?? remoteAddress),
    connection: `${remoteAddress} ${remotePort}`,
  }
}
