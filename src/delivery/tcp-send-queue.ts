import { readFile } from 'node:fs/promises'
import type { Peer } from './transfer.js'

/**
 * Unacknowledged bytes of each TCP connection of this machine, from /proc/net/tcp and tcp6 on Linux;
 * elsewhere the table is empty.
 */
export type SendQueues = ReadonlyMap<string, number>

export async function readSendQueues(): Promise<SendQueues> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readTable))
  return new Map(tables.flat())
}

/** The bytes that this peer has not acknowledged; undefined where it is not in the tables. */
export function sendQueueOf(peer: Peer, queues: SendQueues): number | undefined {
  const local = endpoint(peer.localAddress, peer.localPort)
  const remote = endpoint(peer.remoteAddress, peer.remotePort)
  return queues.get(`${local} ${remote}`)
}

/** States FIN_WAIT1, LAST_ACK and CLOSING, in which the queue counts the FIN as a byte. */
const FIN_UNACKNOWLEDGED = new Set(['04', '09', '0B'])

async function readTable(path: string): Promise<[string, number][]> {
  const text = await readFile(path, 'latin1').catch(() => '')
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/[\s:]+/))
    .flatMap(([, local, localPort, remote, remotePort, state = '', queue]) => {
      if (queue === undefined) return []
      const ends = `${local}:${localPort} ${remote}:${remotePort}`
      const fin = FIN_UNACKNOWLEDGED.has(state) ? 1 : 0
      return [[ends, Math.max(0, Number.parseInt(queue, 16) - fin)] as [string, number]]
    })
}

/** An address and port in the form of /proc/net/tcp: hexadecimal, each 32 bits little-endian. */
function endpoint(address: string | undefined, port: number | undefined): string {
  if (address === undefined || port === undefined) return ''
  const bytes = address.includes(':') ? v6Bytes(address) : address.split('.').map(Number)
  const words: string[] = []
  for (let at = 0; at < bytes.length; at += 4) {
    words.push(
      ...bytes
        .slice(at, at + 4)
        .reverse()
        .map((byte) => hex(byte, 2)),
    )
  }
  return `${words.join('')}:${hex(port, 4)}`
}

function v6Bytes(address: string): number[] {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const left = groups(head)
  const right = groups(tail ?? '')
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right]
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
