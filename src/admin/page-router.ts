import type { FastifyInstance, RouteHandlerMethod, RouteOptions } from 'fastify'
import { guardFields } from '../response/guard-fields.js'

/** Adds the routes of pages. An application is one, too, where its routes need no options. */
export interface PageRouter extends Pick<FastifyInstance, 'prefix' | 'initialConfig'> {
  /** @param url below the prefix of the scope */
  get(url: string, handler: RouteHandlerMethod): unknown
}

/** The options of every route of a registration. */
export type PageRouteOptions = Omit<RouteOptions, 'method' | 'url' | 'handler' | 'onRequest'>

/** Adds routes for GET and HEAD, and keeps their URLs. */
export class RegistrationPages implements PageRouter {
  readonly #urls: string[] = []

  /**
   * @param app the scope of the registration itself: hooks that it gets later do not apply to the routes of a scope
   *   within it, such as one that authenticates
   */
  constructor(
    private readonly app: FastifyInstance,
    private readonly options: PageRouteOptions,
  ) {}

  get prefix(): string {
    return this.app.prefix
  }

  get initialConfig(): FastifyInstance['initialConfig'] {
    return this.app.initialConfig
  }

  get(url: string, handler: RouteHandlerMethod): void {
    this.#urls.push(url)
    this.app.route({
      ...this.options,
      method: ['GET', 'HEAD'],
      url,
      onRequest: async (_request, reply) => guardFields(reply),
      handler,
    })
  }

  /** Whether a page has this URL, which is written as in a route: not encoded, and without patterns. */
  has(url: string): boolean {
    return this.#urls.some((own) =>
      own.endsWith('*') ? url.startsWith(own.slice(0, -1)) : url === own,
    )
  }
}
