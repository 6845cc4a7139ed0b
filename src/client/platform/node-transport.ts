import { LastbyteError } from '../../errors.js'
import { withoutSecrets } from '../../http/request-url.js'
import { Agents } from '../../transport/agents.js'
import { connectError } from '../../transport/connect-error.js'
import { sendNodeRequest } from '../../transport/node-request.js'
import type { Answer } from '../../transport/response.js'
import { followRedirects, type Hop, type InsecureRedirects } from './follow-redirects.js'
import type { OpenTransport } from './platform.js'

/**
 * Sends requests over keep-alive connections of its own. Each request follows the redirects from its
 * original URL again, because the target of a redirect may be a signed URL that expires. Credentials
 * are not sent to another origin, and no redirect leads from https: to http: unless `insecure` allows it.
 */
export function nodeTransport(insecure: InsecureRedirects = 'refused'): OpenTransport {
  const agents = new Agents()
  const sendHop = (hop: Hop) => send(agents, hop)
  return {
    send: (request) => followRedirects(request, insecure, sendHop),
    close: () => agents.close(),
  }
}

async function send(agents: Agents, { url, fields, chunks, signal }: Hop): Promise<Answer> {
  signal.throwIfAborted()
  try {
    return await sendNodeRequest({
      agent: agents.for(url),
      url: bareUrl(url),
      fields,
      chunks,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LastbyteError && error.code === 'BAD_FIELD') throw error
    if (isUnsendable(error)) {
      const message = `Cannot request ${withoutSecrets(url)}: Node refuses it: ${error.message}`
      throw new LastbyteError('BAD_SETTING', message, {}, { cause: error })
    }
    throw connectError(url, error)
  }
}

/** Whether Node refused the request itself, before it connected: no other attempt could succeed. */
function isUnsendable(error: unknown): error is Error {
  const isArgumentError = error instanceof TypeError || error instanceof RangeError
  return isArgumentError && /^ERR_/.test((error as NodeJS.ErrnoException).code ?? '')
}

/** Credentials in a Location are ignored: a server doesn't choose which ones are sent. */
function bareUrl(url: URL): URL {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy
}
