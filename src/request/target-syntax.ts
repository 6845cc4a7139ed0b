import type { FastifyInstance } from 'fastify'
import type { TargetSyntax } from '../http/request-target.js'

/** How the router of an application compares request targets with routes. */
export interface RouterSyntax extends TargetSyntax {
  readonly caseSensitive: boolean
  /** Whether `/dir` and `/dir/` are the same route. */
  readonly ignoreTrailingSlash: boolean
  /** Characters of the longest route parameter. */
  readonly maxParamLength: number
}

/** Fastify has `routerOptions` since 5.5, and accepts the same options beside it. */
type RouterConfig = Partial<RouterSyntax> & { readonly routerOptions?: Partial<RouterSyntax> }

/**
 * How the router of an application reads request targets: a key has to be derived from the target as the
 * router has read it.
 */
export function targetSyntax({
  initialConfig,
}: Pick<FastifyInstance, 'initialConfig'>): RouterSyntax {
  const { routerOptions = {}, ...options } = initialConfig as RouterConfig
  // Either may contain the defaults.
  const isOn = (name: keyof RouterSyntax) => (routerOptions[name] || options[name]) === true
  const lengths = [routerOptions.maxParamLength ?? 0, options.maxParamLength ?? 0]
  return Object.freeze({
    ignoreDuplicateSlashes: isOn('ignoreDuplicateSlashes'),
    useSemicolonDelimiter: isOn('useSemicolonDelimiter'),
    ignoreTrailingSlash: isOn('ignoreTrailingSlash'),
    caseSensitive: routerOptions.caseSensitive !== false && options.caseSensitive !== false,
    maxParamLength: Math.max(...lengths),
  })
}
