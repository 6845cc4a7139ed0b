import { createHash } from 'node:crypto'
import { parseJson } from '../../http/parse-json.js'

/** So many bytes of a file, and their digest. */
export interface ProvenPrefix {
  readonly length: number
  /** As `PrefixHash.digest`. */
  readonly digest: string
}

/** The record of a finished file. */
export interface FinishedRecord extends ProvenPrefix {
  readonly tag: string
  /** The entity tag that the finished file has by its stat: another one is another version. */
  readonly entityTag: string
}

/** Bytes of every text of a cell. */
const CELL_SIZE = 256

/** The text of a cell, with a checksum that tells a torn one. */
export function formatPrefix(tag: string, { length, digest }: ProvenPrefix): string {
  const text = JSON.stringify({ tag, length, digest })
  return `${JSON.stringify({ text, check: checksum(text) })}`.padEnd(CELL_SIZE)
}

/** The prefix that a cell of this chain proves; undefined for a text that is torn, or of another chain. */
export function parsePrefix(text: string, tag: string): ProvenPrefix | undefined {
  const members = parseChecked(text)
  const { length, digest } = members ?? {}
  if (members?.tag !== tag || typeof digest !== 'string') return undefined
  return Number.isSafeInteger(length) ? { length: Number(length), digest } : undefined
}

export function formatHead(tag: string, key: string): string {
  const text = JSON.stringify({ tag, key })
  return JSON.stringify({ text, check: checksum(text) })
}

/** The tag of a chain. */
export function parseHead(text: string): string | undefined {
  const { tag } = parseChecked(text) ?? {}
  return typeof tag === 'string' && /^"[\w-]{22}"$/.test(tag) ? tag : undefined
}

/** The key of the file when its chain began. */
export function parseKey(text: string): string | undefined {
  const { key } = parseChecked(text) ?? {}
  return typeof key === 'string' ? key : undefined
}

export function formatFinished(record: FinishedRecord): string {
  const text = JSON.stringify(record)
  return JSON.stringify({ text, check: checksum(text) })
}

export function parseFinished(text: string, chain: string): FinishedRecord | undefined {
  const { tag, length, digest, entityTag } = parseChecked(text) ?? {}
  if (tag !== chain || typeof digest !== 'string' || typeof entityTag !== 'string') return undefined
  return Number.isSafeInteger(length)
    ? { tag: chain, length: Number(length), digest, entityTag }
    : undefined
}

function parseChecked(outer: string): Readonly<Record<string, unknown>> | undefined {
  const { text, check } = parseObject(outer) ?? {}
  if (typeof text !== 'string' || check !== checksum(text)) return undefined
  return parseObject(text)
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
