import { networkInterfaces } from 'node:os'
import { printableText } from '../printable-text.js'
import { prefixOf } from './prefix.js'
import { qrCode } from './qr-code.js'
import {
  type Bound,
  boundAddresses,
  type Interfaces,
  type ServingUrls,
  servingUrls,
} from './serving-urls.js'
import type { Environment } from './settings/environment.js'

export type AnnouncedSettings = Pick<
  Environment,
  'LOG_LEVEL' | 'TLS_CERT' | 'QR' | 'PREFIX' | 'TRUST_PROXY' | 'sockets'
>

/** The members of stderr that decide how the announcement looks. */
export type AnnouncementOutput = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>

/** The levels at which the log names the address too. */
const ANNOUNCING: readonly string[] = ['trace', 'debug', 'info']

/** Columns that the lines of the announcement, and so its code, have at most. */
const MOST_COLUMNS = 79

/** What is read from the process, and replaced in tests. */
export interface AnnouncementSurroundings {
  readonly out: AnnouncementOutput
  readonly variables: NodeJS.ProcessEnv
  readonly interfaces: Interfaces
}

/**
 * Prints on stderr the URLs at which the server is reached, on a terminal also a QR code with which a phone opens one
 * of them. stdout has the log alone, whose lines programs parse. Prints nothing where the log level is above `info`.
 */
export function announceServer(
  bound: readonly Bound[],
  settings: AnnouncedSettings,
  surroundings: AnnouncementSurroundings = {
    out: process.stderr,
    variables: process.env,
    interfaces: networkInterfaces(),
  },
): void {
  const { LOG_LEVEL, TLS_CERT, QR } = settings
  if (!ANNOUNCING.includes(LOG_LEVEL) || bound.length === 0) return
  const { out, interfaces } = surroundings
  const below = prefixOf(settings).replace(/^\/(.*)$/, '$1/')
  const { local, network } = servingUrls(
    TLS_CERT === '' ? 'http' : 'https',
    boundAddresses(bound),
    interfaces,
  )
  const urls = { local: local && local + below, network: network.map((url) => url + below) }
  const code = QR ? codeOf(urls, surroundings) : []
  const paths = bound.filter((each) => typeof each === 'string')
  const lines = [...linesOf(urls, settings), ...paths.map(lineOfSocket), ...code]
  out.write(`${lines.join('\n')}\n`)
}

/**
 * Calls `listen`. On a terminal, what Fastify logs meanwhile at the level `info` is left out: those are the addresses
 * that the announcement shows next.
 */
export async function listenQuietly<T>(
  log: { level: string },
  listen: () => Promise<T>,
  terminals: readonly Pick<NodeJS.WriteStream, 'isTTY'>[] = [process.stdout, process.stderr],
): Promise<T> {
  const { level } = log
  if (ANNOUNCING.includes(level) && terminals.every(({ isTTY }) => isTTY)) log.level = 'warn'
  try {
    return await listen()
  } finally {
    log.level = level
  }
}

function linesOf(
  { local, network }: ServingUrls,
  { sockets, TRUST_PROXY }: Pick<AnnouncedSettings, 'sockets' | 'TRUST_PROXY'>,
): string[] {
  const onNetwork = network.map(
    (url, nth) => `${nth === 0 ? '  On your network:  ' : INDENT}${url}`,
  )
  const here = local === undefined ? [] : [`  On this computer: ${local}`]
  // The address of a socket that was passed on is not ours to choose. The network reaches a server behind a proxy by it.
  const hint =
    sockets === undefined && TRUST_PROXY === ''
      ? ['  Only this computer can reach it. To open it to your network: --host 0.0.0.0']
      : []
  return [...here, ...(network.length === 0 && local !== undefined ? hint : onNetwork)].map(
    printableText,
  )
}

function lineOfSocket(path: string): string {
  return printableText(`  On a Unix socket: ${path}`)
}

const INDENT = ' '.repeat('  On your network:  '.length)

/** The code for the first URL of the network, on a terminal that can show it. */
function codeOf(
  { network }: ServingUrls,
  { out, variables }: AnnouncementSurroundings,
): readonly string[] {
  const [url] = network
  if (url === undefined || !out.isTTY || variables.TERM === 'dumb') return []
  // The variable counts if it is set and not empty (no-color.org).
  const style = variables.NO_COLOR ? 'plain' : 'coloured'
  const indented = 2
  // 0 is the width of a terminal that doesn't know its own.
  const columns = Math.min(out.columns || MOST_COLUMNS, MOST_COLUMNS) - indented
  const code = qrCode(url, columns, style) ?? []
  return code.length === 0 ? [] : ['', ...code.map((line) => ' '.repeat(indented) + line), '']
}
