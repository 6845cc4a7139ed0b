import {
  constants,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Server } from 'node:net'
import type { CountRefusal } from './connection-refusal.js'
import { EventAllowance } from './event-allowance.js'

/**
 * Streams that a connection may reset, by either side, at once and in each second. A player that seeks and a page
 * that scrolls cancel dozens.
 */
const RESET_BURST = 500
const RESET_RATE = 100
/** PING and SETTINGS frames, which a server must acknowledge each. */
const CONTROL_BURST = 500
const CONTROL_RATE = 50

/**
 * Options of node:http2 for a server that strangers use, besides the limit of streams. Those that a version of Node
 * doesn't know have no effect.
 */
export const HTTP2_OPTIONS = {
  /** MB for what a session has queued; beyond it new streams are refused. */
  maxSessionMemory: 10,
  maxHeaderListPairs: 128,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  // Above the own limit, which closes the connection: nghttp2 sends a GOAWAY frame and leaves it open.
  streamResetBurst: 2 * RESET_BURST,
  streamResetRate: 2 * RESET_RATE,
}

/**
 * Limits the streams that a connection of HTTP/2 may have open, and ends connections that reset streams or send
 * control frames without end (CVE-2023-44487, CVE-2019-9512, CVE-2019-9515).
 */
export function limitHttp2(
  server: Server,
  streamLimit: number,
  refused: CountRefusal = () => {},
): void {
  if (!('updateSettings' in server)) return
  if (!limitsStreams(server)) {
    const { updateSettings } = server as unknown as Http2Server
    updateSettings.call(server as unknown as Http2Server, { maxConcurrentStreams: streamLimit })
  }
  server.on('session', (session: ServerHttp2Session) => limitSession(session, refused))
}

/** Whether the application has set a limit itself, which Node keeps under a symbol. */
function limitsStreams(server: Server): boolean {
  const key = Object.getOwnPropertySymbols(server).find((each) => each.description === 'options')
  if (key === undefined) return false
  const options = (server as unknown as Record<symbol, unknown>)[key] as {
    settings?: { maxConcurrentStreams?: number }
  }
  return options?.settings?.maxConcurrentStreams !== undefined
}

function limitSession(session: ServerHttp2Session, refused: CountRefusal): void {
  const resets = new EventAllowance(RESET_BURST, RESET_RATE)
  const controls = new EventAllowance(CONTROL_BURST, CONTROL_RATE)
  const end = () => {
    if (session.destroyed) return
    refused('http2_flood')
    // For an undefined error, Node replaces the code by NO_ERROR.
    session.destroy(null as never, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
  const countControl = () => {
    if (!controls.count()) end()
  }
  session.on('ping', countControl)
  session.on('remoteSettings', countControl)
  session.on('stream', (stream: ServerHttp2Stream) => {
    stream.once('close', () => {
      // A reset with NO_ERROR ends a response early too; node:http2 ends the stream then, as if it were complete.
      const isEarly = stream.aborted || !stream.writableFinished
      if ((isEarly || stream.rstCode !== constants.NGHTTP2_NO_ERROR) && !resets.count()) end()
    })
  })
}
