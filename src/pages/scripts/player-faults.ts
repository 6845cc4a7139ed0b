import { element } from './element.js'

/** A fault that the menu arms, for the file that is played. */
export interface OfferedFault {
  readonly title: string
  /** The members of a rule, without its match. */
  readonly rule: { readonly fault: object; readonly times?: number }
}

/** One of each way in which servers and networks fail. Positions count within each response. */
export const OFFERED: readonly OfferedFault[] = [
  {
    title: 'Cut after 500 kB, three times',
    rule: { fault: { kind: 'truncate', at: 500_000, from: 'response' }, times: 3 },
  },
  {
    title: 'Stall after 500 kB, once',
    rule: { fault: { kind: 'stall', at: 500_000, from: 'response' }, times: 1 },
  },
  {
    title: 'Respond with 503, three times',
    rule: { fault: { kind: 'status', status: 503 }, times: 3 },
  },
  { title: 'Slow down to 100 kB/s', rule: { fault: { kind: 'throttle', rate: 100_000 } } },
  { title: 'Become another version', rule: { fault: { kind: 'content-change', version: 2 } } },
]

/** The request that arms a rule for a path, which is no glob whatever it contains. */
export function faultRequest(
  path: string,
  { rule }: OfferedFault,
  token: string,
): RequestInit & { readonly headers: Record<string, string> } {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(token) },
    body: JSON.stringify({ match: { path: path.replace(/[*?[{(\\]/g, '\\$&') }, ...rule }),
  }
}

/** The header field with the token; without one, the server permits at most requests from its own machine. */
export function authorization(token: string): Record<string, string> {
  return token === '' ? {} : { authorization: `Bearer ${token}` }
}

export interface FaultMenuOptions {
  /** The URL of the interface of faults. */
  readonly url: string
  /** The path of the file's URL. */
  readonly path: string
  readonly say: (text: string) => void
}

/** The menu that breaks the file that is played, so that one sees how it goes on. */
export function faultMenu({ url, path, say }: FaultMenuOptions): HTMLDetailsElement {
  const token = element('input', { type: 'password', autocomplete: 'off', spellcheck: false })
  token.placeholder = 'printed at the server’s start'
  const send = async (request: RequestInit, done: string) => {
    try {
      const response = await fetch(url, request)
      say(response.ok ? done : `The fault is not armed: ${await reasonOf(response)}`)
    } catch {
      say('The fault is not armed: the server does not respond.')
    }
  }
  const buttons = OFFERED.map((offered) => {
    const button = element('button', { type: 'button', textContent: offered.title })
    button.addEventListener('click', () => {
      const request = faultRequest(path, offered, token.value.trim())
      return send(request, `${offered.title}: armed for the next requests.`)
    })
    return element('li', {}, button)
  })
  const mend = element('button', { type: 'button', textContent: 'Mend all' })
  mend.addEventListener('click', () =>
    send(
      { method: 'DELETE', headers: authorization(token.value.trim()) },
      'All faults are disarmed.',
    ),
  )
  return element(
    'details',
    { className: 'lb-break' },
    element('summary', { textContent: 'Break it' }),
    element('ul', {}, ...buttons, element('li', {}, mend)),
    element('label', {}, 'Token ', token),
  )
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const { detail, title } = (await response.json()) as { detail?: string; title?: string }
    return detail ?? title ?? `status ${response.status}`
  } catch {
    return `status ${response.status}`
  }
}
