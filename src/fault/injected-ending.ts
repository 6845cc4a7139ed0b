import type { Ending } from '../ending.js'
import { LastbyteError } from '../errors.js'

/** Thrown by a body fault where the body is to stop: the delivery carries its ending out. */
export class InjectedEnding extends LastbyteError {
  constructor(readonly ending: Ending) {
    super('FAULT_INJECTED', `The body stops on purpose: ${ending.kind}`, { ending: ending.kind })
  }
}
