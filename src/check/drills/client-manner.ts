import type { Exchange, RequestFields } from '../subject/exchange.js'

/** The clients whose manner is drilled. */
export const CLIENTS = [
  'curl',
  'wget',
  'aria2',
  'Chromium',
  'Firefox',
  'Safari',
  'undici',
  'lastbyte',
] as const
export type Client = (typeof CLIENTS)[number]

/** What a client has of a download that was cut. */
export interface PartialDownload {
  /** The offset of the next byte. */
  readonly offset: number
  /** Bytes of the representation. */
  readonly size: number
  /** The response to the first request. */
  readonly first: Exchange
}

/** How a client requests a file, as it was seen on the wire or in the client's code. */
export interface ClientManner {
  readonly client: Client
  /** A request that comes before the first one, if the client sends one. */
  readonly probe?: RequestFields
  /** The first request for a representation of `size` bytes. */
  first(size: number): RequestFields
  /** The fields by which it continues; a string tells why this client starts over after such a first response. */
  resume(download: PartialDownload): RequestFields | string
}
