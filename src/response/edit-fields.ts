import type { FastifyReply } from 'fastify'
import { fieldValues } from '../http/field-value.js'
import type { HeaderReply } from '../settings/options.js'
import type { HeaderFields } from './header-fields.js'

/**
 * Calls `edit` with a reply whose header methods read and change a copy of `fields`, and returns the
 * copy. A removed field is removed from the real reply as well, since the application may have set it.
 *
 * @throws LastbyteError BAD_FIELD where `edit` sets a field that can't be sent
 */
export async function editFields(
  reply: FastifyReply,
  fields: HeaderFields,
  edit: (reply: HeaderReply) => unknown,
): Promise<HeaderFields> {
  const draft = { ...fields }
  const result = edit(draftReply(reply, draft))
  // An async hook may reject. A returned reply is a thenable that settles only with the response.
  if (result instanceof Promise) await result
  return draft
}

function draftReply(reply: FastifyReply, draft: HeaderFields): HeaderReply {
  const set = (name: string, value: unknown) => {
    const key = name.toLowerCase()
    const values = fieldValues(key, value ?? '')
    const present = draft[key]
    // Fastify's `header` adds a cookie in place of replacing the others.
    const isCookie = key === 'set-cookie' && present !== undefined
    draft[key] = isCookie ? [present, values].flat() : values
    return edited
  }
  const methods = {
    header: set,
    setHeader: (name: string, value: string) => void set(name, value),
    headers(values: Record<string, unknown>) {
      for (const [name, value] of Object.entries(values)) set(name, value)
      return edited
    },
    type: (contentType: string) => set('content-type', contentType),
    getHeader: (name: string) => draft[name.toLowerCase()],
    getHeaders: () => ({ ...draft }),
    hasHeader: (name: string) => name.toLowerCase() in draft,
    removeHeader(name: string) {
      delete draft[name.toLowerCase()]
      reply.removeHeader(name)
      return edited
    },
  }
  const properties = Object.entries(methods).map(([name, value]) => [name, { value }])
  const edited: HeaderReply = Object.create(reply, Object.fromEntries(properties))
  return edited
}
