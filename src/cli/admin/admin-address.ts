import { resolve } from 'node:path'

/** Where the admin listener accepts connections. */
export type AdminAddress =
  /** The routes stay on the public port. */
  | { readonly kind: 'public' }
  | { readonly kind: 'port'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string }

/** What a value must be, for the error message. */
export const ADMIN_EXPECTED =
  'a port such as 9090, an address such as 127.0.0.1:9090 or [::1]:9090, or the path of a socket such as unix:/run/lastbyte.sock'

/**
 * Reads an address of the admin listener; undefined for a text that is none. A port alone is one of this machine. An
 * empty text stands for no listener.
 */
export function parseAdminAddress(text: string): AdminAddress | undefined {
  if (text === '') return { kind: 'public' }
  const [, path] = /^unix:(.+)$/s.exec(text) ?? []
  if (path !== undefined || text.startsWith('/')) return socketAt(path ?? text)
  const [, bracketed, name, digits = ''] =
    /^(?:(?:\[([^\]]+)\]|([^:\s[\]]+)):)?(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === '' || port > 65_535) return undefined
  return { kind: 'port', host: bracketed ?? name ?? '127.0.0.1', port }
}

/** A socket has a name, below a folder. */
function socketAt(path: string): AdminAddress | undefined {
  if (path.includes('\0') || path.endsWith('/')) return undefined
  return { kind: 'socket', path: resolve(path) }
}
