import { constants } from 'node:os'
import { loadBindings } from '../../../dist/native/bindings.js'
import { SeededDraw } from '../chaos/seeded-draw.js'
import { type Argument, type ArgumentKind, hostileArgument, validArgument } from './argument.js'
import { openSubjects, type Subjects } from './subjects.js'

/** What each function expects. A function that is missing here is an error of the run. */
const SIGNATURES: Readonly<Record<string, readonly ArgumentKind[]>> = {
  sendfile: ['socket', 'file', 'position', 'length'],
  sendCopy: ['socket', 'file', 'position', 'length', 'flags', 'version'],
  isResident: ['file', 'position', 'length'],
  read: ['file', 'buffer', 'position', 'flags'],
  unsentBytes: ['socket'],
  isCurrent: ['versioned path', 'offset', 'links'],
  probe: ['target', 'buffer', 'position'],
  isAppendOnly: ['file'],
  takeLease: ['file'],
  hasLease: ['file'],
  dropLease: ['file'],
  setAbortive: ['socket', 'switch'],
  disconnect: ['disposable'],
  incomingInterface: ['socket'],
}

/** ms in which a call must return: none waits for a client or a disk. */
const MAX_CALL = 2_000
/** Calls in one turn of the event loop. Between turns the client reads. */
const CALLS_PER_TURN = 500

export interface FuzzOptions {
  readonly seed: number
  readonly calls: number
  /** Called before each call with its number and text; the last one is where a process has crashed. */
  readonly onCall?: (call: number, text: string) => void
}

export interface FuzzResult {
  /** Results by function: how many were counts, and how many errors. */
  readonly results: Readonly<Record<string, { counts: number; errors: number; thrown: number }>>
  readonly failures: readonly string[]
  /** Bytes that the client of the reading connection has received. */
  readonly received: number
}

type NativeFunction = (...args: unknown[]) => unknown

interface Call {
  readonly name: string
  readonly args: readonly Argument[]
  readonly text: string
}

function drawCall(names: readonly [string, ...string[]], subjects: Subjects, draw: SeededDraw) {
  const name = draw.oneOf(names)
  const kinds = SIGNATURES[name] ?? []
  // In most calls one argument is hostile: a call with several fails at the first.
  const hostile = draw.chance(0.15) ? -1 : draw.between(0, kinds.length - 1)
  const isWild = draw.chance(0.1)
  const args = kinds.map((kind, index) =>
    isWild || index === hostile
      ? hostileArgument(subjects, draw)
      : validArgument(kind, subjects, draw),
  )
  // Bytes that a call sends to a standard stream would end up in the output of the run.
  const isStream = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 2
  if (kinds[0] !== undefined && isStream(args[0]?.value)) {
    args[0] = validArgument(kinds[0], subjects, draw)
  }
  if (draw.chance(0.05)) args.length = draw.between(0, args.length)
  if (draw.chance(0.05)) args.push(hostileArgument(subjects, draw))
  return { name, args, text: `${name}(${args.map(({ text }) => text).join(', ')})` }
}

/**
 * Calls the native functions with arguments that are drawn from the seed.
 *
 * @throws where a function has no signature, or this machine has no bindings
 */
export async function runFuzz({
  seed,
  calls,
  onCall = () => {},
}: FuzzOptions): Promise<FuzzResult> {
  const capability = loadBindings()
  if (capability.kind === 'none') throw new Error(`no native bindings: ${capability.reason}`)
  const functions = capability.calls as unknown as Record<string, NativeFunction>
  const names = Object.keys(functions) as [string, ...string[]]
  const unknown = names.filter((name) => SIGNATURES[name] === undefined)
  if (unknown.length > 0) throw new Error(`no signature in native-fuzz/run.ts: ${unknown.join()}`)
  const subjects = await openSubjects()
  const failures: string[] = []
  const results: Record<string, { counts: number; errors: number; thrown: number }> = {}
  for (const name of names) results[name] = { counts: 0, errors: 0, thrown: 0 }
  for (let number = 0; number < calls; number += 1) {
    // A generator for each call, so that one call can be repeated without those before it.
    const call = drawCall(names, subjects, new SeededDraw(seed * 1_000_003 + number))
    onCall(number, call.text)
    const outcome = perform(functions[call.name] as NativeFunction, call)
    const counted = results[call.name]
    if (typeof outcome === 'string') failures.push(`call ${number}: ${call.text}: ${outcome}`)
    else if (counted !== undefined) counted[outcome.kind] += 1
    if (failures.length > 20) break
    if (number % CALLS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const received = subjects.received()
  subjects.close()
  return { results, failures, received }
}

/** The kind of the result, or what is wrong with it. */
function perform(
  call: NativeFunction,
  { args }: Call,
): { kind: 'counts' | 'errors' | 'thrown' } | string {
  const began = performance.now()
  let result: unknown
  try {
    result = call(...args.map(({ value }) => value))
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return { kind: 'thrown' }
    return `expected a TypeError or a RangeError; received ${String(error)}`
  }
  const ms = performance.now() - began
  if (ms > MAX_CALL) return `expected a result within ${MAX_CALL} ms; received it after ${ms} ms`
  if (!args.every(({ isIntact }) => isIntact())) return 'changed bytes outside of its buffer'
  if (result === -constants.errno.EINTR) return 'was interrupted and not repeated'
  if (!Number.isSafeInteger(result)) return `expected an integer; received ${String(result)}`
  return { kind: (result as number) < 0 ? 'errors' : 'counts' }
}
