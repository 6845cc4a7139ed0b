/** Why a connection is ended by a limit. */
export type ConnectionRefusal =
  | 'body_timeout'
  | 'handshake_failed'
  | 'handshake_timeout'
  | 'http2_flood'
  | 'http2_silent'

/** Called with each connection, or request, that a limit ends. */
export type CountRefusal = (reason: ConnectionRefusal) => void
