import type { CheckOptions } from '../check/check-options.js'
import { expectedInsteadOf } from '../check/refused-fields.js'
import { LEAST_BOUND } from '../check/subject/budget.js'
import { changeByCommand } from './change-command.js'
import { changeLocalFile } from './change-file.js'
import { parseBytes, parseHeader, parseTime } from './flag-values.js'
import { usageError } from './usage-error.js'

/** The flags of `lastbyte check` as they were given. */
export interface CheckFlags {
  readonly list?: boolean
  readonly only?: readonly string[]
  readonly http2?: boolean
  readonly header?: readonly string[]
  readonly insecure?: boolean
  readonly bytes?: string
  readonly requests?: string
  readonly deadline?: string
  readonly timeout?: string
  readonly change?: string
  readonly changeFile?: string
  readonly json?: boolean
  readonly markdown?: boolean
  readonly junit?: string
  readonly verbose?: boolean
}

/** @throws LastbyteError BAD_SETTING, naming the flag */
export function parseCheckFlags(flags: CheckFlags): CheckOptions {
  requireOneFormat(flags)
  const { only = [], header = [], bytes, requests, deadline, timeout } = flags
  const change = changeOf(flags)
  return {
    http2: flags.http2 ?? false,
    insecure: flags.insecure ?? false,
    headers: Object.fromEntries(header.map((text) => parseHeader(text, expectedInsteadOf))),
    ...(only.length > 0 && { only: only.flatMap(namesIn) }),
    ...(bytes !== undefined && { bytes: parseBound(bytes) }),
    ...(requests !== undefined && { requests: parseCount(requests) }),
    ...(deadline !== undefined && { deadline: parseTime('--deadline', deadline, 1) }),
    ...(timeout !== undefined && { timeout: parseTime('--timeout', timeout, 1) }),
    ...(change !== undefined && { change }),
  }
}

/** What goes to stdout is one document. */
function requireOneFormat({ json, markdown, junit }: CheckFlags): void {
  const given = [json && '--json', markdown && '--markdown', junit === '-' && '--junit -']
  const formats = given.filter((each) => typeof each === 'string')
  if (formats.length > 1) {
    throw usageError(formats[1] ?? '', `expected one format for stdout; received ${formats[0]} too`)
  }
  if (junit === '') throw usageError('--junit', 'expected a file, or - for stdout', junit)
}

function changeOf({ change, changeFile }: CheckFlags): CheckOptions['change'] {
  if (change !== undefined && changeFile !== undefined) {
    throw usageError('--change-file', 'expected one way to change the file; received --change too')
  }
  if (change !== undefined) return changeByCommand(change)
  return changeFile === undefined ? undefined : changeLocalFile(changeFile)
}

function namesIn(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw usageError('--only', 'expected groups and ids of checks, separated by commas', text)
}

function parseBound(text: string): number {
  const bytes = parseBytes(text)
  if (bytes !== undefined && bytes >= LEAST_BOUND) return bytes
  throw usageError('--bytes', 'expected a number of bytes, 256K or more, such as 4M', text)
}

function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,9}$/.test(text) && count >= 1) return count
  throw usageError('--requests', 'expected a whole number, 1 or more', text)
}
