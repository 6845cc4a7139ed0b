import { readFile } from 'node:fs/promises'
import type { Peer } from './transfer.js'

/**
 * Unacknowledged bytes of each TCP connection of this machine, from /proc/net/tcp and tcp6 on Linux;
 * elsewhere the table is empty.
 */
export type SendQueues = ReadonlyMap<string, number>

export async function readSendQueues(): Promise<SendQueues> {
  const tables = await Promise.all([TCP, TCP6].map(readTable))
  return new Map(tables.flatMap((text) => text.split('\n').slice(1).flatMap(rowOf)))
}

/** The bytes that this peer has not acknowledged; undefined where it is not in the tables. */
export function sendQueueOf(peer: Peer, queues: SendQueues): number | undefined {
  return queues.get(endsOf(peer))
}

const TCP = '/proc/net/tcp'
const TCP6 = '/proc/net/tcp6'

/** States FIN_WAIT1, LAST_ACK and CLOSING, in which the queue counts the FIN as a byte. */
const FIN_UNACKNOWLEDGED = new Set(['04', '09', '0B'])

/** A table that is being read, and the reading that begins when it ends. */
interface Reading {
  readonly text: Promise<string>
  next?: Promise<string>
}

/** Finds single connections in the tables, which have a page of 4 KiB for some 27 connections. */
export class ConnectionTables {
  readonly #readings = new Map<string, Reading>()

  /**
   * The bytes that one peer has not acknowledged, without parsing the rows of thousands of other connections;
   * undefined where it is not in the table.
   */
  async queueOf(peer: Peer): Promise<number | undefined> {
    if (peer.remoteAddress === undefined) return undefined
    const text = await this.#read(peer.remoteAddress.includes(':') ? TCP6 : TCP)
    const at = text.indexOf(` ${endsOf(peer)} `)
    if (at === -1) return undefined
    const start = text.lastIndexOf('\n', at) + 1
    return rowOf(text.slice(start, text.indexOf('\n', at)))[0]?.[1]
  }

  /** All who ask during a reading share the one that follows, so that each gets what is true after the question. */
  #read(path: string): Promise<string> {
    const current = this.#readings.get(path)
    if (current === undefined) return this.#start(path)
    current.next ??= current.text.then(() => this.#start(path))
    return current.next
  }

  #start(path: string): Promise<string> {
    const reading: Reading = { text: readTable(path) }
    this.#readings.set(path, reading)
    return reading.text.finally(() => {
      if (reading.next === undefined) this.#readings.delete(path)
    })
  }
}

function readTable(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '')
}

/** Both ends of a connection and its queue, from a row of a table; none from a line that is no row. */
function rowOf(line: string): [ends: string, queue: number][] {
  const [, local, localPort, remote, remotePort, state = '', queue] = line.trim().split(/[\s:]+/)
  if (queue === undefined) return []
  const ends = `${local}:${localPort} ${remote}:${remotePort}`
  const fin = FIN_UNACKNOWLEDGED.has(state) ? 1 : 0
  return [[ends, Math.max(0, Number.parseInt(queue, 16) - fin)]]
}

/** Both ends of a connection as the tables have them. */
function endsOf(peer: Peer): string {
  const local = endpoint(peer.localAddress, peer.localPort)
  const remote = endpoint(peer.remoteAddress, peer.remotePort)
  return `${local} ${remote}`
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
